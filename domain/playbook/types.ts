import type { Span } from '../calendar/types.ts';
import type { Money } from '../money/types.ts';
import type { ContactRole } from '../people/contract.ts';
import type { Role } from '../people/types.ts';
import type { LocalText } from '../text.ts';
import type { WallTime } from '../time/types.ts';

/** What a date may hang on: the contract's end, the notice deadline, the begin of the stage, the due date of the invoice. */
export type Anchor = 'end' | 'notice' | 'stage' | 'invoice';

/** "90 days before end": `amount` is negative before the anchor, positive after it, 0 on it. */
export interface DatePoint {
  readonly anchor: Anchor;
  readonly amount: number;
  readonly unit: 'days' | 'business days' | 'months';
}

/** What ends a stage. Every listed condition must hold. */
export const CONDITIONS = [
  'client contacted',
  'quote issued',
  'quote approved',
  'tasks done',
  'client accepted',
  'notice window passed',
  'payment received',
] as const;
export type Condition = (typeof CONDITIONS)[number];

/** What a task may ask for: once it is there, the task is done, whoever recorded it. */
export const TASK_FACTS = [
  'client contacted',
  'quote issued',
  'quote approved',
  'client accepted',
  'invoice issued',
  'payment received',
] as const;
export type TaskFact = (typeof TASK_FACTS)[number];

/** What stops an outreach series (never a legal notice). */
export const STOP_EVENTS = [
  'reply',
  'meeting booked',
  'opted out',
  'bounce',
  'client contacted',
  'client accepted',
  'payment received',
] as const;
export type StopEvent = (typeof STOP_EVENTS)[number];

/** Where an escalation goes: the owner is warned, a role is told and takes a task. */
export type EscalationAction = { readonly kind: 'warn owner' } | { readonly kind: 'escalate'; readonly to: Role };

/** One level of a stall ladder: `at` percent of the stage's due time without real activity. */
export interface StallLevel {
  readonly at: number;
  readonly action: EscalationAction;
}

export interface TaskStep {
  readonly kind: 'task';
  readonly id: string;
  readonly name: LocalText;
  /** Who does it; the stage's owner where the playbook names none. */
  readonly owner: Role;
  /** Counted from the begin of the stage. */
  readonly due: Span;
  readonly instructions?: LocalText;
  /** The fact the task asks for; without one a person says that it is done. */
  readonly doneWhen?: TaskFact;
  /** CEL condition; the task is opened only where it holds when the stage begins. */
  readonly when?: string;
}

/** A meeting with the client: a task for the owner, and an invitation (.ics) to the contact. */
export interface MeetingStep {
  readonly kind: 'meeting';
  readonly id: string;
  readonly name: LocalText;
  readonly owner: Role;
  readonly to: ContactRole;
  readonly template: string;
  readonly at: DatePoint;
  readonly time: WallTime;
  readonly minutes: number;
  readonly when?: string;
}

export interface OutreachStep {
  readonly kind: 'outreach';
  readonly id: string;
  readonly template: string;
  readonly to: ContactRole;
  /** One mail for each point, in the order given. */
  readonly at: readonly DatePoint[];
  readonly stopOn: readonly StopEvent[];
  readonly atMost: { readonly count: number; readonly days: number };
  /** Legal notices are never held, stopped, collapsed away or capped; a bad address makes them a task for a person. */
  readonly legal: boolean;
  readonly when?: string;
}

export type Step = TaskStep | MeetingStep | OutreachStep;

/** One row of the renewal process table. */
export interface Stage {
  readonly id: string;
  readonly name: LocalText;
  readonly owner: Role;
  /** Planned begin. The stage begins earlier when the one before it is done earlier. */
  readonly starts: DatePoint;
  /** Counted from the later of planned and real begin. */
  readonly due: Span;
  /** Who is the one to act; the clock of a stage that waits for the client does not count against the team. */
  readonly waitsFor: 'team' | 'client';
  readonly steps: readonly Step[];
  readonly doneWhen: readonly Condition[];
  readonly stalled: readonly StallLevel[];
  /** Every wait has an end: counted from the begin of the stage, whatever the clock does. */
  readonly timeout: { readonly after: Span; readonly action: EscalationAction };
}

