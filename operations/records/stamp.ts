import type { Instant } from '../../domain/time/types.ts';

/** Who changes a record, when, and under which id: the same id again leaves one trace in the history. */
export interface ChangeStamp {
  readonly id: string;
  readonly at: Instant;
  readonly personId: string;
}

/**
 * Looks at the record as it stands in the transaction, before it is changed: throws where the caller has read another
 * version, or may not change this one.
 */
export type CheckRecord<D> = (doc: D) => void;
