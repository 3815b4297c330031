import { excerpt, problem } from '../../../domain/errors/index.ts';
import type { Problem } from '../../../domain/errors/index.ts';
import type { Person } from '../../../domain/people/types.ts';
import { clientKey, sameKey } from './values.ts';

/** Finds members of the team by the name or e-mail that a table gives. */
export class PeopleIndex {
  readonly #byEmail = new Map<string, Person>();
  readonly #byName = new Map<string, Person[]>();

  constructor(people: readonly Person[]) {
    for (const person of people) {
      this.#byEmail.set(sameKey(person.email), person);
      const name = clientKey(person.name).toLowerCase();
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), person]);
    }
  }

  byEmail(email: string): Person | undefined {
    return this.#byEmail.get(sameKey(email));
  }

  /** `owner.unknown`, `owner.ambiguous` (several of that name) or `owner.disabled` where nobody can be named. */
  find(text: string): Person | Problem {
    const value = excerpt(text);
    const byEmail = this.byEmail(text);
    const named = byEmail ? [byEmail] : (this.#byName.get(clientKey(text).toLowerCase()) ?? []);
    const active = named.filter((p) => p.active);
    const [person] = active;
    if (active.length > 1) {
      return problem('owner.ambiguous', { value, found: active.map((p) => p.email).join(', ') });
    }
    if (person) return person;
    return named.length > 0 ? problem('owner.disabled', { value }) : problem('owner.unknown', { value });
  }
}

export const isProblem = (found: Person | Problem): found is Problem => 'code' in found;
