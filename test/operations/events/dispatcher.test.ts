import anyTest from 'ava';
import type { TestFn } from 'ava';
import fc from 'fast-check';
import { trusted } from 'mongoose';
import { PerennialError } from '../../../domain/errors/index.ts';
import { addMs, MS_PER_DAY, MS_PER_HOUR } from '../../../domain/time/index.ts';
import type { Instant } from '../../../domain/time/index.ts';
import { tellDue } from '../../../operations/events/dispatcher.ts';
import { giveBack, LEASE_MS, takeLease } from '../../../operations/events/leases.ts';
import type { Renewals } from '../../../operations/events/tell-event.ts';
import { freshWorld, withMongo } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';
import { at, command, logged, quote, RENEWAL } from '../../helpers/world.ts';
import { incoming, inboxWorld } from './inbox-world.ts';
import type { World } from './inbox-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const seed = Number(process.env['PERENNIAL_SEED'] ?? Date.now() % 0x7fffffff);
const scale = Number(process.env['PERENNIAL_RUNS'] ?? 1);
const NOW = at('2027-03-10', 12);

/** Contacted, and a quote on the table. */
function quoted({ core }: World): void {
  core.judge(command('communication logged', at('2027-02-02'), 'li', logged()));
  core.judge(command('quote issued', at('2027-03-02'), 'li', { quote: quote(0) }));
}

const hour = (n: number): Instant => addMs(at('2027-03-04', 9), n * MS_PER_HOUR);
const money = (minor: number) => ({ minor, currency: 'CNY' });

/** Everything that comes from outside, of one renewal. The payments stay below what is owed, so that it stays open. */
const STORY = [
  incoming('reply', 'reply.received', hour(1), { summary: 'soon', contactEmail: 'Zoe@example.org' }),
  incoming('health-1', 'health.scored', hour(2), { score: 80 }),
  incoming('health-2', 'health.scored', hour(9), { score: 71 }, { clientId: 'cli_1' }),
  incoming('usage', 'usage.dropped', hour(3), { percent: 20 }, { clientName: 'Example Harbor' }),
  incoming('opened', 'complaint.opened', hour(4), { complaintId: 'T-1' }),
  incoming('closed', 'complaint.closed', hour(6), { complaintId: 'T-1' }),
  incoming('signed', 'contract.signed', hour(10), { note: '' }),
  incoming('invoice-1', 'invoice.issued', hour(11), { number: 'I-1', amount: money(9_000_000), dueDate: '2027-04-10' }),
  incoming('invoice-2', 'invoice.issued', hour(12), {
    number: 'I-2',
    amount: money(12_000_000),
    dueDate: '2027-04-20',
  }),
  incoming('paid-1', 'payment.received', hour(13), { amount: money(1_000_000), receivedOn: '2027-03-04' }),
  incoming('paid-2', 'payment.received', hour(14), { amount: money(1_000_000), receivedOn: '2027-03-04' }),
  incoming('dates-1', 'contract.dates_changed', hour(20), { endDate: '2027-06-30' }),
  incoming('dates-2', 'contract.dates_changed', hour(30), { endDate: '2027-07-31' }),
  incoming('left', 'sponsor.left', hour(31), {}, { contactEmail: 'zoe@example.org' }),
  incoming('out', 'contact.opted_out', hour(32), { contactEmail: 'bo@example.org' }),
];

test('late, doubled and shuffled events leave the renewal as the ordered ones do', async (t) => {
  t.timeout(150_000);
  t.log(`seed ${seed}`);
  const db = await freshWorld(t);
  const plain = await inboxWorld(db, NOW);
  quoted(plain);
  await plain.send(...STORY);
  await plain.drain();
  const wanted = plain.core.registers();
  t.is(await plain.db.inbox.countDocuments({ state: 'told' }), STORY.length);

  const key = fc.record({ order: fc.nat(), twice: fc.boolean(), again: fc.nat() });
  const arrivals = fc.array(key, { minLength: STORY.length, maxLength: STORY.length });
  await fc.assert(
    fc.asyncProperty(
      arrivals,
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 6, maxLength: 6 }),
      async (keys, cuts) => {
        const world = await inboxWorld(db, NOW);
        quoted(world);
        const order = STORY.flatMap((event, i) => {
          const { order: first = 0, twice = false, again = 0 } = keys[i] ?? {};
          return [{ event, place: first }, ...(twice ? [{ event, place: again }] : [])];
        }).toSorted((a, b) => a.place - b.place);
        // In deliveries of any size, with time in between.
        for (let from = 0, i = 0; from < order.length; i += 1) {
          const size = cuts[i % cuts.length] ?? 1;
          await world.send(...order.slice(from, from + size).map(({ event }) => event));
          await world.drain();
          from += size;
        }
        await world.pass(3);
        const left = await world.db.inbox.find({ state: trusted({ $nin: ['told', 'ignored'] }) }).lean();
        const found = JSON.stringify(world.core.registers());
        const bad = left.map(({ eventId, problem }) => `${eventId} ${problem?.code ?? ''}`);
        if (found !== JSON.stringify(wanted)) throw new Error(`${bad.join()}\n${found}\n${JSON.stringify(wanted)}`);
      },
    ),
    { seed, numRuns: 12 * scale, includeErrorInReport: true },
  );
});

