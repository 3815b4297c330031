import { trusted } from 'mongoose';
import type { Database } from '../../schemas/connection.ts';
import { idFor, textKey } from '../../schemas/keys.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import type { ApplyResult, StoredPerson, TeamAction, TeamStore } from '../import/plan.ts';

/** The team behind an import; people are known by their mail address. */
export function teamStore(db: Database): TeamStore {
  return {
    existing: (emails) => existingPeople(db, emails),
    apply: (batch) => applyTeam(db, batch),
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

async function applyTeam(db: Database, batch: readonly TeamAction[]): Promise<readonly ApplyResult[]> {
  const writes = batch.filter((action) => action.action !== 'same');
  const managers = await byEmail(
    db,
    writes.flatMap((action) => action.values.manager ?? []),
  );
  // A manager who comes in the same batch has the id the address gives.
  const idOf = (email: string) => managers.get(textKey(email))?._id ?? idFor('per', textKey(email));
  if (writes.length > 0) {
    await db.people.bulkWrite(
      writes.map((action) => {
        const { email, name, roles, manager, locale, zone } = action.values;
        const _id = action.action === 'changed' ? action.id : idFor('per', textKey(email));
        const fields = {
          name,
          email,
          emailKey: textKey(email),
          roles,
          manager: manager === undefined ? null : idOf(manager),
          locale,
          zone,
        };
        return {
          updateOne: { filter: { _id }, update: { $set: fields, $setOnInsert: { active: true } }, upsert: true },
        };
      }),
      { ordered: false, throwOnValidationError: true },
    );
  }
  return batch.map(({ key }) => ({ key, ok: true }));
}
