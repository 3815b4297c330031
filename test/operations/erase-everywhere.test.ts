import anyTest from 'ava';
import type { TestFn } from 'ava';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { PerennialError } from '../../domain/errors/index.ts';
import { fromMs } from '../../domain/time/index.ts';
import { eraseEverywhere } from '../../operations/erase-everywhere.ts';
import { verifyAll, verifyOne } from '../../operations/witness/verify-all.ts';
import type { Database } from '../../schemas/connection.ts';
import { raw } from '../../schemas/raw.ts';
import { eventually } from '../helpers/eventually.ts';
import type { RenewalWorker } from '../helpers/rehearsal.ts';
import { at, CLIENT, command, logged } from '../helpers/world.ts';
import { startStore, withStore } from '../workflows/store.ts';
import type { StoreContext } from '../workflows/store.ts';
import { quote2038 } from '../workflows/stories.ts';

const test = anyTest as TestFn<StoreContext>;
withStore(test);

/** The people of the client, and what was written about them. */
const SEEDS = ['Zoe', 'zoe@example.org', 'Bo', 'bo@example.org', 'her daughter', 'Rival Harbour', 'flowers'];

async function everything(db: Database): Promise<string> {
  const collections = (await db.connection.db?.collections()) ?? [];
  return JSON.stringify(await Promise.all(collections.map((collection) => collection.find().toArray())));
}

/** Every payload of every run of a contract's workflows, decrypted, as text. */
async function inTemporal({ client }: RenewalWorker, contractId: string): Promise<string> {
  const texts: string[] = [];
  for await (const run of client.workflow.list({ query: `WorkflowId STARTS_WITH 'renewal:${contractId}:'` })) {
    const history = await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory();
    const payloads: object[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('metadata' in value && 'data' in value) payloads.push(value);
      else if (!(value instanceof Uint8Array)) for (const inner of Object.values(value)) walk(inner);
    };
    walk(history.events);
    for (const payload of payloads) {
      const value: unknown = await decodeFromPayloadsAtIndex(client.options.loadedDataConverter, 0, [payload as never]);
      texts.push(JSON.stringify(value) ?? '');
    }
    texts.push(`${run.workflowId} is there`);
  }
  return texts.join('\n');
}

const found = (text: string) => SEEDS.filter((seed) => new RegExp(`\\b${seed}\\b`).test(text));

test('after an erasure nothing of the client’s people is in the database or in the workflows’ histories, and chains verify', async (t) => {
  t.timeout(4 * 60_000);
  const { db, worker, contracts, start } = await startStore(t, { encrypted: true });
  const [contractId = ''] = contracts;
  const run = await start();
  const talk = { ...logged(), note: 'Zoe spoke of her daughter', promise: 'flowers', nextStep: 'mail Bo' };
  await run.command(command('communication logged', at('2038-02-03'), 'li', talk));
  await run.command(command('quote issued', at('2038-03-08'), 'li', { quote: quote2038(0) }));
  const context = { db, temporal: async () => worker.client };
  const wish = { clientId: CLIENT.id, confirm: CLIENT.name, by: 'ops', at: fromMs(Date.now()) };

  const open = await t.throwsAsync(eraseEverywhere(context, wish), { instanceOf: PerennialError });
  t.is(open.problems[0]?.code, 'client.renewals_open');
  const end = { cause: 'price', detail: 'budget', competitor: 'Rival Harbour', note: 'Zoe told Bo' };
  const ended = await run.command(command('cancelled', at('2038-03-10'), 'li', end));
  t.like(ended, { accepted: true }, JSON.stringify(ended));
  await run.result();
  await raw(db.requests).insertOne({ _id: 'li/k1', answer: { body: { email: 'zoe@example.org' } } } as never);

  const before = `${await everything(db)}${await inTemporal(worker, contractId)}`;
  t.deepEqual(found(before), SEEDS, 'each stands somewhere');
  t.true(found(await inTemporal(worker, contractId)).length >= 4, 'the histories quote people');
  t.true(found(await everything(db)).length >= 5);

  const slip = await t.throwsAsync(eraseEverywhere(context, { ...wish, confirm: 'Example Harbour' }));
  t.is((slip as PerennialError).problems[0]?.code, 'client.name_differs');
  t.true(found(await everything(db)).length >= 5, 'nothing was erased');

  const { workflows, heads } = await eraseEverywhere(context, wish);
  t.is(workflows, 1);
  t.is(heads[0]?.renewalId, run.id);
  // The server deletes in its own time: half a minute is usual.
  await eventually('the server forgets', async () => {
    const left = await inTemporal(worker, contractId).catch(() => undefined);
    return left === '';
  });
  t.deepEqual(found(await everything(db)), []);
  t.true((await everything(db)).includes(CLIENT.name), 'the client’s own name stays');
  t.deepEqual((await verifyOne(db, run.id, { temporal: worker.client })).faults, []);
  t.deepEqual((await verifyAll(db, {})).faults, []);
  const line = await db.audit.findOne({ name: 'client erased' }).lean();
  t.like(line, { actor: { kind: 'person', id: 'ops' }, target: { kind: 'client', id: CLIENT.id } });
  t.is((await eraseEverywhere(context, wish)).workflows, 0, 'done again it finishes');
});

test('a client whose history was forged is not erased: that would destroy the evidence', async (t) => {
  const { db, worker, start } = await startStore(t, { encrypted: true });
  const run = await start();
  await run.command(command('communication logged', at('2038-02-03'), 'li', logged()));
  const end = { cause: 'price', detail: 'budget', competitor: null, note: '' };
  await run.command(command('cancelled', at('2038-03-10'), 'li', end));
  await run.result();
  await db.history.collection.updateOne({ renewalId: run.id, seq: 2 }, { $set: { name: 'forged' } });
  const wish = { clientId: CLIENT.id, confirm: CLIENT.name, by: 'ops', at: fromMs(Date.now()) };
  const error = await t.throwsAsync(eraseEverywhere({ db, temporal: async () => worker.client }, wish));
  t.like((error as PerennialError).problems[0], { code: 'client.history_broken', params: { id: run.id } });
  t.is((await db.clients.findById(CLIENT.id).lean())?.contacts.length, 2);
  t.truthy(await worker.client.workflow.getHandle(run.id).describe());
});
