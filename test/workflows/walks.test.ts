import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import type { Command, Event } from '../../domain/renewal/facts.ts';
import { runForward } from '../../domain/renewal/run-forward.ts';
import type { Outcome } from '../../domain/renewal/state.ts';
import { addMs } from '../../domain/time/index.ts';
import type { WorldOptions } from '../helpers/world.ts';
import { at, command, event } from '../helpers/world.ts';
import { LATER, startFake, withServer } from './run.ts';
import type { ServerContext } from './run.ts';
import { AUTO_RENEWING, quote2038, smoothly } from './stories.ts';

const test = anyTest as TestFn<ServerContext>;
withServer(test);

interface Walk {
  readonly world?: WorldOptions;
  readonly script: readonly (Command | Event)[];
  readonly outcome: Outcome;
  readonly nextTermUntil: string | null;
}

const ends = test.macro({
  title: (title = '') => title,
  exec: async (t: ExecutionContext<ServerContext>, walk: Walk) => {
    const { run, world } = await startFake(t, walk.world);
    for (const fact of walk.script) {
      if (fact.by.kind === 'person') {
        t.like(await run.command(fact as Command), { accepted: true, repeated: false }, fact.kind);
      } else t.true(await run.event(fact as Event), fact.kind);
    }
    t.deepEqual(await run.end(), { renewalId: run.id, outcome: walk.outcome });
    t.is(world.performed.at(-1)?.name, 'closeRenewal');
    t.is(world.ids('close renewal').length, 1);
    const [next, ...more] = world.nextTerms;
    t.deepEqual(more, []);
    t.is<string | null, string | null>(next?.endDate ?? null, walk.nextTermUntil);
  },
});
test('a renewal on the same terms ends as renewed and starts the next term', ends, {
  script: smoothly(),
  outcome: 'renewed',
  nextTermUntil: '2039-05-31',
});
test('a higher price ends as renewed with growth', ends, {
  script: smoothly(quote2038(0, { amount: { minor: 13_000_000, currency: 'CNY' } })),
  outcome: 'renewed-growth',
  nextTermUntil: '2039-05-31',
});
test('a lower price ends as renewed smaller', ends, {
  script: smoothly(quote2038(500)),
  outcome: 'renewed-smaller',
  nextTermUntil: '2039-05-31',
});
test('a client who leaves ends the renewal as lost, and no term follows', ends, {
  script: [
    command('cancelled', at('2038-03-01'), 'li', { cause: 'price', detail: 'budget', competitor: null, note: '' }),
  ],
  outcome: 'lost',
  nextTermUntil: null,
});
test('silence ends as lapsed, and no term follows', ends, { script: [], outcome: 'lapsed', nextTermUntil: null });
test('a contract that renews by itself does so when nobody says anything', ends, {
  world: AUTO_RENEWING,
  script: [],
  outcome: 'renewed',
  nextTermUntil: '2039-05-31',
});
test('notice in time ends a contract that renews by itself', ends, {
  world: AUTO_RENEWING,
  script: [event('notice given', at('2038-04-20'), { note: 'by letter' })],
  outcome: 'lost',
  nextTermUntil: null,
});
test('notice after the deadline does not stop a contract that renews by itself', ends, {
  world: AUTO_RENEWING,
  script: [event('notice given', at('2038-05-03'), { note: 'by letter' })],
  outcome: 'renewed',
  nextTermUntil: '2039-05-31',
});

const SCRIPTS: readonly (readonly [string, WorldOptions, readonly Command[]])[] = [
  ['a year of silence', {}, []],
  ['a smooth renewal', {}, smoothly()],
  ['a contract that renews by itself', AUTO_RENEWING, []],
];
for (const [name, options, script] of SCRIPTS) {
  test(`${name} gives on the server the calendar that the pure core gives`, async (t) => {
    const { run, world } = await startFake(t, options);
    const { snapshot } = world;
    for (const fact of script) await run.command(fact);
    await run.end();
    const from = world.performed[0]?.at ?? LATER;
    const pure = runForward({ renewalId: run.id, snapshot, from, until: LATER, script });
    const line = (effects: readonly { id: string }[]) => effects.map((e) => e.id);
    const looks = pure.looks.filter((look) => look.decision.effects.length > 0);
    const lived = world.performed.filter((one) => one.effects.length > 0);
    t.deepEqual(
      lived.map((one) => line(one.effects)),
      looks.map((look) => line(look.decision.effects)),
    );
    // A skipped clock lands on the timer and goes on by the seconds that the machine needs.
    for (const [i, look] of looks.entries()) {
      const { at: when = LATER } = lived[i] ?? {};
      t.true(when >= look.at && when < addMs(look.at, 60_000), `${when} for ${look.at}`);
    }
    t.is(world.judged, pure.looks.length);
  });
}
