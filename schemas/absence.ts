import { Schema } from 'mongoose';
import type { Absence } from '../domain/people/absence.ts';
import type { CivilDate, Instant, ZoneId } from '../domain/time/types.ts';
import { inCollection, text, textOrNull } from './fields.ts';

/** Somebody of the team is away. One that was called off before it began is gone; one that has begun stays, with its end. */
export interface AbsenceDoc extends Omit<Absence, 'id'> {
  readonly _id: string;
  /** First and last day, in the person's zone. */
  readonly from: CivilDate;
  readonly to: CivilDate;
  /** The zone that `begins` and `ends` were worked out with. */
  readonly zone: ZoneId;
  readonly reason: string;
  readonly createdAt: Instant;
  /** Person id. */
  readonly createdBy: string;
  /** When the person came back earlier than planned. */
  readonly endedAt: Instant | null;
}

export const absenceSchema = new Schema<AbsenceDoc>(
  {
    _id: text,
    personId: text,
    substituteId: text,
    begins: text,
    ends: text,
    from: text,
    to: text,
    zone: text,
    // May be empty.
    reason: { type: String },
    createdAt: text,
    createdBy: text,
    endedAt: textOrNull,
  },
  inCollection('absences'),
);

absenceSchema.index({ ends: 1, begins: 1 }, { name: 'by_end' });
absenceSchema.index({ personId: 1, begins: 1 }, { name: 'of_person' });
absenceSchema.index({ begins: -1, _id: -1 }, { name: 'latest' });

export function absenceToDomain({ _id, personId, substituteId, begins, ends }: AbsenceDoc): Absence {
  return { id: _id, personId, substituteId, begins, ends };
}
