import type { Permission, Rights } from '../../domain/access/index.ts';
import { problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import { ALLOWED } from '../../domain/renewal/command-checks.ts';
import type { CommandKind } from '../../domain/renewal/facts.ts';
import { addDays } from '../../domain/time/index.ts';
import type { CivilDate } from '../../domain/time/index.ts';
import type { BulkAction, BulkKind } from '../../schemas/job.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';

/** The right that each renewal is asked for; a new owner is a matter of the client. */
export const BULK_RIGHTS: Readonly<Record<BulkKind, Permission>> = {
  pause: 'steer Renewal',
  resume: 'steer Renewal',
  reassign: 'update Client',
  'shift dates': 'steer Renewal',
  poke: 'work Renewal',
};

/** What can be taken back afterwards. */
export const UNDOABLE: readonly BulkKind[] = ['pause', 'resume', 'reassign', 'shift dates'];

const COMMAND: Readonly<Partial<Record<BulkKind, CommandKind>>> = {
  pause: 'paused',
  resume: 'resumed',
  'shift dates': 'dates amended',
};

/** What speaks against doing it with this renewal, as far as the read model knows; the core has the last word. */
export function excluded(action: BulkAction, renewal: RenewalDoc, rights: Rights): Problem | null {
  if (!rights.mayWith(BULK_RIGHTS[action.kind], { ownerId: renewal.ownerId })) return problem('bulk.no_right', {});
  const { phase } = renewal;
  // Clients outlive their renewals: one that has ended goes to the new owner all the same.
  if (action.kind === 'reassign') {
    return renewal.ownerId === action.ownerId ? problem('bulk.same_owner', {}) : null;
  }
  if (phase === 'closed') {
    const { closed } = renewal.state;
    const at = closed?.at ?? renewal.decidedAt;
    return problem('renewal.closed', { outcome: `@outcome.${renewal.outcome ?? ''}`, at });
  }
  const command = COMMAND[action.kind];
  const allowed = command === undefined ? [phase] : ALLOWED[command];
  if (command !== undefined && !allowed.includes(phase)) {
    return problem('command.wrong_state', {
      command: `@command.${command}`,
      state: `@phase.${phase}`,
      allowed: allowed.map((one) => `@phase.${one}`).join(', '),
    });
  }
  if (action.kind === 'pause' && renewal.paused) return problem('bulk.paused', {});
  if (action.kind === 'resume' && !renewal.paused) return problem('renewal.not_paused', {});
  if (action.kind === 'shift dates' && renewal.endDate === null) return problem('bulk.no_dates', {});
  return null;
}

/** What a renewal is and what it becomes, in the fields that the action changes. */
export interface Shown {
  readonly before: Readonly<Record<string, string | boolean | null>>;
  readonly after: Readonly<Record<string, string | boolean | null>>;
}

export function shown(action: BulkAction, renewal: RenewalDoc): Shown {
  switch (action.kind) {
    case 'pause':
    case 'resume':
      return { before: { paused: renewal.paused }, after: { paused: action.kind === 'pause' } };
    case 'reassign':
      return { before: { ownerId: renewal.ownerId }, after: { ownerId: action.ownerId } };
    case 'shift dates': {
      const before = datesOf(renewal);
      return { before: { ...before }, after: { ...shifted(before, action.days) } };
    }
    case 'poke':
      return { before: {}, after: {} };
    default:
      return action satisfies never;
  }
}

export interface Dates {
  readonly endDate: CivilDate | null;
  readonly noticeDate: CivilDate | null;
}

export function datesOf({ endDate, view }: Pick<RenewalDoc, 'endDate' | 'view'>): Dates {
  return { endDate, noticeDate: view.noticeDate };
}

export function shifted({ endDate, noticeDate }: Dates, days: number): Dates {
  return {
    endDate: endDate && addDays(endDate, days),
    noticeDate: noticeDate && addDays(noticeDate, days),
  };
}
