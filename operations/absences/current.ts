import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import { standsForAt } from '../../domain/people/absence.ts';
import type { Absence } from '../../domain/people/absence.ts';
import type { Instant } from '../../domain/time/types.ts';
import { absenceToDomain } from '../../schemas/absence.ts';
import type { AbsenceDoc } from '../../schemas/absence.ts';
import type { Database } from '../../schemas/connection.ts';
import type { PersonDoc } from '../../schemas/person.ts';

type AbsenceDatabase = Pick<Database, 'absences' | 'people'>;

/** Absences that last at an instant. */
export async function absencesAt(db: Pick<Database, 'absences'>, at: Instant): Promise<readonly Absence[]> {
  const docs = await db.absences
    .find({ ends: trusted({ $gt: at }), begins: trusted({ $lte: at }) })
    .lean<AbsenceDoc[]>();
  return docs.map(absenceToDomain);
}

/** Whom somebody stands in for now; most often nobody. */
export async function standsFor(db: AbsenceDatabase, personId: string, now: Instant): Promise<readonly string[]> {
  const absences = await absencesAt(db, now);
  if (absences.length === 0) return [];
  return standsForAt(absences, personId, now, await activeAmong(db, absences));
}

/** Which of those that absences name are still on the team. */
export async function activeAmong(
  db: Pick<Database, 'people'>,
  absences: readonly Absence[],
  session?: ClientSession,
): Promise<(personId: string) => boolean> {
  const ids = [...new Set(absences.flatMap(({ personId, substituteId }) => [personId, substituteId]))];
  const active = await db.people
    .find({ _id: trusted({ $in: ids }), active: true }, { _id: 1 }, session === undefined ? {} : { session })
    .lean<Pick<PersonDoc, '_id'>[]>();
  const known = new Set(active.map(({ _id }) => _id));
  return (personId) => known.has(personId);
}
