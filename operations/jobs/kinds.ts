import type { JobKind } from '../../schemas/job.ts';

/** How jobs of a kind are done. */
export interface KindRules {
  /**
   * Jobs of a lane wait for each other: what follows from a change must not wait for the five thousand items of a bulk
   * action, nor those for an export.
   */
  readonly lane: 'bulk' | 'follow-up' | 'history' | 'import';
  /**
   * How often it is begun at most; a job that kills its process would do so for ever. Null where it goes on where it
   * stood, and each of its items has a result of its own: it is done until it ends.
   */
  readonly attempts: number | null;
}

export const KINDS: Readonly<Record<JobKind, KindRules>> = {
  bulk: { lane: 'bulk', attempts: null },
  'follow-up': { lane: 'follow-up', attempts: null },
  'history export': { lane: 'history', attempts: 3 },
  'history verification': { lane: 'history', attempts: 3 },
  import: { lane: 'import', attempts: 3 },
  'head witness': { lane: 'history', attempts: 3 },
};
