import test from 'ava';
import fc from 'fast-check';
import { nobodyLeft, overlapping, standsForAt, substituteAt, substitutesAt } from '../../../domain/people/absence.ts';
import type { Absence } from '../../../domain/people/absence.ts';
import { fromMs } from '../../../domain/time/index.ts';
import type { Instant } from '../../../domain/time/index.ts';

const DAY = 86_400_000;
const on = (day: number): Instant => fromMs(Date.UTC(2027, 0, 1) + day * DAY);
const away = (personId: string, substituteId: string, from: number, until: number): Absence => ({
  id: `${personId}-${from}`,
  personId,
  substituteId,
  begins: on(from),
  ends: on(until),
});
const everybody = () => true;

test('a chain is followed to the one who is there: li → wang → chen', (t) => {
  const absences = [away('li', 'wang', 0, 10), away('wang', 'chen', 3, 6)];
  const who = (day: number) => substituteAt(absences, 'li', on(day), everybody);
  t.deepEqual([-1, 0, 2, 3, 5, 6, 9, 10].map(who), [
    undefined,
    'wang',
    'wang',
    'chen',
    'chen',
    'wang',
    'wang',
    undefined,
  ]);
  t.deepEqual(standsForAt(absences, 'chen', on(4), everybody).toSorted(), ['li', 'wang']);
  t.deepEqual(standsForAt(absences, 'wang', on(4), everybody), []);
  t.deepEqual(standsForAt(absences, 'wang', on(7), everybody), ['li']);
});

test('a circle leaves nobody, and so does a substitute who has left', (t) => {
  const circle = [away('li', 'wang', 0, 10), away('wang', 'li', 5, 8)];
  t.is(substituteAt(circle, 'li', on(4), everybody), 'wang');
  t.is(substituteAt(circle, 'li', on(5), everybody), null);
  t.deepEqual(nobodyLeft(circle, everybody), { personId: 'li', at: on(5) });
  t.deepEqual(
    nobodyLeft([away('li', 'wang', 0, 10)], (id) => id !== 'wang'),
    { personId: 'li', at: on(0) },
  );
});

test('an absence overlaps another of the same person only, and not the one it changes', (t) => {
  const known = [away('li', 'wang', 0, 10)];
  t.is(overlapping(known, away('li', 'chen', 9, 12)), known[0]);
  t.is(overlapping(known, { ...away('li', 'chen', 10, 12) }), undefined);
  t.is(overlapping(known, away('wang', 'li', 0, 10)), undefined);
  t.is(overlapping(known, { ...away('li', 'chen', 2, 4), id: 'li-0' }), undefined);
});

const person = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const anyAbsence = fc
  .record({ who: person, by: person, from: fc.integer({ min: 0, max: 20 }), days: fc.integer({ min: 1, max: 9 }) })
  .map(({ who, by, from, days }) => away(who, by, from, from + days));
const anyAbsences = fc.array(anyAbsence, { maxLength: 12 });
const anyDay = fc.integer({ min: -1, max: 31 });

test('following a chain ends for any data, with one who is there, active and somebody else', (t) => {
  fc.assert(
    fc.property(anyAbsences, anyDay, fc.subarray(['a', 'b', 'c', 'd', 'e', 'f']), (absences, day, active) => {
      const isActive = (id: string) => active.includes(id);
      for (const [absent, substitute] of substitutesAt(absences, on(day), isActive)) {
        t.not(absent, substitute);
        t.true(isActive(substitute));
        t.is(substituteAt(absences, substitute, on(day), isActive), undefined, 'the substitute is there');
      }
    }),
  );
});

test('absences that are only taken where they leave somebody never leave nobody on any day', (t) => {
  fc.assert(
    fc.property(anyAbsences, fc.array(anyDay, { minLength: 1, maxLength: 8 }), (wishes, days) => {
      const taken: Absence[] = [];
      for (const wish of wishes) {
        if (overlapping(taken, wish) === undefined && nobodyLeft([...taken, wish], everybody) === null)
          taken.push(wish);
      }
      for (const day of days) {
        for (const { personId, begins, ends } of taken) {
          const isAway = begins <= on(day) && on(day) < ends;
          const substitute = substituteAt(taken, personId, on(day), everybody);
          if (isAway) t.is(typeof substitute, 'string');
        }
      }
    }),
  );
});

test('what lasts at an instant is all that counts: others change nothing, and afterwards all is as before', (t) => {
  fc.assert(
    fc.property(anyAbsences, anyDay, person, (absences, day, who) => {
      const lasting = absences.filter(({ begins, ends }) => begins <= on(day) && on(day) < ends);
      t.is(substituteAt(absences, who, on(day), everybody), substituteAt(lasting, who, on(day), everybody));
      t.is(substituteAt(absences, who, on(40), everybody), undefined);
    }),
  );
});
