import test from 'ava';
import fc from 'fast-check';
import { decide } from '../../../domain/renewal/decide.ts';
import { newRenewalState } from '../../../domain/renewal/state.ts';
import type { RenewalState } from '../../../domain/renewal/state.ts';
import { fromMs, toMs } from '../../../domain/time/instant.ts';
import { loadShippedPlaybooks } from '../../../playbooks/index.ts';
import { RENEWAL } from '../../helpers/world.ts';
import { anyCase, anyEvent, casesOf } from './arbitrary-world.ts';
import type { Case } from './arbitrary-world.ts';
import { broken, effectsIn, observe } from './invariants.ts';
import { HOUR } from './story.ts';

/* PERENNIAL_SEED repeats a run; PERENNIAL_RUNS asks for more than the usual number. */
const seed = Number(process.env['PERENNIAL_SEED'] ?? Date.now() % 0x7fffffff);
const scale = Number(process.env['PERENNIAL_RUNS'] ?? 1);

test.before((t) => {
  t.log(`seed ${seed}`);
});

/** Fails with the seed, the way back to the smallest case found, and what was wrong with it. */
function check<T>(cases: fc.Arbitrary<T>, numRuns: number, rule: (given: T) => void): void {
  const property = fc.property(cases, (given) => {
    rule(given);
  });
  const details = fc.check(property, { seed, numRuns: numRuns * scale });
  if (!details.failed) return;
  const { errorInstance, counterexample, counterexamplePath } = details;
  const reason =
    errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
  const found = JSON.stringify(counterexample, (key, value: unknown) => (UNCHANGED.has(key) ? undefined : value));
  throw new Error(`PERENNIAL_SEED=${seed}, path ${counterexamplePath ?? ''}\n${reason}\n${found}`);
}

/** Parts of the fixture that no case changes: left out of the report. */
const UNCHANGED = new Set([
  'people',
  'zones',
  'savePlans',
  'teamCalendar',
  'clientCalendar',
  'name',
  'description',
  'locale',
  'currency',
]);

function mustHold(given: Case): void {
  const wrong = broken(observe(given));
  if (wrong !== null) throw new Error(wrong);
}

test('every rule holds for any playbook and whatever people do', (t) => {
  check(anyCase, 900, mustHold);
  t.pass();
});

test('every rule holds for the shipped playbooks and whatever people do', (t) => {
  const shipped = loadShippedPlaybooks();
  t.true(shipped.playbooks.length > 0);
  check(
    casesOf(
      shipped.playbooks.map((p) => p.value),
      shipped.ladders.map((l) => l.value),
    ),
    400,
    mustHold,
  );
});

const told = (looks: ReturnType<typeof observe>) =>
  effectsIn(looks)
    .map((effect) => `${effect.kind} ${effect.id}`)
    .toSorted();

test('looking more often does the same things', (t) => {
  check(
    fc.tuple(anyCase, fc.array(fc.integer({ min: 0, max: 500 * 24 }), { maxLength: 30 })),
    500,
    ([given, hours]) => {
      const extra = hours.map((h) => fromMs(toMs(given.from) + h * HOUR + 1));
      const [once, often] = [told(observe(given)), told(observe(given, extra))];
      const missing = once.filter((line) => !often.includes(line));
      const added = often.filter((line) => !once.includes(line));
      if (missing.length > 0 || added.length > 0)
        throw new Error(`missing ${missing.join('; ')}; added ${added.join('; ')}`);
    },
  );
  t.pass();
});

test('a state that crosses the border as JSON between all looks decides the same', (t) => {
  check(anyCase, 300, (given) => {
    const plain = observe(given).map((look) => JSON.stringify(look.decision));
    const carried = observe(given, [], (state) => JSON.parse(JSON.stringify(state)) as RenewalState).map((look) =>
      JSON.stringify(look.decision),
    );
    if (plain.join() !== carried.join()) throw new Error('another decision');
  });
  t.pass();
});

test('folding the recorded facts again gives the recorded decisions', (t) => {
  check(anyCase, 200, (given) => {
    const recorded = observe(given);
    let state = newRenewalState(RENEWAL);
    for (const { facts, world, at, decision } of recorded) {
      const again = decide(state, facts, world, at);
      if (JSON.stringify(again) !== JSON.stringify(decision)) throw new Error(`another decision on ${at}`);
      ({ state } = again);
    }
  });
  t.pass();
});

test('what machines tell, doubled and shuffled inside one batch, gives the same state and the same effects', (t) => {
  const batch = fc.array(
    fc.record({
      hour: fc.integer({ min: 0, max: 24 * 30 }),
      pick: fc.nat(999),
      other: fc.nat(999),
      pays: fc.boolean(),
    }),
    { minLength: 2, maxLength: 10 },
  );
  check(
    fc.tuple(anyCase, batch, fc.nat(1000), fc.array(fc.nat(1000), { minLength: 20, maxLength: 20 })),
    500,
    ([given, bodies, where, keys]) => {
      const looks = observe(given);
      const look = looks[where % looks.length];
      if (look === undefined) return;
      const facts = bodies.map(({ hour, pick, other, pays }, i) => {
        // Two facts of one instant have no order of their own, unless what they fill keeps the first or the last.
        const when = fromMs(toMs(look.at) + hour * HOUR + i);
        return pays
          ? ({
              id: `b${i}`,
              at: when,
              by: { kind: 'system', id: 'bank' },
              kind: 'payment received',
              amount: { minor: 1_000_000 * (1 + (other % 12)), currency: 'CNY' },
              receivedOn: when.slice(0, 10),
              method: 'other',
              receipt: null,
            } as never)
          : anyEvent(when, `b${i}`, pick, other);
      });
      const shuffled = [...facts, ...facts.slice(0, 5)]
        .map((fact, i) => ({ fact, key: keys[i] ?? 0 }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ fact }) => fact);
      const now = fromMs(toMs(look.at) + 24 * 31 * HOUR);
      const [plain, other] = [facts, shuffled].map((given_) => {
        const { state, effects, wakeAt } = decide(look.decision.state, given_, look.world, now);
        return JSON.stringify({
          state: { ...state, seen: state.seen.toSorted() },
          effects: effects.map((e) => `${e.kind} ${e.id}`),
          wakeAt,
        });
      });
      if (plain !== other) throw new Error(`${plain ?? ''}\n${other ?? ''}`);
    },
  );
  t.pass();
});
