import test from 'ava';
import fc from 'fast-check';
import { IN_WORK, PHASE_MOVES } from '../../docs/state-tables.ts';
import { decide } from '../../domain/renewal/decide.ts';
import type { Fact } from '../../domain/renewal/facts.ts';
import type { Snapshot } from '../../domain/renewal/snapshot.ts';
import { newRenewalState } from '../../domain/renewal/state.ts';
import type { Phase, RenewalState } from '../../domain/renewal/state.ts';
import type { RenewalView } from '../../domain/renewal/view.ts';
import { civilDate } from '../../domain/time/civil.ts';
import type { Instant } from '../../domain/time/types.ts';
import { at, command, quote, RENEWAL, snapshot } from '../helpers/world.ts';

// The page of states claims which moves there are. Here the core is run to see that these happen, and no others.

const WHOLE = snapshot();
const NO_END = snapshot({ contract: { endDate: null } });

interface Step {
  readonly now: Instant;
  readonly world: Snapshot;
  readonly facts?: readonly Fact[];
}

/** The phases that a renewal went through. */
function walk(steps: readonly Step[]): { phases: Phase[]; views: RenewalView[]; state: RenewalState } {
  let state = newRenewalState(RENEWAL);
  const phases: Phase[] = [state.phase];
  const views: RenewalView[] = [];
  for (const { now, world, facts = [] } of steps) {
    const decision = decide(state, facts, world, now);
    state = decision.state;
    views.push(decision.view);
    if (state.phase !== phases.at(-1)) phases.push(state.phase);
  }
  return { phases, views, state };
}

const EARLY = at('2026-09-01');
const OPEN = at('2027-02-02');
const cancel = (now: Instant) =>
  command('cancelled', now, 'li', { cause: 'price', detail: 'budget', competitor: null, note: 'no budget' });

const SCENARIOS: Readonly<Record<string, readonly Step[]>> = {
  'scheduled → open': [{ now: OPEN, world: WHOLE }],
  'scheduled → data-needed': [{ now: EARLY, world: NO_END }],
  'data-needed → scheduled': [
    { now: EARLY, world: NO_END },
    { now: at('2026-09-02'), world: WHOLE },
  ],
  'open → data-needed': [
    { now: OPEN, world: WHOLE },
    { now: at('2027-02-03'), world: NO_END },
  ],
  'data-needed → open': [
    { now: OPEN, world: WHOLE },
    { now: at('2027-02-03'), world: NO_END },
    { now: at('2027-02-04'), world: WHOLE },
  ],
  'open → closed': [
    { now: OPEN, world: WHOLE },
    { now: at('2027-02-03'), world: WHOLE, facts: [cancel(at('2027-02-03'))] },
  ],
  'scheduled → closed': [{ now: EARLY, world: WHOLE, facts: [cancel(EARLY)] }],
  'data-needed → closed': [
    { now: EARLY, world: NO_END },
    { now: at('2026-09-02'), world: NO_END, facts: [cancel(at('2026-09-02'))] },
  ],
};

test('the page lists each move once', (t) => {
  t.deepEqual(PHASE_MOVES.map(({ from, to }) => `${from} → ${to}`).toSorted(), Object.keys(SCENARIOS).toSorted());
});

for (const [move, steps] of Object.entries(SCENARIOS)) {
  test(`a renewal moves ${move}`, (t) => {
    t.is(walk(steps).phases.slice(-2).join(' → '), move);
  });
}

const DAYS = fc.integer({ min: 0, max: 420 });
const fact = (now: Instant) =>
  fc.constantFrom<Fact>(
    cancel(now),
    command('paused', now, 'li', { reason: 'merger', until: null }),
    command('resumed', now, 'li', { note: '' }),
    command('quote issued', now, 'li', { quote: quote(0) }),
    command('quote accepted', now, 'li', { note: '' }),
    command('step completed', now, 'li', { step: 'contact', note: '' }),
    command('step skipped', now, 'li', { step: 'quote', reason: 'known' }),
    command('step redone', now, 'li', { step: 'contact', reason: 'again' }),
    command('dates amended', now, 'li', { endDate: civilDate('2027-08-31'), noticeDate: null, reason: 'moved' }),
  );

/** Days after 1 September 2026, in order, with or without an end date, with or without a fact. */
const walks = fc
  .array(fc.tuple(DAYS, fc.boolean()), { minLength: 1, maxLength: 12 })
  .map((days) => days.toSorted(([a], [b]) => a - b))
  .chain((days) =>
    fc.tuple(
      ...days.map(([day, whole]) => {
        const now = instantAfter(day);
        return fc.option(fact(now), { nil: undefined }).map((one): Step => {
          const world = whole ? WHOLE : NO_END;
          return one === undefined ? { now, world } : { now, world, facts: [one] };
        });
      }),
    ),
  );

test('no renewal ever makes a move that the page does not show', (t) => {
  fc.assert(
    fc.property(walks, (steps) => {
      const { phases } = walk(steps);
      // One decision may make several moves at once.
      return phases.every((phase, i) => i === 0 || reachable(phases[i - 1] ?? phase, phase));
    }),
    { numRuns: 400 },
  );
  t.pass();
});

test('nothing leads out of closed', (t) => {
  t.false(PHASE_MOVES.some(({ from }) => from === 'closed'));
});

test('at most one stage is in work, those before it have ended and those after it have not', (t) => {
  fc.assert(
    fc.property(walks, (steps) =>
      walk(steps).views.every(({ rows }) => {
        const kinds = rows.map(({ status }) =>
          IN_WORK.includes(status) ? 'work' : status === 'not started' ? 'later' : 'ended',
        );
        return /^(ended )*(work )?(later )*$/.test(kinds.map((kind) => `${kind} `).join(''));
      }),
    ),
    { numRuns: 400 },
  );
  t.pass();
});

function reachable(from: Phase, to: Phase, seen: readonly Phase[] = []): boolean {
  return PHASE_MOVES.some(
    (move) =>
      move.from === from && (move.to === to || (!seen.includes(move.to) && reachable(move.to, to, [...seen, move.to]))),
  );
}

function instantAfter(days: number): Instant {
  const ms = Date.UTC(2026, 8, 1, 2) + days * 86_400_000;
  return new Date(ms).toISOString() as Instant;
}
