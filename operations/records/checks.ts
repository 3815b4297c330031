import { z } from 'zod';
import { excerpt, PerennialError, problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { Person } from '../../domain/people/types.ts';
import { readAddress } from '../../mail/addresses.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ZoneId } from '../../domain/time/types.ts';
import { zoneId } from '../calendars/zone-offsets.ts';
import { peopleByIds } from '../store/people-queries.ts';
import { toProblem, words } from '../text-fields.ts';

/** Collects what is wrong with the fields of a record, so that all of it is told at once. */
export class FieldChecks {
  readonly #problems: Problem[] = [];

  /** A text of people: visible, bounded, composed. */
  text(field: string, value: string, max: number, needed = true): string {
    const parsed = z.object({ [field]: words(max, needed) }).safeParse({ [field]: value }, { reportInput: true });
    if (parsed.success) return parsed.data[field] ?? '';
    this.#problems.push(...parsed.error.issues.map(toProblem));
    return value;
  }

  address(field: string, value: string): string {
    const read = readAddress(value);
    if (typeof read === 'string') return read;
    this.take(read, field);
    return value;
  }

  zone(field: string, value: string): ZoneId {
    try {
      return zoneId(value);
    } catch (error) {
      if (!(error instanceof PerennialError)) throw error;
      for (const one of error.problems) this.take(one, field);
      return value as ZoneId;
    }
  }

  async calendar(db: Pick<Database, 'calendars'>, field: string, value: string): Promise<void> {
    if (value === 'always' || (await db.calendars.exists({ id: value })) !== null) return;
    const known = [...(await db.calendars.distinct('id')), 'always'].join(', ');
    this.#problems.push(problem('choice.unknown', { value: excerpt(value), near: '–', known }, { field }));
  }

  /** Somebody on the team who still works there. */
  async colleague(db: Database, field: string, id: string): Promise<Person | undefined> {
    const person = (await peopleByIds(db, [id])).get(id);
    if (person === undefined) this.add('owner.unknown', { value: excerpt(id) }, field);
    else if (!person.active) this.add('owner.disabled', { value: person.name }, field);
    return person;
  }

  add(code: Problem['code'], params: Problem['params'], field: string): void {
    this.#problems.push(problem(code, params, { field }));
  }

  /** A problem that was found elsewhere, at this field. */
  take(found: Problem, field: string): void {
    this.#problems.push({ ...found, place: { field } });
  }

  /** Throws {@link PerennialError} with everything that was found. */
  done(): void {
    if (this.#problems.length > 0) throw new PerennialError(this.#problems);
  }
}
