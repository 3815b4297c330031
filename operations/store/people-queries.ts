import { trusted } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Person } from '../../domain/people/types.ts';
import type { Database } from '../../schemas/connection.ts';
import { nameKey, textKey } from '../../schemas/keys.ts';
import { personToDomain } from '../../schemas/person.ts';
import type { PersonDoc } from '../../schemas/person.ts';

/** The whole team, by name. */
export async function listPeople(db: Database): Promise<readonly Person[]> {
  const docs = await db.people.find().sort({ name: 1, _id: 1 }).lean<PersonDoc[]>();
  return docs.map(personToDomain);
}

export async function peopleByIds(db: Database, ids: readonly string[]): Promise<ReadonlyMap<string, Person>> {
  const docs = await db.people.find({ _id: trusted({ $in: [...new Set(ids)] }) }).lean<PersonDoc[]>();
  return new Map(docs.map((doc) => [doc._id, personToDomain(doc)]));
}

export async function personByEmail(db: Database, email: string): Promise<Person | undefined> {
  const doc = await db.people.findOne({ emailKey: textKey(email) }).lean<PersonDoc>();
  return doc === null ? undefined : personToDomain(doc);
}

/**
 * A person by e-mail, id or full name. Throws `store.person_missing`, naming those whose name begins alike, and
 * `store.person_ambiguous` where several have the name.
 */
export async function findPerson(db: Database, who: string): Promise<Person> {
  const exact = await db.people.findOne({ $or: [{ emailKey: textKey(who) }, { _id: who }] }).lean<PersonDoc>();
  if (exact !== null) return personToDomain(exact);
  const people = await db.people.find().lean<PersonDoc[]>();
  const wanted = nameKey(who).toLowerCase();
  const named = people.filter((person) => nameKey(person.name).toLowerCase() === wanted);
  const [only] = named;
  if (only !== undefined && named.length === 1) return personToDomain(only);
  const list = (docs: readonly PersonDoc[]) =>
    docs
      .map((person) => person.email)
      .slice(0, 5)
      .join(', ');
  if (named.length > 1) throw PerennialError.of('store.person_ambiguous', { who: excerpt(who), known: list(named) });
  const near = people.filter((person) => wanted !== '' && nameKey(person.name).toLowerCase().includes(wanted));
  throw PerennialError.of('store.person_missing', {
    who: excerpt(who),
    hint: near.length === 0 ? '' : ` (${list(near)})`,
  });
}
