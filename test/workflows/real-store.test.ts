import anyTest from 'ava';
import type { TestFn } from 'ava';
import proto from '@temporalio/proto';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { ensureSchedules } from '../../workers/schedules.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import { eventName } from '../helpers/rehearsal.ts';
import { at, CLIENT, command, logged } from '../helpers/world.ts';
import { Run } from './run.ts';
import { startStore, withStore } from './store.ts';
import type { StoreContext } from './store.ts';
import { smoothly } from './stories.ts';

const test = anyTest as TestFn<StoreContext>;
withStore(test);

test('a renewal goes from waiting through every stage to renewed, and the next term waits in its turn', async (t) => {
  const { db, worker, contracts, start } = await startStore(t);
  const [contractId = ''] = contracts;
  const run = await start();
  const readModel = (id: string) => db.renewals.findOne({ _id: id }).lean<RenewalDoc>();
  const stages: (string | null | undefined)[] = [];
  t.is((await run.state()).phase, 'scheduled');
  for (const fact of smoothly()) {
    t.like(await run.command(fact), { accepted: true });
    stages.push((await readModel(run.id))?.stage);
  }
  t.deepEqual(stages, ['quote', 'review', 'confirmation', 'payment', 'payment', null]);
  t.deepEqual(await run.result(), { renewalId: run.id, outcome: 'renewed' });
  t.like(await readModel(run.id), { phase: 'closed', outcome: 'renewed', wakeAt: null });

  const contract = await db.contracts.findOne({ _id: contractId }).lean<ContractDoc>();
  t.like(contract, { term: 2, startDate: '2038-06-01', endDate: '2039-05-31' });
  t.like(contract?.terms[0], { term: 1, endDate: '2038-05-31' });
  const next = new Run(worker, renewalId(contractId, 2));
  t.is((await next.state()).phase, 'scheduled');
  await next.forwardTo(at('2039-02-02'));
  t.like(await readModel(next.id), { phase: 'open', stage: 'contact', term: 2, endDate: '2039-05-31' });
  t.is(await db.tasks.countDocuments({ renewalId: run.id, state: 'open' }), 0);
  t.true((await db.tasks.countDocuments({ renewalId: next.id, state: 'open' })) > 0);
  t.is(await db.sends.countDocuments({ renewalId: run.id, template: 'renewal-intro' }), 1);
  await worker.client.workflow.getHandle(next.id).terminate('the test ends here');
});

test('search attributes, summary and details say where a renewal stands', async (t) => {
  const { worker, start, contracts, db } = await startStore(t);
  const run = await start();
  const handle = worker.client.workflow.getHandle(run.id);
  const first = await handle.describe();
  t.is(await first.staticSummary(), 'renewal of term 1, ends 2038-05-31');
  const attributes = (described: typeof first) => {
    const { client, owner, phase, stage, tier, amountBand, contractEnd, playbook } = SEARCH_ATTRIBUTES;
    const of = described.typedSearchAttributes;
    return {
      client: of.get(client),
      owner: of.get(owner),
      phase: of.get(phase),
      stage: of.get(stage),
      tier: of.get(tier),
      amountBand: of.get(amountBand),
      end: of.get(contractEnd)?.toISOString().slice(0, 10),
      playbook: of.get(playbook),
    };
  };
  const always = { client: CLIENT.id, owner: 'li', tier: 'B', amountBand: '100k-1m', end: '2038-05-31' };
  t.deepEqual(attributes(first), { ...always, phase: 'scheduled', stage: undefined, playbook: undefined });
  for (const fact of smoothly().slice(0, 1)) await run.command(fact);
  t.deepEqual(attributes(await handle.describe()), { ...always, phase: 'open', stage: 'quote', playbook: 'test@1' });
  t.regex(await run.details(), /^\*\*open\*\*, stage \*\*quote\*\*/);
  const found: string[] = [];
  const { client, stage } = SEARCH_ATTRIBUTES;
  for await (const one of worker.client.workflow.list({
    query: `${client.name}='${CLIENT.id}' AND ${stage.name}='quote'`,
  })) {
    found.push(one.workflowId);
  }
  t.true(found.includes(run.id), `${found.join()} for ${contracts.join()}`);
  t.is(await upserts(run), 2, 'the opening and the stage');

  // The owner follows the client, at the next look and without another event for anything else.
  await db.clients.updateOne({ _id: CLIENT.id }, { $set: { ownerId: 'wang' } });
  for (let looks = 0; looks < 2; looks += 1) {
    await run.command(command('communication logged', at('2038-02-10', 10), 'li', logged(false)));
  }
  t.is(attributes(await handle.describe()).owner, 'wang');
  t.is(await upserts(run), 3);
  await handle.terminate('the test ends here');
});

async function upserts(run: Run): Promise<number> {
  return (await run.events()).filter((event) => eventName(event) === 'UpsertWorkflowSearchAttributes').length;
}

const PERSONAL = ['Zoe', 'zoe@example.org', 'Example Harbor', 'talked', 'con_1', 'signed', 'INV-1'];

for (const { title, encrypted } of [
  { title: 'nothing personal stands in the clear in the history of a renewal', encrypted: true },
  { title: 'without the codec it would', encrypted: false },
]) {
  test(title, async (t) => {
    const { start, worker } = await startStore(t, { encrypted });
    const run = await start();
    for (const fact of smoothly()) await run.command(fact);
    t.is((await run.result()).outcome, 'renewed');
    const events = await run.events();
    t.true(events.some((event) => eventName(event) === 'MarkerRecorded'));
    const raw = Buffer.from(proto.temporal.api.history.v1.History.encode({ events: [...events] }).finish());
    const readable = PERSONAL.filter((text) => raw.includes(text));
    if (encrypted) t.deepEqual(readable, []);
    else t.true(readable.length > 0);
    const next = renewalId(run.id.split(':')[1] ?? '', 2);
    await worker.client.workflow.getHandle(next).terminate('the test ends here');
  });
}

test('the scheduled checks are made once, however many workers start', async (t) => {
  const { worker } = await startStore(t);
  const make = () => ensureSchedules(worker.client, worker.taskQueue);
  await Promise.all([make(), make(), make()]);
  await make();
  const ids: string[] = [];
  for await (const schedule of worker.client.schedule.list()) ids.push(schedule.scheduleId);
  t.deepEqual(ids.sort(), ['perennial-reconcile', 'perennial-watchdog']);
  const { policies, spec } = await worker.client.schedule.getHandle('perennial-watchdog').describe();
  t.is(policies.overlap, 'SKIP');
  t.is(policies.catchupWindow, 10 * 60_000);
  t.is(spec.calendars?.length, 1);
  for (const id of ids) await worker.client.schedule.getHandle(id).delete();
});
