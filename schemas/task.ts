import { Schema } from 'mongoose';
import type { Money } from '../domain/money/types.ts';
import type { Assignee, TaskKind, Why } from '../domain/renewal/effects.ts';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, json, jsonOrNull, text, textOrNull } from './fields.ts';

export type TaskState = 'open' | 'done' | 'skipped' | 'superseded' | 'cancelled';

/** What an escalation tells the level above. */
export interface Escalation {
  readonly level: string;
  readonly since: Instant;
  readonly blocker: string;
  readonly money: Money;
}

/** Work for a person or a role. Its id is the id of the effect that opened it. */
export interface TaskDoc {
  readonly _id: string;
  readonly renewalId: string;
  readonly contractId: string;
  readonly clientId: string;
  /** Owner of the client: who may see it goes by that. Follows while the task is open. */
  readonly ownerId: string;
  readonly clientName: string;
  readonly contractNumber: string;
  /**
   * `oversight`: operations look after the engine itself; opened and closed by its hourly checks. `channel off`: facts
   * do not go out any more; opened where a channel is switched off by itself, done when it is on again.
   */
  readonly kind: TaskKind | 'escalation' | 'oversight' | 'channel off';
  readonly stage: string | null;
  /** Step id of the playbook or of the engine; with `kind` and the playbook it gives the title. */
  readonly step: string | null;
  readonly playbook: { readonly id: string; readonly version: number } | null;
  readonly assignee: Assignee;
  readonly openedAt: Instant;
  readonly dueAt: Instant;
  readonly state: TaskState;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
  readonly note: string | null;
  readonly why: Why;
  readonly escalation: Escalation | null;
}

export const taskSchema = new Schema<TaskDoc>(
  {
    _id: text,
    renewalId: text,
    contractId: text,
    clientId: text,
    ownerId: text,
    clientName: text,
    contractNumber: text,
    kind: text,
    stage: textOrNull,
    step: textOrNull,
    playbook: jsonOrNull,
    assignee: json,
    openedAt: text,
    dueAt: text,
    state: text,
    closedAt: textOrNull,
    closedBy: textOrNull,
    note: textOrNull,
    why: json,
    escalation: jsonOrNull,
  },
  inCollection('tasks'),
);

taskSchema.index({ 'assignee.id': 1, state: 1, dueAt: 1, _id: 1 }, { name: 'of_person' });
taskSchema.index({ 'assignee.role': 1, state: 1, dueAt: 1, _id: 1 }, { name: 'of_role' });
taskSchema.index({ ownerId: 1, state: 1, dueAt: 1, _id: 1 }, { name: 'of_owner' });
taskSchema.index({ renewalId: 1, state: 1 }, { name: 'of_renewal' });
taskSchema.index({ state: 1, dueAt: 1, _id: 1 }, { name: 'by_due' });
