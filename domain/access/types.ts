import type { Role } from '../people/types.ts';

/** What rights are about. Records carry the fields that conditions look at. */
export const SUBJECTS = [
  'Client',
  'Contract',
  'Renewal',
  'Task',
  'Approval',
  'Communication',
  'Send',
  'SavePlan',
  'History',
  'Playbook',
  'Calendar',
  'Person',
  'Account',
  'Token',
  'Event',
  'Source',
  'Channel',
  'Audit',
  'Absence',
  'Import',
  'Export',
  'Service',
] as const;
export type Subject = (typeof SUBJECTS)[number];

/** `read` and `update` as everywhere; the others are what people do to a renewal, an approval or a playbook. */
export const ACTIONS = [
  'read',
  'create',
  'update',
  'delete',
  'quote',
  'answer',
  'decide',
  'work',
  'steer',
  'invoice',
  'pay',
  'publish',
  'verify',
] as const;
export type Action = (typeof ACTIONS)[number];

/** A right as routes name it: `read Renewal`. */
export type Permission = `${Action} ${Subject}`;

/** Roles that only rights know; playbooks and ladders never name them. */
export const OFFICE_ROLES = ['auditor', 'admin'] as const;
export type AccessRole = Role | (typeof OFFICE_ROLES)[number];

/** Whose rights are asked for. */
export interface Holder {
  readonly personId: string;
  readonly roles: readonly AccessRole[];
  /**
   * Whose clients the person looks after besides their own: those of absent colleagues they stand in for, and of
   * everybody below them in the tree of rep → manager → director.
   */
  readonly owners: readonly string[];
  /** Absent colleagues whose own work this person does meanwhile: tasks and approvals that carry their names. */
  readonly standsFor?: readonly string[];
}

/** A right in plain JSON: stored nowhere, worked out for each request, and handed to pages so that they show what may be done. */
export interface Rule {
  readonly action: Action | readonly Action[];
  readonly subject: Subject | readonly Subject[];
  /** MongoDB conditions on the record; a right without them holds for every record. */
  readonly conditions?: Readonly<Record<string, unknown>>;
}
