import { Schema } from 'mongoose';
import type { Problem } from '../domain/errors/problem.ts';
import type { LogEntry } from '../domain/renewal/effects.ts';
import type { CivilDate, Instant } from '../domain/time/types.ts';
import { flag, inCollection, json, jsonOrNull, number, text, textOrNull } from './fields.ts';

/** What people do to many renewals at once. */
export type BulkAction =
  | { readonly kind: 'pause'; readonly reason: string; readonly until: CivilDate | null }
  | { readonly kind: 'resume'; readonly note: string }
  | { readonly kind: 'reassign'; readonly ownerId: string }
  /** End date and notice deadline by so many days, forward or back. */
  | { readonly kind: 'shift dates'; readonly days: number; readonly reason: string }
  /** Look again at the world. */
  | { readonly kind: 'poke' };
export type BulkKind = BulkAction['kind'];

/** What follows from a change of a record, for every renewal it concerns: it happens also where the process dies meanwhile. */
export type FollowUp =
  /** The renewal looks again; its history says already what changed. */
  | { readonly kind: 'look'; readonly what: string }
  /** The change is written into the history, then the renewal looks again. */
  | { readonly kind: 'tell'; readonly what: string; readonly entry: LogEntry };

export type JobAction = BulkAction | { readonly kind: 'undo'; readonly of: BulkAction } | FollowUp;

/** Work on many renewals, one after the other; whoever dies at it is replaced. */
export interface JobDoc {
  /** Follows from the request that asked for it: the same request again is the same job. */
  readonly _id: string;
  readonly action: JobAction;
  /** Who asked for it: their rights count, at each item anew. */
  readonly by: string;
  /** Follow-ups of the engine's own; nobody is shown these. */
  readonly internal: boolean;
  readonly createdAt: Instant;
  readonly state: 'waiting' | 'running' | 'done';
  readonly finishedAt: Instant | null;
  /** Nobody else may take it before. */
  readonly leaseUntil: Instant;
  readonly runner: string | null;
  /** The job whose effects it takes back. */
  readonly undoOf: string | null;
  readonly undoneBy: string | null;
}

/** `unchanged`: it was so already. `excluded`: it was clear from the start that it cannot be done. */
export const ITEM_STATES = ['waiting', 'done', 'unchanged', 'failed', 'excluded'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

/** How a renewal was before, as far as its job changes it. Nothing personal. */
export interface ItemBefore {
  readonly endDate?: CivilDate;
  readonly noticeDate?: CivilDate | null;
  readonly ownerId?: string;
}

/** One renewal of a job, with what came of it. */
export interface JobItemDoc {
  /** `<job>/<place>`; with it the id of the fact, so that an item counts once. */
  readonly _id: string;
  readonly jobId: string;
  /** Place in the job, from 1. */
  readonly place: number;
  readonly renewalId: string;
  readonly state: ItemState;
  readonly problem: Problem | null;
  /** Noted before anything is changed; for an undo what it goes back to. */
  readonly before: ItemBefore | null;
  readonly doneAt: Instant | null;
}

export const jobSchema = new Schema<JobDoc>(
  {
    _id: text,
    action: json,
    by: text,
    internal: flag,
    createdAt: text,
    state: text,
    finishedAt: textOrNull,
    leaseUntil: text,
    runner: textOrNull,
    undoOf: textOrNull,
    undoneBy: textOrNull,
  },
  inCollection('jobs'),
);
jobSchema.index({ state: 1, internal: 1, leaseUntil: 1, createdAt: 1 }, { name: 'to_run' });
jobSchema.index({ by: 1, internal: 1, createdAt: -1, _id: -1 }, { name: 'of_person' });

export const jobItemSchema = new Schema<JobItemDoc>(
  {
    _id: text,
    jobId: text,
    place: number,
    renewalId: text,
    state: text,
    problem: jsonOrNull,
    before: jsonOrNull,
    doneAt: textOrNull,
  },
  inCollection('jobItems'),
);
jobItemSchema.index({ jobId: 1, place: 1 }, { unique: true, name: 'one_item_per_place' });
jobItemSchema.index({ jobId: 1, state: 1, place: 1 }, { name: 'by_state' });
