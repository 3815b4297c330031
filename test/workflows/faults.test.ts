import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import type { Command } from '../../domain/renewal/facts.ts';
import { civilDate } from '../../domain/time/civil.ts';
import { instant } from '../../domain/time/instant.ts';
import type { Instant } from '../../domain/time/types.ts';
import { eventually } from '../helpers/eventually.ts';
import { countEvents, eventName } from '../helpers/rehearsal.ts';
import { at, command, PLAYBOOK } from '../helpers/world.ts';
import { FakeWorld } from './fake-world.ts';
import { LATER, Run, startFake, withServer } from './run.ts';
import type { ServerContext } from './run.ts';
import { quote2038, smoothly } from './stories.ts';

const test = anyTest as TestFn<ServerContext>;
withServer(test);

/** An offer that is good until the end of 2038-05-20 in Shanghai, which is 16:00 UTC. */
const DEADLINE = instant('2038-05-20T16:00:00.000Z');

/** Brings a renewal to its deadline while no worker runs: the timer has fired and waits for one. */
async function stopAcrossDeadline(t: ExecutionContext<ServerContext>) {
  const started = await startFake(t, {}, {});
  const { run, worker } = started;
  for (const fact of smoothly().slice(0, 3)) await run.command(fact);
  await run.forwardTo(instant('2038-05-20T15:50:00.000Z'));
  t.is((await run.state()).quote?.expiredAt, null);
  await worker.stop();
  const before = (await run.events()).length;
  await worker.rehearsal.skipTo(run.id, instant('2038-05-20T16:10:00.000Z'));
  await eventually('the timer of the deadline', async () => {
    return (await run.events()).slice(before).map(eventName).includes('TimerFired');
  });
  const now = await worker.rehearsal.virtualNow(run.id);
  t.true(now >= DEADLINE);
  return { ...started, now };
}

async function accept(run: Run, worker: { start(): Promise<void> }, when: Instant) {
  const acceptance: Command = command('quote accepted', when, 'zhou', { note: 'signed' });
  const [answer] = await Promise.all([run.send(acceptance), worker.start()]);
  return answer;
}

test('a fact that came after a deadline while no worker ran is late', async (t) => {
  const { run, worker, now } = await stopAcrossDeadline(t);
  t.like(await accept(run, worker, now), {
    accepted: false,
    problem: { code: 'quote.not_open', params: { reason: '@quote.expired' } },
  });
});

test('a fact that came before a deadline counts as in time although it is read after it', async (t) => {
  const { run, worker } = await stopAcrossDeadline(t);
  t.like(await accept(run, worker, instant('2038-05-20T15:55:00.000Z')), { accepted: true });
  const { accepted, quote } = await run.state();
  t.is(accepted?.at, instant('2038-05-20T15:55:00.000Z'));
  t.is(quote?.expiredAt, null);
});

test('workers that come and go while a renewal waits change nothing of it', async (t) => {
  const [steady, restless] = [await startFake(t), await startFake(t, {}, {})];
  for (const fact of smoothly()) {
    await steady.run.command(fact);
    await restless.worker.stop();
    await restless.worker.start();
    await restless.run.command(fact);
  }
  t.is((await restless.run.end()).outcome, (await steady.run.end()).outcome);
  t.deepEqual(restless.world.ids(), steady.world.ids());
});

test('a worker that keeps nothing in memory does the same', async (t) => {
  const [cached, bare] = [await startFake(t), await startFake(t, {}, { maxCachedWorkflows: 0 })];
  for (const { run } of [cached, bare]) for (const fact of smoothly()) await run.command(fact);
  t.is((await bare.run.end()).outcome, (await cached.run.end()).outcome);
  t.deepEqual(bare.world.ids(), cached.world.ids());
});

test('a fault in the judgement of one renewal leaves the others alone, and heals when it is mended', async (t) => {
  const { run, world, worker } = await startFake(t);
  const other = new FakeWorld();
  const healthy = await Run.start(worker, other.input);
  await run.forwardTo(at('2038-01-31'));
  world.fault = new Error('a rule that nobody thought of');
  const { judged } = world;
  await worker.rehearsal.skipTo(run.id, at('2038-02-01'));
  await eventually('the fault', async () => world.judged > judged + 1);
  t.is((await healthy.end()).outcome, 'lapsed');
  t.is(world.ids().length, 0);
  world.fault = null;
  t.is((await run.end()).outcome, 'lapsed');
  t.deepEqual(world.ids(), other.ids());
});

/** Two reminders on two days, far enough apart to be sent both in good times. */
const REMINDERS = PLAYBOOK.reminders.map((series) => ({
  ...series,
  at: [60, 59].map((days) => ({ anchor: 'end' as const, amount: -days, unit: 'days' as const })),
}));
const reminders = (world: FakeWorld) =>
  world.effects
    .filter((e) => (e.kind === 'send outreach' || e.kind === 'supersede outreach') && e.template === 'renewal-reminder')
    .map((e) => e.kind);

test('after an outage of the store a client gets one mail, and the history has stayed small', async (t) => {
  const calm = await startFake(t, { playbook: { reminders: REMINDERS } });
  await calm.run.forwardTo(at('2038-04-04'));
  t.deepEqual(reminders(calm.world), ['send outreach', 'send outreach']);

  const { run, world, worker } = await startFake(t, { playbook: { reminders: REMINDERS } });
  await run.forwardTo(at('2038-04-01', 7));
  const before = (await run.events()).length;
  world.fault = new Error('the store is away');
  await worker.rehearsal.skipTo(run.id, at('2038-04-02', 20));
  await eventually(
    'the end of the outage',
    async () => (await worker.rehearsal.virtualNow(run.id)) >= at('2038-04-02', 15),
  );
  world.fault = null;
  await run.forwardTo(at('2038-04-04'));
  t.deepEqual(reminders(world).sort(), ['send outreach', 'supersede outreach']);
  const spent = [...countEvents((await run.events()).slice(before)).values()].reduce((a, b) => a + b, 0);
  // A day and a half. The server ends a workflow at 51,200 events.
  t.true(spent < 1500, `${spent} events`);
  t.log(`${spent} events for 30 hours without a store`);
});

test('a renewal that loses its end date asks for it, and goes on when it is there again', async (t) => {
  const { run, world } = await startFake(t);
  await run.forwardTo(at('2038-02-02'));
  world.snapshot = { ...world.snapshot, contract: { ...world.snapshot.contract, endDate: null } };
  await run.signal({
    id: 'table',
    at: at('2038-02-02'),
    by: { kind: 'system', id: 'import' },
    kind: 'world changed',
    what: 'contract',
  });
  await run.forwardTo(at('2038-02-03'));
  t.is((await run.view())?.phase, 'data-needed');
  const end = { endDate: civilDate('2038-05-31'), noticeDate: null, reason: 'found' };
  t.like(await run.command(command('dates amended', at('2038-02-04'), 'li', end)), { accepted: true });
  t.is((await run.end()).outcome, 'lapsed');
});

test('a quote of a renewal is judged at its own time, not at the time of the machine', async (t) => {
  const { run } = await startFake(t);
  for (const fact of smoothly().slice(0, 1)) await run.command(fact);
  const stale = command('quote issued', at('2038-03-08'), 'li', {
    quote: quote2038(0, { validUntil: civilDate('2026-12-31') }),
  });
  t.like(await run.command(stale), { accepted: false, problem: { code: 'quote.valid_until' } });
  await run.forwardTo(LATER);
});
