import anyTest from 'ava';
import type { TestFn } from 'ava';
import { randomUUID } from 'node:crypto';
import { defaultDataConverter } from '@temporalio/common';
import { addMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { writeTable } from '../../operations/export/index.ts';
import { dropImports, dropOldImports } from '../../operations/imports/stored-files.ts';
import type { JobDoc } from '../../schemas/job.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import { withMongo } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';
import type { Caller } from './api-world.ts';
import { doJobs } from './do-jobs.ts';
import { codeOf, itemsOf, of, recordsWorld } from './records-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const HEADER = 'contract number,client,owner,contact name,contact email,start date,end date,amount,currency';
const row = (number: string, end = '2027-05-31', client = `Client ${number}`) =>
  `${number},${client},li@example.com,Zoe,zoe@example.org,2026-06-01,${end},1000,CNY`;
const table = (...rows: readonly string[]) => [HEADER, ...rows].join('\n');

const send = (caller: Caller, text: string | Buffer, query = '', headers: Readonly<Record<string, string>> = {}) =>
  caller.send('POST', `/v1/imports${query}`, Buffer.from(text), {
    'content-type': 'text/csv',
    'idempotency-key': randomUUID(),
    ...headers,
  });
const idOf = ({ body }: { readonly body: unknown }) => (body as { readonly id: string }).id;

/** A Temporal that takes starts, and keeps the one of a contract waiting until it is let go. */
function outside(base: OperationsContext, stuckOn?: string) {
  const started: string[] = [];
  let release: () => void = () => undefined;
  let arrived: () => void = () => undefined;
  const free = new Promise<void>((resolve) => (release = resolve));
  const stuck = new Promise<void>((resolve) => (arrived = resolve));
  const client = {
    options: {
      namespace: 'test',
      loadedDataConverter: { payloadConverter: defaultDataConverter.payloadConverter, payloadCodecs: [] },
    },
    workflow: {
      start: async (_type: string, { workflowId }: { readonly workflowId: string }) => {
        if (stuckOn !== undefined) {
          const contract = await base.db.contracts.findOne({ number: stuckOn }).lean<ContractDoc>();
          if (workflowId.includes(contract?._id ?? '-')) {
            arrived();
            await free;
          }
        }
        started.push(workflowId);
      },
    },
    workflowService: { signalWorkflowExecution: async () => ({}) },
  };
  const customAttributes = Object.fromEntries(Object.values(SEARCH_ATTRIBUTES).map((key) => [key.name, 1]));
  const connection = { operatorService: { listSearchAttributes: async () => ({ customAttributes }) } };
  const context = {
    ...base,
    temporal: async () => client,
    temporalConnection: async () => ({ client, connection }),
  } as unknown as OperationsContext;
  return { context, started, stuck, release: () => release() };
}

test('a table that is sent is tried, then stored; what is wrong is told by row and in the reader’s language, and the same file again changes nothing', async (t) => {
  const world = await recordsWorld(t);
  const { db, api } = world;
  const ops = of(world, 'ops');
  const { context } = outside(api.context);
  const work = (now = api.clock.now) => doJobs(context, 'import', { now, onFault: (error) => t.fail(String(error)) });
  const file = table(row('N-1'), row('N-2', '31.02.2027'), row('N-3')).replace('contract number', 'Deal');

  const tried = await send(ops, file, `?dryRun=true&name=list.csv&mapping=${encodeURIComponent('{"Deal":"number"}')}`);
  t.is(tried.status, 202, JSON.stringify(tried.body));
  t.like(tried.body, { kind: 'import', state: 'waiting', dryRun: true, file: 'list.csv', result: null });
  const path = `/v1/imports/${idOf(tried)}`;
  t.is(codeOf(await ops.get(`${path}/problems`)), 'import.not_ready');
  t.is(await work(), 1);
  const done = await ops.get(path, { 'accept-language': 'zh-CN' });
  t.like(done.body, { state: 'done', done: 3, total: 3 });
  const { result } = done.body as { result: { columns: readonly object[] } };
  t.like(result, { stored: false, rows: 3, counts: { new: 2, changed: 0, same: 0, wrong: 1 }, errorsFile: 'csv' });
  t.like(result.columns[0], { header: 'Deal', field: 'number', label: '合同编号', how: 'chosen', column: 1 });
  t.is(await db.contracts.countDocuments(), 1, 'the one of the world');
  const [wrong, ...others] = itemsOf(await ops.get(`${path}/problems?severity=error`, { 'accept-language': 'zh-CN' }));
  t.deepEqual(others, []);
  t.like(wrong, { row: 3, column: 7, field: 'end date', severity: 'error' });
  t.regex(`${String(wrong?.['value'])} ${String(wrong?.['what'])}`, /31\.02\.2027/);
  t.regex(String(wrong?.['fix']), /\p{Script=Han}/u);
  const errors = await ops.get(`${path}/errors-file`);
  t.regex(String(errors.headers['content-type']), /^text\/csv/);
  t.regex(String(errors.body), /N-2/);
  t.notRegex(String(errors.body), /N-1/);

  const text = table(row('N-1'), row('N-3'));
  const key = { 'idempotency-key': randomUUID() };
  const first = await send(ops, text, '', key);
  t.is(idOf(await send(ops, text, '', key)), idOf(first), 'the same request is one import');
  t.is(codeOf(await send(ops, `${text}\n`, '', key)), 'idempotency.mismatch', 'the key counts for these bytes');
  t.is(await work(), 1);
  t.like((await ops.get(`/v1/imports/${idOf(first)}`)).body, {
    state: 'done',
    result: { stored: true, started: 2, counts: { new: 2, wrong: 0 }, errorsFile: null },
  });
  t.is(codeOf(await ops.get(`/v1/imports/${idOf(first)}/errors-file`)), 'import.no_errors');
  const before = await db.contracts.find().sort({ _id: 1 }).lean();
  const again = await send(ops, text);
  t.is(await work(), 1);
  t.like((await ops.get(`/v1/imports/${idOf(again)}`)).body, { result: { counts: { new: 0, changed: 0, same: 2 } } });
  t.deepEqual(await db.contracts.find().sort({ _id: 1 }).lean(), before);

  const changed = await send(ops, table(row('N-1', '2027-06-30')), '?dryRun=true');
  t.is(await work(), 1);
  const changes = itemsOf(await ops.get(`/v1/imports/${idOf(changed)}/changes`));
  t.like(changes[0], {
    row: 2,
    key: 'N-1',
    changes: [{ field: 'endDate', before: '2027-05-31', after: '2027-06-30' }],
  });
  const columns = [{ key: 'a', header: { en: 'contract number', 'zh-CN': '合同编号' }, kind: 'text' }] as const;
  const book = await writeTable({ name: 'a', columns, rows: [{ a: 'N-9' }], format: 'xlsx', locale: 'en' });
  const incomplete = await send(ops, Buffer.from(book.bytes), '', { 'content-type': XLSX });
  t.is(await work(), 0);
  const failed = await ops.get(`/v1/imports/${idOf(incomplete)}`, { 'accept-language': 'zh-CN' });
  t.like(failed.body, { state: 'failed', problem: { code: 'csv.header_missing' }, result: null });

  t.is(itemsOf(await ops.get('/v1/imports?limit=2')).length, 2);
  t.is(await db.audit.countDocuments({ name: 'imported' }), 4);
  t.is(await db.audit.countDocuments({ name: 'import begun' }), 5);
});

test('who may not import is refused, other types and too much too; files lie sealed and end with their time', async (t) => {
  const world = await recordsWorld(t);
  const { db, api } = world;
  const ops = of(world, 'ops');
  const text = table(row('N-1'));
  for (const role of ['sales-rep', 'sales-manager', 'finance', 'admin'] as const) {
    t.is(codeOf(await send(of(world, role), text)), 'access.forbidden', role);
  }
  for (const type of ['application/json', 'application/pdf', 'text/plain', 'message/rfc822']) {
    const refused = await send(ops, '{}', '', { 'content-type': type });
    t.is(refused.status, 415, type);
    t.is(codeOf(refused), 'body.media_type', type);
  }
  t.is((await send(ops, Buffer.alloc(20 * 1024 * 1024 + 1, 'x'))).status, 413);
  for (const query of ['?mapping={', '?mapping=[]', '?mapping={"a":1}', '?mode=some', '?dryRun=1']) {
    t.true([400, 422].includes((await send(ops, text, query)).status), query);
  }
  t.is(await db.jobs.countDocuments({ kind: 'import' }), 0);

  const begun = await send(ops, text);
  const path = `/v1/imports/${idOf(begun)}`;
  const chunks = await db.connection.collection('imports.chunks').find().toArray();
  t.true(chunks.length > 0);
  for (const { data } of chunks) t.false(Buffer.from((data as { buffer: Uint8Array }).buffer).includes('N-1'));
  t.is((await of(world, 'sales-rep').get(path)).status, 403);
  t.is((await of(world, 'admin').get(path)).status, 200);
  t.is((await of(world, 'admin').post(`${path}/cancel`)).status, 403);
  t.like((await ops.post(`${path}/cancel`)).body, { state: 'cancelled' });
  const options = { now: api.clock.now, onFault: (error: unknown) => t.fail(String(error)) };
  t.is(await doJobs(api.context, 'import', options), 0);
  t.is(await db.contracts.countDocuments(), 1);

  // The right is gone before anybody has begun.
  const late = await send(ops, text, '?dryRun=true');
  await db.people.updateOne({ _id: 'ops' }, { $set: { roles: ['legal'] } });
  t.is(await doJobs(api.context, 'import', options), 0);
  t.like(await db.jobs.findOne({ _id: idOf(late) }).lean<JobDoc>(), { problem: { code: 'import.no_right' } });
  await db.people.updateOne({ _id: 'ops' }, { $set: { roles: ['ops'] } });

  const files = () => db.connection.collection('imports.files').countDocuments();
  await dropOldImports(db, api.clock.now());
  t.is(await files(), 2);
  await dropOldImports(db, addMs(api.clock.now(), 8 * 24 * 3_600_000));
  t.is(await files(), 0);
  const gone = await send(ops, text, '?dryRun=true');
  await dropImports(db);
  t.is(await doJobs(api.context, 'import', options), 0);
  t.like((await ops.get(`/v1/imports/${idOf(gone)}`)).body, { state: 'failed', problem: { code: 'import.file_gone' } });
});

test('a process that dies in the middle of an import: another one finishes it, and what the first still says counts for nothing', async (t) => {
  const world = await recordsWorld(t);
  const { db, api } = world;
  const ops = of(world, 'ops');
  const begun = await send(ops, table(row('N-1'), row('N-2'), row('N-3')));
  const now = api.clock.now();
  const dying = outside(api.context, 'N-2');
  const onFault = (error: unknown) => t.fail(String(error));
  const first = doJobs(dying.context, 'import', { now: () => now, onFault });
  await dying.stuck;
  t.is(await db.contracts.countDocuments(), 4, 'all are stored, and not all renewals run');
  const next = outside(api.context);
  t.is(await doJobs(next.context, 'import', { now: () => now, onFault }), 0, 'its holder may be alive');
  const later: Instant = addMs(now, 120_000);
  t.is(await doJobs(next.context, 'import', { now: () => later, onFault }), 1);
  t.is(next.started.length, 3);
  const path = `/v1/imports/${idOf(begun)}`;
  const { body } = await ops.get(path);
  t.like(body, { state: 'done', done: 3, total: 3, result: { started: 3, counts: { same: 3, wrong: 0 } } });
  dying.release();
  t.is(await first, 0);
  t.deepEqual((await ops.get(path)).body, body);
  t.is(await db.audit.countDocuments({ name: 'imported' }), 1);
  t.is(await db.contracts.countDocuments(), 4);
  t.is(await db.clients.countDocuments(), 4);
});
