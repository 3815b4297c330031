import type { Instant } from '../time/types.ts';

/** Somebody is away from `begins` until `ends` (not included), and somebody else stands in. */
export interface Absence {
  readonly id: string;
  readonly personId: string;
  readonly substituteId: string;
  readonly begins: Instant;
  readonly ends: Instant;
}

type IsActive = (personId: string) => boolean;

/** The absence of a person at an instant; of two that overlap, which nothing here makes, the one that began first. */
function awayAt(absences: readonly Absence[], personId: string, at: Instant): Absence | undefined {
  let found: Absence | undefined;
  for (const one of absences) {
    if (one.personId !== personId || one.begins > at || one.ends <= at) continue;
    if (found === undefined || one.begins < found.begins) found = one;
  }
  return found;
}

/**
 * Who stands in for somebody who is away: the substitute, or where that one is away too the substitute's own, and so
 * on. Null where the chain ends in a circle or with somebody who has left; undefined where the person is not away.
 */
export function substituteAt(
  absences: readonly Absence[],
  personId: string,
  at: Instant,
  isActive: IsActive,
): string | null | undefined {
  const first = awayAt(absences, personId, at);
  if (first === undefined) return undefined;
  const passed = new Set([personId]);
  for (let next = first.substituteId; ;) {
    if (passed.has(next) || !isActive(next)) return null;
    passed.add(next);
    const further = awayAt(absences, next, at);
    if (further === undefined) return next;
    next = further.substituteId;
  }
}

/** Everybody who is away at an instant and has somebody to stand in, with that person. */
export function substitutesAt(
  absences: readonly Absence[],
  at: Instant,
  isActive: IsActive,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { personId } of absences) {
    const substitute = substituteAt(absences, personId, at, isActive);
    if (substitute !== undefined && substitute !== null) found.set(personId, substitute);
  }
  return found;
}

/** Whom somebody stands in for at an instant. */
export function standsForAt(
  absences: readonly Absence[],
  personId: string,
  at: Instant,
  isActive: IsActive,
): readonly string[] {
  return [...substitutesAt(absences, at, isActive)].flatMap(([absent, substitute]) =>
    substitute === personId ? [absent] : [],
  );
}

/**
 * The first instant at which somebody would be away with nobody to stand in; null where there is none. Chains only
 * grow when an absence begins, so that those instants are all there is to look at.
 */
export function nobodyLeft(
  absences: readonly Absence[],
  isActive: IsActive,
): { readonly personId: string; readonly at: Instant } | null {
  const begins = [...new Set(absences.map((one) => one.begins))].toSorted();
  for (const at of begins) {
    const gap = absences.find(({ personId }) => substituteAt(absences, personId, at, isActive) === null);
    if (gap !== undefined) return { personId: gap.personId, at };
  }
  return null;
}

/** An absence of the same person that a new one would overlap. */
export function overlapping(absences: readonly Absence[], wish: Absence): Absence | undefined {
  return absences.find(
    (one) => one.id !== wish.id && one.personId === wish.personId && one.begins < wish.ends && wish.begins < one.ends,
  );
}