test('an older word that comes after a newer one is kept and changes nothing', async (t) => {
  const world = await inboxWorld(await freshWorld(t), NOW);
  quoted(world);
  await world.send(incoming('new', 'contract.dates_changed', hour(30), { endDate: '2027-07-31' }));
  await world.drain();
  const [result] = await world.send(incoming('old', 'contract.dates_changed', hour(20), { endDate: '2027-06-30' }));
  await world.drain();
  t.is(world.core.state.dates?.end, '2027-07-31' as never);
  const old = await world.find('old');
  t.is(old.state, 'ignored');
  t.is(old.problem?.code, 'event.stale');
  t.true(result === 'stale' || result === 'accepted');
});

test('what a person has set later is not overwritten by an event from before', async (t) => {
  const world = await inboxWorld(await freshWorld(t), NOW);
  await world.db.contracts.updateOne(
    { _id: 'ctr_1' },
    { $set: { amendedAt: hour(40), amendedBy: `${RENEWAL}/amend/x` } },
  );
  await world.send(incoming('e', 'contract.dates_changed', hour(20), { endDate: '2027-06-30' }));
  await world.drain();
  t.like(await world.find('e'), { state: 'ignored', problem: { code: 'event.stale' } });
});

test('an event of an unknown contract waits, is told when it comes, and is given up after seven days', async (t) => {
  const world = await inboxWorld(await freshWorld(t), NOW);
  const unknown = { contractNumber: 'C-2' };
  await world.send(incoming('early', 'health.scored', hour(1), { score: 50 }, unknown));
  await world.drain();
  t.like(await world.find('early'), { state: 'parked', problem: { code: 'event.contract_unknown' } });
  await world.db.contracts.updateOne({ _id: 'ctr_1' }, { $set: { numberKey: 'c-2' } });
  await world.pass(1);
  t.like(await world.find('early'), { state: 'told', renewals: [RENEWAL], problem: null, nextAt: null });

  await world.send(incoming('lost', 'health.scored', hour(1), { score: 50 }, { contractNumber: 'C-9' }));
  await world.drain();
  world.clock.now = addMs(world.clock.now, 6 * MS_PER_DAY);
  await world.drain();
  t.is((await world.find('lost')).state, 'parked');
  world.clock.now = addMs(world.clock.now, MS_PER_DAY);
  await world.drain();
  t.like(await world.find('lost'), { state: 'dead', nextAt: null, problem: { code: 'event.contract_unknown' } });
});

test('a refusal is kept with its reason, and taken up again as soon as something else has been told', async (t) => {
  const world = await inboxWorld(await freshWorld(t), NOW);
  quoted(world);
  await world.send(incoming('paid', 'payment.received', hour(1), { amount: money(100), receivedOn: '2027-03-04' }));
  await world.drain();
  t.like(await world.find('paid'), { state: 'parked', problem: { code: 'payment.before_acceptance' } });
  await world.send(incoming('signed', 'contract.signed', hour(2), {}));
  await world.drain();
  t.is((await world.find('paid')).state, 'told');
  t.is(world.core.state.payments.length, 1);
});

test('an event for a renewal that has ended leads to nothing, but an opt-out holds for the contact', async (t) => {
  const world = await inboxWorld(await freshWorld(t), NOW);
  await world.db.renewals.updateOne({ _id: RENEWAL }, { $set: { phase: 'closed', outcome: 'lost' } });
  const gone: Renewals = {
    tell: async () => false,
    command: async () => Promise.reject(PerennialError.of('renewal.closed', { outcome: 'x', at: NOW })),
  };
  const closed = { ...world, dispatch: { ...world.dispatch, renewals: gone } };
  await world.send(
    incoming('health', 'health.scored', hour(1), { score: 50 }),
    incoming('out', 'contact.opted_out', hour(1), { contactEmail: 'zoe@example.org' }),
    incoming('paid', 'payment.received', hour(1), { amount: money(100), receivedOn: '2027-03-04' }),
  );
  while ((await tellDue(closed.dispatch)) > 0);
  t.like(await world.find('health'), { state: 'ignored', problem: { code: 'renewal.closed' } });
  t.like(await world.find('paid'), { state: 'dead', problem: { code: 'renewal.closed' } });
  t.is((await world.find('out')).state, 'told');
  const client = await world.db.clients.findOne({ _id: 'cli_1' }).lean();
  t.is(client?.contacts[0]?.suppressed?.reason, 'opt-out');
});

