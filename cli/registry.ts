import type { CommandSpec } from './command-spec.ts';

export const GROUPS = ['run', 'data', 'see', 'act', 'rules', 'tool'] as const;
export type Group = (typeof GROUPS)[number];

interface Entry {
  readonly name: string;
  readonly group: Group;
  /** Only the command that was asked for is loaded: the others cost nothing at start. */
  readonly load: () => Promise<{ readonly commands: readonly CommandSpec[] }>;
}

export const REGISTRY: readonly Entry[] = [
  { name: 'up', group: 'run', load: () => import('./commands/up.ts') },
  { name: 'status', group: 'run', load: () => import('./commands/status.ts') },
  { name: 'doctor', group: 'run', load: () => import('./commands/doctor.ts') },
  { name: 'import', group: 'data', load: () => import('./commands/import.ts') },
  { name: 'export', group: 'data', load: () => import('./commands/export.ts') },
  { name: 'renewals', group: 'see', load: () => import('./commands/renewals.ts') },
  { name: 'renewal', group: 'see', load: () => import('./commands/renewal.ts') },
  { name: 'stalled', group: 'see', load: () => import('./commands/stalled.ts') },
  { name: 'tasks', group: 'see', load: () => import('./commands/tasks.ts') },
  { name: 'approvals', group: 'see', load: () => import('./commands/approvals.ts') },
  { name: 'sends', group: 'see', load: () => import('./commands/sends.ts') },
  { name: 'inbox', group: 'see', load: () => import('./commands/inbox.ts') },
  { name: 'people', group: 'see', load: () => import('./commands/people.ts') },
  { name: 'log', group: 'act', load: () => import('./commands/log.ts') },
  { name: 'quote', group: 'act', load: () => import('./commands/quote.ts') },
  { name: 'approve', group: 'act', load: () => import('./commands/approve.ts') },
  { name: 'reject', group: 'act', load: () => import('./commands/reject.ts') },
  { name: 'step', group: 'act', load: () => import('./commands/step.ts') },
  { name: 'invoice', group: 'act', load: () => import('./commands/invoice.ts') },
  { name: 'pay', group: 'act', load: () => import('./commands/pay.ts') },
  { name: 'amend', group: 'act', load: () => import('./commands/amend.ts') },
  { name: 'pause', group: 'act', load: () => import('./commands/pause.ts') },
  { name: 'resume', group: 'act', load: () => import('./commands/resume.ts') },
  { name: 'notice', group: 'act', load: () => import('./commands/notice.ts') },
  { name: 'complaint', group: 'act', load: () => import('./commands/complaint.ts') },
  { name: 'health', group: 'act', load: () => import('./commands/health.ts') },
  { name: 'flag-risk', group: 'act', load: () => import('./commands/flag-risk.ts') },
  { name: 'save-plan', group: 'act', load: () => import('./commands/save-plan.ts') },
  { name: 'cancel', group: 'act', load: () => import('./commands/cancel.ts') },
  { name: 'playbook', group: 'rules', load: () => import('./commands/playbook.ts') },
  { name: 'calendar', group: 'rules', load: () => import('./commands/calendar.ts') },
  { name: 'login', group: 'tool', load: () => import('./commands/login.ts') },
  { name: 'logout', group: 'tool', load: () => import('./commands/logout.ts') },
  { name: 'config', group: 'tool', load: () => import('./commands/config.ts') },
  { name: 'completion', group: 'tool', load: () => import('./commands/completion.ts') },
];
