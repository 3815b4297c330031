import type { Role } from '../people/types.ts';
import type { LocalText } from '../text.ts';
import type { CivilDate, Instant } from '../time/types.ts';
import type { Why } from './effects.ts';
import type { Outcome, Phase } from './state.ts';

export const ROW_STATUSES = [
  'not started',
  'in progress',
  'waiting for approval',
  'waiting for client',
  'overdue',
  'done',
  'skipped',
] as const;
export type RowStatus = (typeof ROW_STATUSES)[number];

/** One row of the renewal process table, worked out anew with each decision. */
export interface ProcessRow {
  readonly stage: string;
  readonly name: LocalText;
  readonly ownerRole: Role;
  /** Person id; null where the whole role shares it. */
  readonly ownerId: string | null;
  /** Real begin once it has begun, else the planned one. */
  readonly start: CivilDate;
  readonly begun: boolean;
  /** Real end once it has ended, else the due date. */
  readonly end: CivilDate;
  readonly status: RowStatus;
  /** Rendered from the catalogue: `needs` (stage), `waiting approval`, `waiting client`, `stalled`, a person's words … */
  readonly note: { readonly code: string; readonly params: Readonly<Record<string, string | number>> } | null;
  readonly provisional: boolean;
}

/** What happens next if nobody acts. */
export interface NextStep {
  readonly at: Instant;
  readonly what: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly why: Why;
}

/** What the read model shows of a renewal. */
export interface RenewalView {
  readonly renewalId: string;
  readonly phase: Phase;
  readonly stage: string | null;
  readonly atRisk: boolean;
  readonly paused: boolean;
  readonly holdsOutreach: boolean;
  readonly outcome: Outcome | null;
  readonly endDate: CivilDate | null;
  readonly noticeDate: CivilDate | null;
  readonly opensOn: CivilDate | null;
  readonly rows: readonly ProcessRow[];
  readonly next: NextStep | null;
  /** Open tasks with the due dates that hold now: a moved end date moves them. */
  readonly tasks: readonly { readonly id: string; readonly dueAt: Instant }[];
  readonly stalled: {
    readonly stage: string;
    readonly since: Instant;
    readonly blocker: string;
    readonly percent: number;
  } | null;
}
