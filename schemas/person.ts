import { Schema } from 'mongoose';
import type { Person } from '../domain/people/types.ts';
import { flag, inCollection, text, textOrNull } from './fields.ts';

/** A member of the team. */
export interface PersonDoc {
  readonly _id: string;
  readonly name: string;
  readonly email: string;
  /** The e-mail as it is compared ({@link textKey}): it names the person on the command line and is unique. */
  readonly emailKey: string;
  readonly roles: Person['roles'];
  readonly manager: string | null;
  readonly locale: Person['locale'];
  readonly zone: Person['zone'];
  readonly active: boolean;
}

export const personSchema = new Schema<PersonDoc>(
  {
    _id: text,
    name: text,
    email: text,
    emailKey: text,
    roles: { type: [String], required: true },
    manager: textOrNull,
    locale: text,
    zone: text,
    active: flag,
  },
  inCollection('people'),
);

personSchema.index({ emailKey: 1 }, { unique: true, name: 'one_person_per_email' });
personSchema.index({ roles: 1, active: 1 }, { name: 'by_role' });

export function personToDomain(doc: PersonDoc): Person {
  const { _id, emailKey: _emailKey, manager, ...person } = doc;
  return manager === null ? { id: _id, ...person } : { id: _id, ...person, manager };
}
