import anyTest from 'ava';
import type { TestFn } from 'ava';
import { randomUUID } from 'node:crypto';
import { CONTRACTS, isEndless, mayCall, pathOf, withContractWorld } from './contract-world.ts';
import type { WorldContext } from './contract-world.ts';
import { sampleOf } from './schema-arbitrary.ts';

/** Two sales reps: what one looks after is not there for the other, on any route. */

const test = anyTest as TestFn<WorldContext>;
withContractWorld(test);

/** Records that everybody on the team may look up. */
const COMMON = /^\w+ (?:Playbook|Calendar|Person)$/;

/** Ids of what belongs to the first rep, by the name that paths give them. */
async function ownIds({ world: { db } }: WorldContext): Promise<Readonly<Record<string, string>>> {
  const idOf = async (name: string) => String((await db.connection.collection(name).findOne({}))?.['_id'] ?? '');
  const session = await db.sessions.findOne({ personId: 'li' }).lean();
  return {
    renewalId: 'renewal:ctr_1:1',
    contractId: 'ctr_1',
    clientId: 'cli_1',
    contactId: 'con_1',
    rule: 'manager',
    taskId: String((await db.tasks.findOne({ 'assignee.id': 'li' }).lean())?._id),
    approvalId: await idOf('approvals'),
    sendId: await idOf('sends'),
    communicationId: await idOf('communications'),
    sessionId: session?.publicId ?? '',
  };
}

test.serial('every record of a colleague is 404 to read, or 403 where the role reads none at all', async (t) => {
  const { callers, stranger, api } = t.context.world;
  const ids = await ownIds(t.context);
  const owner = callers.get('sales-rep');
  let seen = 0;
  for (const contract of CONTRACTS.filter((one) => one.method === 'GET' && one.params !== undefined)) {
    if (isEndless(contract) || contract.access === 'public' || COMMON.test(contract.access)) continue;
    const path = pathOf(contract, ids);
    if ((await owner?.get(path))?.status === 200) seen += 1;
    const answer = await stranger.get(path);
    t.is(answer.status, mayCall('sales-rep', contract.access) ? 404 : 403, `${contract.id} ${path}`);
  }
  t.true(seen >= 4, `the owner sees ${seen} of them`);
  t.deepEqual(api.faults, []);
});

test.serial(
  'every command on a record of a colleague is 404 or 403 with a good body too, and changes nothing',
  async (t) => {
    const { world } = t.context;
    const ids = await ownIds(t.context);
    const before = await world.fingerprint();
    for (const contract of CONTRACTS.filter((one) => one.method !== 'GET' && one.params !== undefined)) {
      if (contract.access === 'public' || COMMON.test(contract.access)) continue;
      const { body } = contract;
      const sent = body === undefined ? undefined : sampleOf(body);
      const answer = await world.stranger.send(contract.method, pathOf(contract, ids), sent, {
        'idempotency-key': randomUUID(),
        'if-match': '*',
      });
      t.true([403, 404].includes(answer.status), `${contract.id}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    t.is(await world.fingerprint(), before);
  },
);

test.serial('no list shows a colleague’s records', async (t) => {
  const { stranger, callers } = t.context.world;
  const ids = Object.values(await ownIds(t.context)).filter((id) => id !== 'manager');
  for (const contract of CONTRACTS.filter((one) => one.method === 'GET' && one.params === undefined)) {
    if (isEndless(contract) || contract.access === 'public' || COMMON.test(contract.access)) continue;
    const text = JSON.stringify((await stranger.get(contract.path)).body);
    for (const id of ids) t.false(text.includes(`"${id}"`), `${contract.id} shows ${id}`);
  }
  const mine = JSON.stringify((await callers.get('sales-rep')?.get('/v1/renewals'))?.body);
  t.true(mine.includes('"renewal:ctr_1:1"'), 'the owner sees it');
});
