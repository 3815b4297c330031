import type { Money } from '../money/types.ts';
import type { ContactRole } from '../people/contract.ts';
import type { Actor } from '../people/types.ts';
import type { CivilDate, Instant, WallTime } from '../time/types.ts';
import type { Outcome } from './state.ts';
import type { ApprovalRequest, Quote } from './state.ts';

/** A reason for people and auditors: the rule that fired and what it looked at. Rendered from the catalogue by `rule`. */
export interface Why {
  readonly rule: string;
  readonly inputs: Readonly<Record<string, string | number>>;
}

/** Who a task or message is for: one person, or everybody with a role. */
export type Assignee =
  { readonly kind: 'person'; readonly id: string } | { readonly kind: 'role'; readonly role: string };

/** What an invitation invites to; date and time are those of the contact. */
export interface PlannedMeeting {
  readonly date: CivilDate;
  readonly time: WallTime;
  readonly minutes: number;
  readonly startsAt: Instant;
}

interface EffectBase {
  /** `<renewal>/<stage>/<step>/<occurrence>/<channel>/<role>`; doing it twice under one id changes nothing. */
  readonly id: string;
  readonly why: Why;
}

export type Effect = EffectBase &
  /** Mail to the client. Planned in the ledger now, delivered apart. */
  (
    | {
        readonly kind: 'send outreach';
        readonly stage: string | null;
        readonly step: string;
        readonly template: string;
        readonly to: ContactRole;
        readonly contactId: string;
        readonly legal: boolean;
        readonly dueAt: Instant;
        /** Not sent any more after this. */
        readonly notAfter: Instant;
        /** Present where the mail carries an invitation. */
        readonly meeting: PlannedMeeting | null;
      }
    /** A due mail that is not sent, with the reason; it gets its row in the ledger all the same. */
    | {
        readonly kind: 'supersede outreach';
        readonly step: string;
        readonly template: string;
        readonly to: ContactRole;
        readonly dueAt: Instant;
        readonly reason: SupersedeReason;
      }
    | {
        readonly kind: 'open task';
        readonly stage: string | null;
        /** Step id of the playbook, or the kind of engine task: `reply`, `cap`, `data`, `requote`, `late-notice`, … */
        readonly step: string;
        readonly task: TaskKind;
        readonly assignee: Assignee;
        readonly dueAt: Instant;
        readonly notify: boolean;
      }
    | {
        readonly kind: 'close task';
        readonly taskId: string;
        readonly state: 'done' | 'skipped' | 'superseded' | 'cancelled';
        readonly by: string;
        readonly note: string;
      }
    | {
        readonly kind: 'request approval';
        readonly rule: string;
        readonly request: ApprovalRequest;
        /** Frozen: what the approver sees and decides on. */
        readonly quote: Quote;
        readonly currentAmount: Money;
        readonly dueAt: Instant;
      }
    | {
        readonly kind: 'remind approval';
        readonly approvalId: string;
        readonly people: readonly string[];
        readonly dueAt: Instant;
      }
    | {
        readonly kind: 'close approval';
        readonly approvalId: string;
        readonly status: 'approved' | 'rejected' | 'superseded';
        readonly by: string;
        readonly comment: string;
      }
    /** Tells the owner, or opens a task one level up. */
    | {
        readonly kind: 'warn owner';
        readonly stage: string;
        readonly to: Assignee;
        readonly since: Instant;
        readonly percent: number;
      }
    | {
        readonly kind: 'escalate';
        readonly stage: string;
        readonly to: Assignee;
        readonly level: string;
        readonly since: Instant;
        readonly blocker: string;
        readonly money: Money;
        readonly dueAt: Instant;
      }
    | { readonly kind: 'end escalations'; readonly stage: string | null }
    | { readonly kind: 'open save plan'; readonly savePlanId: string; readonly cause: string; readonly ruleId: string }
    /** The renewal ended while the plan was open: its outcome is the plan's. */
    | {
        readonly kind: 'end save plan';
        readonly savePlanId: string;
        readonly outcome: Outcome;
        readonly withConcession: boolean;
      }
    | { readonly kind: 'amend contract'; readonly endDate: CivilDate; readonly noticeDate: CivilDate | null }
    /** The contract lives on: its next term is made and its renewal started. */
    | {
        readonly kind: 'start next term';
        readonly term: number;
        readonly startDate: CivilDate;
        readonly endDate: CivilDate;
        readonly noticeDate: CivilDate | null;
        readonly termMonths: number;
        readonly amount: Money;
        readonly paymentDays: number;
      }
    | {
        readonly kind: 'close renewal';
        readonly outcome: Outcome;
        /** Of a loss: root cause and detail, and who won. */
        readonly cause: string | null;
        readonly detail: string | null;
        readonly competitor: string | null;
        readonly finalAmount: Money | null;
      }
  );

export type EffectKind = Effect['kind'];

export const TASK_KINDS = [
  'step',
  'meeting',
  'reply',
  'mail cap',
  'bad address',
  'mail refused',
  'data needed',
  'no playbook',
  'approval nobody',
  'quote rejected',
  'quote declined',
  'quote expiring',
  'requote',
  'late notice',
  'suspend service',
  'collect payment',
  'lapsing',
  'not saved',
  'save action',
  'legal by post',
] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

export const SUPERSEDE_REASONS = [
  'newer due',
  'too late',
  'before import',
  'stopped',
  'stage done',
  'cap reached',
  'closed',
  'no contact',
  'suppressed',
  'not applicable',
] as const;
export type SupersedeReason = (typeof SUPERSEDE_REASONS)[number];

/** One line of a renewal's history: a fact taken, a fact refused, an effect, a change of state. Personal data stay in `detail`. */
export interface LogEntry {
  /** Unique in the renewal; the same entry twice is one. */
  readonly id: string;
  readonly at: Instant;
  readonly kind: 'fact' | 'refused' | 'effect' | 'transition';
  /** Fact kind, effect kind, or name of the transition (`opened`, `stage begun` …). */
  readonly name: string;
  readonly actor: Actor;
  readonly stage: string | null;
  readonly why: Why | null;
  readonly detail: Readonly<Record<string, unknown>>;
}
