import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { nobodyLeft, overlapping } from '../../domain/people/absence.ts';
import { addDays, localToInstant, maxInstant, wallTime, yearOf } from '../../domain/time/index.ts';
import type { CivilDate, Instant, ZoneId } from '../../domain/time/index.ts';
import { absenceToDomain } from '../../schemas/absence.ts';
import type { AbsenceDoc } from '../../schemas/absence.ts';
import type { Database } from '../../schemas/connection.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { oneAtATime } from '../accounts/administrators.ts';
import { audited } from '../accounts/doer.ts';
import type { Doer } from '../accounts/doer.ts';
import { appendAudit } from '../audit/append.ts';
import type { AuditName } from '../audit/names.ts';
import { compileZone } from '../calendars/zone-offsets.ts';
import { activeAmong } from './current.ts';

export interface AbsenceWish {
  readonly personId: string;
  /** First and last day, both included, in the person's zone. */
  readonly from: CivilDate;
  readonly to: CivilDate;
  readonly substituteId: string;
  readonly reason: string;
}

/**
 * Somebody will be away, and somebody else stands in. The same id again changes nothing. Throws `store.person_missing`,
 * `account.person_inactive`, `absence.order`, `absence.past`, `absence.self`, `absence.overlaps`, and `absence.nobody`
 * where on some day everybody who would stand in, for this person or another, is away too.
 *
 * @param onceId of the request, for the id of the absence
 */
export async function createAbsence(
  db: Database,
  wish: AbsenceWish,
  onceId: string,
  doer: Doer,
  now: Instant,
): Promise<AbsenceDoc> {
  const _id = `abs_${onceId.replace(/^req_/, '')}`;
  return db.transaction(async (session) => {
    await oneAtATime(db, session, 'absences');
    const known = await db.absences.findOne({ _id }, null, { session }).lean<AbsenceDoc>();
    if (known !== null) return known;
    const made = { createdAt: now, createdBy: doer.personId, endedAt: null };
    const doc: AbsenceDoc = { _id, ...(await planned(db, session, wish, now)), ...made };
    await checkLeft(db, session, doc);
    await db.absences.create([doc], { session });
    await note(db, session, 'absence made', doc, doer, now);
    return doc;
  });
}

/**
 * Other days, or somebody else who stands in. Throws as {@link createAbsence}, and `resource.not_found`, `absence.over`
 * and `absence.begun`: what has begun keeps its first day.
 */
export async function changeAbsence(
  db: Database,
  id: string,
  change: Partial<Omit<AbsenceWish, 'personId'>>,
  doer: Doer,
  now: Instant,
): Promise<AbsenceDoc> {
  return db.transaction(async (session) => {
    await oneAtATime(db, session, 'absences');
    const before = await lasting(db, session, id, now);
    const begun = before.begins <= now;
    if (begun && change.from !== undefined && change.from !== before.from) {
      throw PerennialError.of('absence.begun', { from: before.from }, { field: 'from' });
    }
    const wish = { ...before, ...change };
    const next = { ...before, ...(await planned(db, session, wish, now)) };
    // Begun is begun, also where the person has moved to another zone since.
    const doc: AbsenceDoc = begun ? { ...next, begins: before.begins } : next;
    await checkLeft(db, session, doc);
    const { _id, ...fields } = doc;
    await db.absences.updateOne({ _id }, { $set: fields }, { session });
    await note(db, session, 'absence changed', doc, doer, now);
    return doc;
  });
}

/** The person is back, or does not go at all: all is as it was. Throws `resource.not_found` and `absence.over`. */
export async function endAbsence(db: Database, id: string, doer: Doer, now: Instant): Promise<void> {
  await db.transaction(async (session) => {
    await oneAtATime(db, session, 'absences');
    const doc = await lasting(db, session, id, now);
    if (doc.begins > now) await db.absences.deleteOne({ _id: id }, { session });
    else await db.absences.updateOne({ _id: id }, { $set: { ends: now, endedAt: now } }, { session });
    await note(db, session, 'absence ended', doc, doer, now);
  });
}

