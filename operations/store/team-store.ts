import { trusted } from 'mongoose';
import type { Database } from '../../schemas/connection.ts';
import { newId, textKey } from '../../schemas/keys.ts';
import type { NewId } from '../../schemas/keys.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import type { ApplyResult, StoredPerson, TeamAction, TeamStore } from '../import/plan.ts';
import { insertMissing } from './insert-missing.ts';

/** The team behind an import; people are known by their mail address. */
export function teamStore(db: Database, makeId: NewId = newId): TeamStore {
  return {
    existing: (emails) => existingPeople(db, emails),
    apply: (batch) => applyTeam(db, batch, makeId),
  };
}

async function byEmail(db: Database, emails: readonly string[]): Promise<ReadonlyMap<string, PersonDoc>> {
  const keys = [...new Set(emails.map(textKey))];
  const people = await db.people.find({ emailKey: trusted({ $in: keys }) }).lean<PersonDoc[]>();
  return new Map(people.map((person) => [person.emailKey, person]));
}

async function existingPeople(db: Database, emails: readonly string[]): Promise<ReadonlyMap<string, StoredPerson>> {
  const people = await byEmail(db, emails);
  const managerIds = [...new Set([...people.values()].flatMap((person) => person.manager ?? []))];
  const managers = await db.people
    .find({ _id: trusted({ $in: managerIds }) }, { email: 1 })
    .lean<Pick<PersonDoc, '_id' | 'email'>[]>();
  const emailOf = new Map(managers.map((manager) => [manager._id, manager.email]));
  const found = new Map<string, StoredPerson>();
  for (const given of emails) {
    const person = people.get(textKey(given));
    if (person === undefined) continue;
    const { _id, email, name, roles, locale, zone } = person;
    const manager = person.manager === null ? undefined : emailOf.get(person.manager);
    found.set(given, {
      id: _id,
      values: { email, name, roles, locale, zone, ...(manager === undefined ? {} : { manager }) },
    });
  }
  return found;
}

async function applyTeam(db: Database, batch: readonly TeamAction[], makeId: NewId): Promise<readonly ApplyResult[]> {
  const writes = batch.filter((action) => action.action !== 'same');
  const fresh = writes.filter((action) => action.action === 'new');
  await insertMissing(
    db.people,
    fresh.map(({ values: { email, name, roles, locale, zone } }): PersonDoc => {
      const emailKey = textKey(email);
      return { _id: makeId('per'), name, email, emailKey, roles, manager: null, locale, zone, active: true };
    }),
  );
  if (writes.length > 0) await writePeople(db, writes);
  return batch.map(({ key }) => ({ key, ok: true }));
}

/** Everybody is there by now, so a manager may come in the same table. */
async function writePeople(db: Database, writes: readonly TeamAction[]): Promise<void> {
  const people = await byEmail(
    db,
    writes.flatMap((action) => (action.action === 'same' ? [] : (action.values.manager ?? []))),
  );
  const idOf = (email: string) => people.get(textKey(email))?._id ?? null;
  await db.people.bulkWrite(
    writes.flatMap((action) => {
      if (action.action === 'same') return [];
      const { email, name, roles, manager, locale, zone } = action.values;
      const fields = { name, email, roles, manager: manager === undefined ? null : idOf(manager), locale, zone };
      return [{ updateOne: { filter: { emailKey: textKey(email) }, update: { $set: fields } } }];
    }),
    { ordered: false, throwOnValidationError: true },
  );
}
