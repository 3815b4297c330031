import anyTest from 'ava';
import type { TestFn } from 'ava';
import { defaultDataConverter } from '@temporalio/common';
import { verifyHistory } from '../../activities/history/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { tellRenewal } from '../../operations/tell.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import { freshWorld, NOW, withMongo } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';
import { RENEWAL_ROW } from '../activities/outreach/outreach-world.ts';
import { RENEWAL } from '../helpers/world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

/** A server on which no renewal runs any more. */
function ended(db: Database): OperationsContext {
  const notFound = Object.assign(new Error('5 NOT_FOUND'), { code: 5, details: '', metadata: {} });
  const client = {
    options: {
      namespace: 'test',
      loadedDataConverter: { payloadConverter: defaultDataConverter.payloadConverter, payloadCodecs: [] },
    },
    workflowService: { signalWorkflowExecution: () => Promise.reject(notFound) },
  };
  return { db, config: { temporal: {} }, temporal: async () => client } as unknown as OperationsContext;
}

const stamp = (id: string) => ({ id, at: NOW, by: { kind: 'system', id: 'crm' } }) as const;
const suppressed = async (db: Database) =>
  (await db.clients.findOne().lean<ClientDoc>())?.contacts.map((contact) => contact.suppressed);

test('an opt-out that is told after the renewal has ended holds for the contact, and the history says so once', async (t) => {
  const db = await freshWorld(t);
  await db.renewals.collection.insertOne({ ...RENEWAL_ROW, phase: 'closed' } as never);
  const tell = (contactId: string, id: string) =>
    tellRenewal(ended(db), RENEWAL, 'opted out of mail', { contactId }, stamp(id));
  t.true((await tell('con_1', 'told-1')).judged);
  await tell('con_1', 'told-1');
  t.deepEqual(await suppressed(db), [{ reason: 'opt-out', at: NOW }, undefined]);
  const bounced = { contactId: 'con_2', effectId: `${RENEWAL}/x`, reason: '550' };
  await tellRenewal(ended(db), RENEWAL, 'mail bounced', bounced, stamp('told-2'));
  t.deepEqual(await suppressed(db), [
    { reason: 'opt-out', at: NOW },
    { reason: 'bounce', at: NOW },
  ]);
  t.true((await tell('con_2', 'told-3')).judged);
  t.like((await suppressed(db))?.[1], { reason: 'opt-out' });
  const entries = await db.history.find({ renewalId: RENEWAL }).sort({ seq: 1 }).lean();
  t.deepEqual(
    entries.map(({ name, entryId }) => [name, entryId]),
    [
      ['opted out of mail', 'told-1'],
      ['mail bounced', 'told-2'],
      ['opted out of mail', 'told-3'],
    ],
  );
  t.true((await verifyHistory(db, RENEWAL)).ok);
});

test('whatever else is told after the end is refused as before, and so is an opt-out where nothing has ended', async (t) => {
  const db = await freshWorld(t);
  await db.renewals.collection.insertOne({ ...RENEWAL_ROW, phase: 'closed' } as never);
  await t.throwsAsync(tellRenewal(ended(db), RENEWAL, 'notice given', { note: '' }, stamp('n')), {
    message: 'renewal.closed',
  });
  await db.renewals.updateOne({ _id: RENEWAL }, { $set: { phase: 'open' } });
  const optOut = tellRenewal(ended(db), RENEWAL, 'opted out of mail', { contactId: 'con_1' }, stamp('o'));
  await t.throwsAsync(optOut, { message: 'command.not_running' });
  t.deepEqual(await suppressed(db), [undefined, undefined]);
  t.is(await db.history.countDocuments(), 0);
});