test('while the engine is away nothing is lost or given up, and what happened first is told first', async (t) => {
  const told: string[] = [];
  const engine = { away: true };
  const renewals: Renewals = {
    tell: async (_id, event) => {
      if (engine.away) throw Object.assign(new Error('14 UNAVAILABLE'), { code: 14, details: 'connection refused' });
      told.push(event.at);
      return true;
    },
    command: async () => undefined,
  };
  const world = await inboxWorld(await freshWorld(t), NOW, renewals);
  await world.send(...[5, 3, 4, 1, 2].map((n) => incoming(`e${n}`, 'health.scored', hour(n), { score: n })));
  await world.drain();
  for (let day = 0; day < 10; day += 1) {
    world.clock.now = addMs(world.clock.now, MS_PER_DAY);
    await world.drain();
  }
  t.is(await world.db.inbox.countDocuments({ state: 'received' }), 5);
  t.is((await world.find('e1')).problem?.code, 'cli.service_silent');
  engine.away = false;
  await world.pass(1);
  t.deepEqual(told, [1, 2, 3, 4, 5].map(hour));
});

test('two processes never tell the same event at once, and a dead one’s work is taken over', async (t) => {
  const told: string[] = [];
  const under = new Set<string>();
  const renewals: Renewals = {
    tell: async (id, event) => {
      const key = `${id} ${event.id}`;
      t.false(under.has(key));
      under.add(key);
      await new Promise(setImmediate);
      told.push(event.id);
      return true;
    },
    command: async () => undefined,
  };
  const world = await inboxWorld(await freshWorld(t), NOW, renewals);
  await world.send(...Array.from({ length: 60 }, (_, n) => incoming(`e${n}`, 'health.scored', hour(n), { score: n })));
  const others = ['a', 'b', 'c'].map((holder) => ({ ...world.dispatch, holder }));
  await Promise.all(others.map(async (one) => tellDue(one)));
  t.is(told.length, 60);

  const { db, clock } = world;
  t.true(await takeLease(db, '5', 'dead', clock.now));
  t.false(await takeLease(db, '5', 'other', clock.now));
  t.true(await takeLease(db, '5', 'dead', clock.now));
  t.true(await takeLease(db, '5', 'other', addMs(clock.now, LEASE_MS)));
  await giveBack(db, '5', 'dead');
  t.false(await takeLease(db, '5', 'dead', clock.now));
});

test('a command about a client with two open renewals is not guessed at', async (t) => {
  const world = await inboxWorld(await freshWorld(t), NOW);
  const row = await world.db.renewals.findOne({ _id: RENEWAL }).lean();
  await world.db.renewals.collection.insertOne({ ...row, _id: 'renewal:ctr_2:1', contractId: 'ctr_2' } as never);
  await world.send(
    incoming(
      'paid',
      'payment.received',
      hour(1),
      { amount: money(1), receivedOn: '2027-03-04' },
      { clientId: 'cli_1' },
    ),
  );
  await world.drain();
  t.like(await world.find('paid'), { state: 'parked', problem: { code: 'event.several', params: { count: 2 } } });
});

test('legal’s review completes what legal has open in that renewal, and waits where nothing is', async (t) => {
  const commands: string[] = [];
  const renewals: Renewals = {
    tell: async () => true,
    command: async (_id, given) => commands.push(given.kind === 'step completed' ? given.step : given.kind),
  };
  const world = await inboxWorld(await freshWorld(t), NOW, renewals);
  const row = await world.db.renewals.findOne({ _id: RENEWAL }).lean();
  const stage = { stage: 'review', ownerRole: 'legal' };
  await world.db.renewals.updateOne({ _id: RENEWAL }, { $set: { view: { ...row?.view, rows: [stage] } } });
  await world.send(incoming('review', 'legal_review.done', hour(1)));
  await world.drain();
  t.like(await world.find('review'), { state: 'parked', problem: { code: 'event.no_step' } });
  const task = { renewalId: RENEWAL, kind: 'step', state: 'open', stage: 'review', step: 'terms-review' };
  await world.db.tasks.collection.insertMany([
    { ...task, _id: 't1' },
    { ...task, _id: 't2', stage: 'quote' },
  ] as never[]);
  await world.pass(1);
  t.deepEqual(commands, ['t1']);
  t.is((await world.find('review')).state, 'told');
});