/** Opens a save plan by itself. `cause` is a root cause of the save-plan document, or read by the rep where null. */
export interface RiskRule {
  readonly id: string;
  readonly when: string;
  readonly cause: string | null;
  /** Outreach except legal notices waits while the save plan is open. */
  readonly holdOutreach: boolean;
}

export interface Playbook {
  readonly id: string;
  readonly name: LocalText;
  readonly description: LocalText;
  /** CEL over `client`, `contract`: which contracts this playbook is for. */
  readonly applies: string;
  /** Of several that apply, the highest wins. */
  readonly priority: number;
  readonly mode: 'standard' | 'auto-renewing';
  readonly opens: DatePoint;
  /** After this an unaccepted renewal is lapsed. */
  readonly lapses: DatePoint;
  readonly outreach: {
    /** Wall time at the recipient. */
    readonly window: { readonly from: WallTime; readonly to: WallTime };
    /** Over all series, per contact; afterwards a task for the owner instead. */
    readonly atMost: { readonly count: number; readonly days: number };
    /** A mail later than this many days is not sent any more. */
    readonly catchUpDays: number;
    /** Hours between two mails to one contact about one contract. */
    readonly quietHours: number;
  };
  readonly stages: readonly Stage[];
  /** Series that belong to no stage and run until they are stopped or the renewal ends. */
  readonly reminders: readonly OutreachStep[];
  /** Id of the approval ladder. */
  readonly approvals: string;
  /** Id of the save-plan document. */
  readonly savePlans: string;
  readonly risk: readonly RiskRule[];
  readonly payment: {
    readonly invoiceDueDays: number;
    /** Days after the invoice's due date: told to suspend, closed as unpaid. */
    readonly suspendAfterDays: number;
    readonly closeAfterDays: number;
  };
}

/** A published playbook. A renewal pins one of these. */
export interface PlaybookVersion {
  readonly id: string;
  readonly version: number;
  /** SHA-256 of the source text, hex. */
  readonly digest: string;
  readonly definition: Playbook;
}

/** One row of an approval ladder: who must agree when `when` holds. All rows that hold are asked. */
export interface ApprovalRule {
  readonly id: string;
  readonly name: LocalText;
  /** CEL over `quote` (discountPercent, amount, termMonths, paymentDays, upliftPercent), `client`, `contract`. */
  readonly when: string;
  /** None where the written reason alone is wanted. */
  readonly approvers: readonly Role[];
  /** Of the roles: one is enough, or each is needed. */
  readonly mode: 'any of' | 'all of';
  readonly reasonRequired: boolean;
}

export interface ApprovalLadder {
  readonly id: string;
  readonly name: LocalText;
  /** Rows one after the other in their order, or all at once. */
  readonly order: 'serial' | 'parallel';
  readonly rules: readonly ApprovalRule[];
  readonly sla: {
    readonly due: Span;
    readonly remindAtPercent: number;
    /** What silence means, at 200 % of the due time. */
    readonly silence: 'deny' | 'next level';
  };
}

export interface SaveAction {
  readonly id: string;
  readonly name: LocalText;
  readonly owner: Role;
  readonly due: Span;
}

/** The measures for one root cause of churn. */
export interface SavePlanTemplate {
  readonly cause: string;
  readonly name: LocalText;
  readonly actions: readonly SaveAction[];
  /** Highest discount that may be offered, in percent; 0 = none. Always through approval. */
  readonly concessionCapPercent: number;
  readonly concessionNote: LocalText;
  readonly due: Span;
}

export interface SavePlanSet {
  readonly id: string;
  readonly name: LocalText;
  readonly plans: readonly SavePlanTemplate[];
  /** Two levels: cause → detail, for closing as lost. */
  readonly lossReasons: readonly {
    readonly id: string;
    readonly name: LocalText;
    readonly details: readonly { readonly id: string; readonly name: LocalText }[];
  }[];
}

/** A mail template: Markdown body with Liquid variables, one text per language. */
export interface MailTemplate {
  readonly id: string;
  readonly subject: LocalText;
  readonly body: LocalText;
}

export type { Money };
