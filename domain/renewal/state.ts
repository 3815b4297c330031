import type { Money } from '../money/types.ts';
import type { CivilDate, Instant } from '../time/types.ts';
import type { QuoteTerms, SaveOutcome } from './facts.ts';

/** Where a renewal stands as a whole; the stage in work is laid beside it. */
export const PHASES = ['data-needed', 'scheduled', 'open', 'closed'] as const;
export type Phase = (typeof PHASES)[number];

export const OUTCOMES = ['renewed', 'renewed-growth', 'renewed-smaller', 'lost', 'lapsed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Something that happened once, by whom and with what note. Person ids, or `engine`, `client`, `system`. */
export interface Mark {
  readonly at: Instant;
  readonly by: string;
  readonly note: string;
}

export interface ApprovalDecision extends Mark {
  readonly decision: 'approve' | 'reject';
  /** Whose vote it is, where a substitute gave it for somebody who was asked and is away. */
  readonly for?: string;
}

/** One rule of the ladder that this quote met, and who was asked. */
export interface ApprovalRequest {
  readonly rule: string;
  readonly mode: 'any of' | 'all of';
  /** For each role of the rule the people who may decide for it; never the requester. */
  readonly asked: readonly { readonly role: string; readonly people: readonly string[] }[];
  readonly askedAt: Instant | null;
  readonly dueAt: Instant | null;
  readonly decisions: readonly ApprovalDecision[];
  readonly status: 'waiting' | 'asked' | 'approved' | 'rejected';
  readonly decidedAt: Instant | null;
}

export interface Quote extends QuoteTerms {
  readonly revision: number;
  readonly issuedAt: Instant;
  readonly issuedBy: string;
  readonly approvals: readonly ApprovalRequest[];
  readonly order: 'serial' | 'parallel';
  /** When the last needed approval came, or the quote was issued where none is needed. */
  readonly approvedAt: Instant | null;
  readonly rejectedAt: Instant | null;
  readonly expiredAt: Instant | null;
  readonly declinedAt: Instant | null;
}

/** How a stage ended by hand. */
export interface StageMark extends Mark {
  readonly how: 'completed' | 'skipped' | 'before import';
}

/**
 * All a renewal remembers, as plain JSON small enough to stand in every workflow task. What can be
 * worked out from it and the snapshot (dates, stages, due work) is never stored.
 */
export interface RenewalState {
  readonly schema: 1;
  readonly renewalId: string;
  readonly phase: Phase;
  /** The dates as last seen, and since when they are these: what was due before then could not have been done. */
  readonly dates: { readonly end: CivilDate; readonly notice: CivilDate | null; readonly since: Instant } | null;
  /** Pinned at opening. */
  readonly playbook: { readonly id: string; readonly version: number } | null;
  readonly openedAt: Instant | null;
  readonly closed: {
    readonly outcome: Outcome;
    readonly at: Instant;
    readonly cause: string | null;
    readonly detail: string | null;
    readonly competitor: string | null;
    readonly finalAmount: Money | null;
  } | null;
  /** Ids of facts already judged, newest last, bounded. */
  readonly seen: readonly string[];
  readonly pauses: readonly {
    readonly from: Instant;
    readonly to: Instant | null;
    readonly until: CivilDate | null;
    readonly reason: string;
    readonly by: string;
  }[];
  /** First real contact with the client. */
  readonly contacted: Mark | null;
  /** First of each event that stops outreach, for the renewal as a whole. */
  readonly stops: Readonly<Partial<Record<'reply' | 'meeting booked' | 'opted out' | 'bounce', Instant>>>;
  /** Contacts whom mail does not reach or who want none: `<contact>/<event>` → first time. */
  readonly silenced: Readonly<Record<string, Instant>>;
  /** Last reply of the client; each that comes after the owner dealt with the one before is a task again. */
  readonly repliedAt: Instant | null;
  readonly quote: Quote | null;
  /** Quotes issued so far: the revision of the next one is never one that was. */
  readonly quotes: number;
  readonly accepted: (Mark & { readonly revision: number }) | null;
  readonly invoice: {
    readonly number: string;
    readonly amount: Money;
    readonly dueDate: CivilDate;
    readonly at: Instant;
  } | null;
  readonly payments: readonly {
    readonly id: string;
    readonly amount: Money;
    readonly receivedOn: CivilDate;
    readonly receipt: string | null;
    readonly at: Instant;
  }[];
  /** Tasks done or skipped by hand, by step id (with its round). */
  readonly tasks: Readonly<Record<string, StageMark>>;
  /** Stages ended by hand, by stage id. */
  readonly stages: Readonly<Record<string, StageMark>>;
  /** How often a stage was begun again; 0 is not stored. Part of effect keys. */
  readonly rounds: Readonly<Record<string, number>>;
  /** When a stage begun again started. */
  readonly redone: Readonly<Record<string, Instant>>;
  /** Open tasks: key of the occurrence → id of the effect that opened it. */
  readonly open: Readonly<Record<string, string>>;
  /** Last real activity of people: it resets the stall clock. */
  readonly activityAt: Instant | null;
  readonly risk: {
    readonly flagged: (Mark & { readonly cause: string }) | null;
    readonly plan: {
      readonly id: string;
      readonly cause: string;
      readonly openedAt: Instant;
      readonly closedAt: Instant | null;
      readonly outcome: SaveOutcome | null;
    } | null;
    readonly health: { readonly score: number; readonly at: Instant } | null;
    readonly usageDrop: { readonly percent: number; readonly at: Instant } | null;
    readonly sponsorLeftAt: Instant | null;
    /** Risk rules that hold and have been acted on; one that no longer holds may fire again. */
    readonly latched: readonly string[];
    /** Save plans opened so far: part of the next one's id. */
    readonly plans: number;
    readonly complaints: Readonly<Record<string, { readonly opened: Instant | null; readonly closed: Instant | null }>>;
  };
  /** Notice by the client not to renew; `late` when it came after the notice deadline. */
  readonly notice: (Mark & { readonly late: boolean }) | null;
  /** Keys of occurrences already acted on: `s` sent or done, `x` superseded, `t` turned into a task. */
  readonly handled: Readonly<Record<string, 's' | 'x' | 't'>>;
  /** Client mails by contact and series, newest last, bounded: for caps and quiet hours. */
  readonly mailed: readonly { readonly contactId: string; readonly series: string; readonly at: Instant }[];
}

export function newRenewalState(renewalId: string): RenewalState {
  return {
    schema: 1,
    renewalId,
    phase: 'scheduled',
    dates: null,
    playbook: null,
    openedAt: null,
    closed: null,
    seen: [],
    pauses: [],
    contacted: null,
    stops: {},
    silenced: {},
    repliedAt: null,
    quote: null,
    quotes: 0,
    accepted: null,
    invoice: null,
    payments: [],
    tasks: {},
    stages: {},
    rounds: {},
    redone: {},
    open: {},
    activityAt: null,
    risk: {
      flagged: null,
      plan: null,
      health: null,
      usageDrop: null,
      sponsorLeftAt: null,
      latched: [],
      plans: 0,
      complaints: {},
    },
    notice: null,
    handled: {},
    mailed: [],
  };
}

const { schema: SCHEMA } = newRenewalState('');
const FIELDS = Object.keys(newRenewalState('')).length;

/**
 * A copy to be changed. Written out because every look makes several, and spreading what was spread before is some
 * ten times slower. A state of another release, with other fields, keeps them all.
 */
export function copyState(state: RenewalState): RenewalState {
  if (state.schema !== SCHEMA || Object.keys(state).length !== FIELDS) return { ...state };
  return {
    schema: state.schema,
    renewalId: state.renewalId,
    phase: state.phase,
    dates: state.dates,
    playbook: state.playbook,
    openedAt: state.openedAt,
    closed: state.closed,
    seen: state.seen,
    pauses: state.pauses,
    contacted: state.contacted,
    stops: state.stops,
    silenced: state.silenced,
    repliedAt: state.repliedAt,
    quote: state.quote,
    quotes: state.quotes,
    accepted: state.accepted,
    invoice: state.invoice,
    payments: state.payments,
    tasks: state.tasks,
    stages: state.stages,
    rounds: state.rounds,
    redone: state.redone,
    open: state.open,
    activityAt: state.activityAt,
    risk: state.risk,
    notice: state.notice,
    handled: state.handled,
    mailed: state.mailed,
  };
}
