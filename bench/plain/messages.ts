import { defineSignal } from '@temporalio/workflow';
import type { Role } from '../../domain/people/types.ts';
import type { Instant } from '../../domain/time/types.ts';

export const PLAIN_WORKFLOW = 'plainRenewal';

/** One mail to the client, on a date that was worked out before the start. */
export interface PlainReminder {
  readonly id: string;
  readonly template: string;
  readonly role: 'decision-maker' | 'champion' | 'billing';
  readonly at: Instant;
}

export interface PlainRung {
  readonly at: Instant;
  readonly level: Role;
  readonly warning: boolean;
}

export interface PlainTask {
  readonly step: string;
  readonly role: Role;
  readonly dueAt: Instant;
}

export interface PlainStage {
  readonly id: string;
  readonly tasks: readonly PlainTask[];
  /** Kind of the fact that ends it. */
  readonly doneWhen: string;
  /** Who hears of it when, if the fact does not come. */
  readonly ladder: readonly PlainRung[];
}

/** Everything is planned before the start: this workflow knows no calendar and no change of dates. */
export interface PlainInput {
  readonly renewalId: string;
  readonly contractId: string;
  readonly clientId: string;
  readonly opensAt: Instant;
  readonly lapsesAt: Instant;
  readonly reminders: readonly PlainReminder[];
  readonly stages: readonly PlainStage[];
}

export type PlainOutcome = 'renewed' | 'lapsed';

/** What happened: the kind of the fact, and its facts as they come. */
export interface PlainFact {
  readonly id: string;
  readonly kind: string;
  readonly at: Instant;
}

export const factSignal = defineSignal<[PlainFact]>('fact');
