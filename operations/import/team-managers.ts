import { excerpt, problem } from '../../domain/errors/index.ts';
import type { Place, Problem } from '../../domain/errors/index.ts';
import type { Person } from '../../domain/people/types.ts';
import type { TeamRow } from './rows/values.ts';
import { sameKey } from './rows/values.ts';

/** Managers must be in the file or in the team, and no chain of managers may go round. */
export function checkManagers(
  rows: readonly TeamRow[],
  people: readonly Person[],
  place: (row: number) => Place,
): readonly Problem[] {
  const emailOf = new Map(people.map((p) => [p.id, sameKey(p.email)]));
  const managers = new Map<string, string | undefined>();
  for (const person of people) {
    managers.set(sameKey(person.email), person.manager === undefined ? undefined : emailOf.get(person.manager));
  }
  for (const { values } of rows) {
    const known = managers.get(sameKey(values.email));
    managers.set(sameKey(values.email), values.manager === undefined ? known : sameKey(values.manager));
  }
  const problems: Problem[] = [];
  for (const { row, values } of rows) {
    if (values.manager === undefined) continue;
    if (!managers.has(sameKey(values.manager))) {
      problems.push(problem('owner.unknown', { value: excerpt(values.manager) }, place(row)));
      continue;
    }
    const path = roundTrip(sameKey(values.email), managers);
    if (path) problems.push(problem('manager.cycle', { path: excerpt(path.join(' → ')) }, place(row)));
  }
  return problems;
}

/** The way from a person over the managers back to the same person, if there is one. */
function roundTrip(start: string, managers: ReadonlyMap<string, string | undefined>): readonly string[] | undefined {
  const path = [start];
  const seen = new Set(path);
  for (let next = managers.get(start); next !== undefined; next = managers.get(next)) {
    path.push(next);
    if (next === start) return path;
    if (seen.has(next)) return undefined;
    seen.add(next);
  }
  return undefined;
}

/** Superiors before those who report to them, so that a store can link each person as it writes. */
export function managersFirst(rows: readonly TeamRow[]): readonly TeamRow[] {
  const byEmail = new Map(rows.map((row) => [sameKey(row.values.email), row]));
  const depth = (row: TeamRow): number => {
    let levels = 0;
    let manager = row.values.manager;
    while (manager !== undefined && levels <= rows.length) {
      levels++;
      manager = byEmail.get(sameKey(manager))?.values.manager;
    }
    return levels;
  };
  return rows
    .map((row) => ({ row, levels: depth(row) }))
    .sort((a, b) => a.levels - b.levels)
    .map(({ row }) => row);
}
