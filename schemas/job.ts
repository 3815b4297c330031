import { Schema } from 'mongoose';
import type { Problem } from '../domain/errors/problem.ts';
import type { LogEntry } from '../domain/renewal/effects.ts';
import type { Locale } from '../domain/text.ts';
import type { CivilDate, Instant } from '../domain/time/types.ts';
import { inCollection, json, jsonOrNull, number, text, textOrNull } from './fields.ts';

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

/** An action, or taking one back. */
export type DoOrUndo = BulkAction | { readonly kind: 'undo'; readonly of: BulkAction };

/** What follows from a change of a record, for every renewal it concerns: it happens also where the process dies meanwhile. */
export type FollowUp =
  /** The renewal looks again; its history says already what changed. */
  | { readonly kind: 'look'; readonly what: string }
  /** Every renewal that has not ended looks again; one item is a stretch of them, and makes the next. */
  | { readonly kind: 'look everywhere'; readonly what: string }
  /** The change is written into the history, then the renewal looks again. */
  | { readonly kind: 'tell'; readonly what: string; readonly entry: LogEntry };

export const EXPORT_FORMATS = ['json', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Which histories are exported. */
export interface HistoryFilter {
  readonly ownerId?: string;
  readonly renewalId?: string;
  /** Only entries from this day on, and up to this day, in UTC, with whatever stands between them in the chain. */
  readonly from?: CivilDate;
  readonly to?: CivilDate;
}

/** What jobs are there for, each with what it is given. */
export interface JobInputs {
  readonly bulk: { readonly action: DoOrUndo };
  readonly 'follow-up': { readonly action: FollowUp };
  readonly 'history export': { readonly format: ExportFormat; readonly filter: HistoryFilter };
  /** `workflows`: each chain is compared with what its workflow decided. */
  readonly 'history verification': { readonly workflows: boolean };
  /** The table itself lies beside it, sealed. */
  readonly import: {
    readonly name: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly dryRun: boolean;
    readonly mode: 'good rows' | 'all';
    /** Field by header; null leaves the column out. A list: headers may hold any sign. */
    readonly mapping: readonly { readonly header: string; readonly field: string | null }[];
    readonly sheet: string | null;
    /** Language of the errors file. */
    readonly locale: Locale;
  };
  readonly 'head witness': Readonly<Record<string, never>>;
}
export type JobKind = keyof JobInputs;

export const JOB_STATES = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Work that takes longer than a request. Whichever process is free takes it; one that died is taken over. */
export interface JobDoc<K extends JobKind = JobKind> {
  /** Follows from the request that asked for it: the same request again is the same job. */
  readonly _id: string;
  readonly kind: K;
  readonly input: JobInputs[K];
  /** Who asked for it and may see it: their rights count. Null for work of the engine's own, which nobody is shown. */
  readonly by: string | null;
  readonly state: JobState;
  readonly done: number;
  /** Null while nobody knows. */
  readonly total: number | null;
  readonly createdAt: Instant;
  readonly finishedAt: Instant | null;
  /** The attempt that works on it. */
  readonly holder: string | null;
  /** Nobody else may take it before: a holder that has not been heard of until then is dead. */
  readonly leaseUntil: Instant;
  readonly attempts: number;
  readonly result: Readonly<Record<string, unknown>> | null;
  /** Why it failed. */
  readonly problem: Pick<Problem, 'code' | 'params'> | null;
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
    kind: text,
    input: json,
    by: textOrNull,
    state: text,
    done: number,
    total: { type: Number, default: null },
    createdAt: text,
    finishedAt: textOrNull,
    holder: textOrNull,
    leaseUntil: text,
    attempts: number,
    result: jsonOrNull,
    problem: jsonOrNull,
    undoOf: textOrNull,
    undoneBy: textOrNull,
  },
  inCollection('jobs'),
);
jobSchema.index({ kind: 1, state: 1, leaseUntil: 1 }, { name: 'to_do' });
jobSchema.index({ kind: 1, createdAt: -1, _id: -1 }, { name: 'of_kind' });
jobSchema.index({ by: 1, kind: 1, createdAt: -1, _id: -1 }, { name: 'of_person' });

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