async function lasting(db: Database, session: ClientSession, id: string, now: Instant): Promise<AbsenceDoc> {
  const doc = await db.absences.findOne({ _id: id }, null, { session }).lean<AbsenceDoc>();
  if (doc === null) throw PerennialError.of('resource.not_found', { kind: '@kind.absence', id: excerpt(id) });
  if (doc.ends <= now) throw PerennialError.of('absence.over');
  return doc;
}

type Planned = Omit<AbsenceDoc, '_id' | 'createdAt' | 'createdBy' | 'endedAt'>;

async function planned(
  db: Database,
  session: ClientSession,
  { personId, from, to, substituteId, reason }: AbsenceWish,
  now: Instant,
): Promise<Planned> {
  if (to < from) throw PerennialError.of('absence.order', { from, to }, { field: 'to' });
  if (substituteId === personId) throw PerennialError.of('absence.self', {}, { field: 'substituteId' });
  const person = await memberOf(db, session, personId, 'personId');
  await memberOf(db, session, substituteId, 'substituteId');
  const { begins: midnight, ends } = spanOf(person.zone, from, to);
  // What has been done until now was done by who was there; and one who came back this morning may go again.
  const begins = maxInstant(midnight, now);
  if (ends <= now) throw PerennialError.of('absence.past', { to }, { field: 'to' });
  return { personId, substituteId, begins, ends, from, to, zone: person.zone, reason };
}

async function memberOf(db: Database, session: ClientSession, id: string, field: string): Promise<PersonDoc> {
  const person = await db.people.findOne({ _id: id }, null, { session }).lean<PersonDoc>();
  if (person === null) throw PerennialError.of('store.person_missing', { who: excerpt(id), hint: '' }, { field });
  if (!person.active) throw PerennialError.of('account.person_inactive', { email: person.email }, { field });
  return person;
}

const MIDNIGHT = wallTime('00:00');

/** From the first midnight to the one after the last day, where the person is. */
export function spanOf(
  zone: ZoneId,
  from: CivilDate,
  to: CivilDate,
): { readonly begins: Instant; readonly ends: Instant } {
  const offsets = compileZone(zone, yearOf(from), yearOf(addDays(to, 1)));
  return {
    begins: localToInstant(offsets, from, MIDNIGHT),
    ends: localToInstant(offsets, addDays(to, 1), MIDNIGHT),
  };
}

/** Throws `absence.overlaps` and `absence.nobody`. */
async function checkLeft(db: Database, session: ClientSession, doc: AbsenceDoc): Promise<void> {
  const around = await db.absences
    .find(
      { _id: trusted({ $ne: doc._id }), begins: trusted({ $lt: doc.ends }), ends: trusted({ $gt: doc.begins }) },
      null,
      { session },
    )
    .lean<AbsenceDoc[]>();
  const wish = absenceToDomain(doc);
  const twice = overlapping(around.map(absenceToDomain), wish);
  const found = around.find(({ _id }) => _id === twice?.id);
  if (found !== undefined)
    throw PerennialError.of('absence.overlaps', { from: found.from, to: found.to }, { field: 'from' });
  const all = [...around.map(absenceToDomain), wish];
  const gap = nobodyLeft(all, await activeAmong(db, all, session));
  if (gap === null) return;
  const person = await db.people.findOne({ _id: gap.personId }, null, { session }).lean<PersonDoc>();
  const params = { at: gap.at, name: person?.name ?? gap.personId };
  throw PerennialError.of('absence.nobody', params, { field: 'substituteId' });
}

async function note(
  db: Database,
  session: ClientSession,
  name: AuditName,
  { _id, personId, substituteId, from, to }: AbsenceDoc,
  doer: Doer,
  now: Instant,
): Promise<void> {
  const about = { target: { kind: 'person', id: personId }, detail: { absence: _id, substituteId, from, to } };
  await appendAudit(db, session, [audited(doer, name, about, now)]);
}
