import { trusted } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Filter } from '../../domain/access/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { AbsenceDoc } from '../../schemas/absence.ts';
import type { Database } from '../../schemas/connection.ts';
import { afterCursor, pageLimit, pageOf } from '../store/cursor.ts';
import type { Page } from '../store/cursor.ts';
import type { PageRequest } from '../store/renewal-queries.ts';
import { trustedFilter } from '../store/trusted-filter.ts';

export interface AbsenceFilters {
  readonly personId?: string | undefined;
  /** Those that last longer than this instant. */
  readonly endsAfter?: Instant | undefined;
}

/** A page of absences that the reader may see, those that begin last first. Throws `store.cursor`. */
export async function listAbsences(
  db: Database,
  only: Filter,
  { personId, endsAfter }: AbsenceFilters,
  page: PageRequest = {},
): Promise<Page<AbsenceDoc>> {
  const limit = pageLimit(page.limit);
  const where = [
    trustedFilter(only),
    ...(personId === undefined ? [] : [{ personId }]),
    ...(endsAfter === undefined ? [] : [{ ends: trusted({ $gt: endsAfter }) }]),
    ...(page.after === undefined ? [] : [afterCursor('begins', page.after, -1)]),
  ];
  const rows = await db.absences
    .find({ $and: where })
    .sort({ begins: -1, _id: -1 })
    .limit(limit + 1)
    .lean<AbsenceDoc[]>();
  return pageOf(rows, limit, (row) => row.begins);
}

/** Throws `resource.not_found`. */
export async function absenceById(db: Pick<Database, 'absences'>, id: string): Promise<AbsenceDoc> {
  const doc = await db.absences.findOne({ _id: id }).lean<AbsenceDoc>();
  if (doc === null) throw PerennialError.of('resource.not_found', { kind: '@kind.absence', id: excerpt(id) });
  return doc;
}
