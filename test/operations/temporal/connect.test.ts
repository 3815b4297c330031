import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { PerennialError } from '../../../domain/errors/index.ts';
import { connectTemporal } from '../../../operations/temporal/connect.ts';
import { createDataConverter } from '../../../operations/temporal/data-converter.ts';
import { parseKeyRing } from '../../../operations/temporal/key-ring.ts';
import { registerSearchAttributes } from '../../../operations/temporal/search-attributes.ts';
import { temporalConfig } from '../../../temporal.config.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';
import { openTestTemporal } from '../../helpers/services.ts';
import type { TestTemporal } from '../../helpers/services.ts';

const test = anyTest as TestFn<{ temporal: TestTemporal }>;

test.before(async (t) => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  t.context.temporal = await openTestTemporal();
});
test.after.always((t) => t.context.temporal.close());

const parsed = parseKeyRing(`k:${Buffer.alloc(32, 7).toString('base64')}`, 'KEYS');
if (!('ring' in parsed)) throw new Error('no ring');
const { ring } = parsed;

async function connected(t: ExecutionContext<{ temporal: TestTemporal }>) {
  const { address, namespace } = t.context.temporal;
  const temporal = await connectTemporal(
    temporalConfig({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace }),
    ring,
  );
  t.teardown(() => temporal.close());
  return temporal;
}

async function worker(t: ExecutionContext<{ temporal: TestTemporal }>, activities: object) {
  const { address, namespace } = t.context.temporal;
  const connection = await NativeConnection.connect({ address });
  const made = await Worker.create({
    connection,
    namespace,
    taskQueue: t.title,
    activities,
    dataConverter: createDataConverter(ring),
  });
  const run = made.run();
  t.teardown(async () => {
    made.shutdown();
    await run;
    await connection.close();
  });
}

test('nothing personal stands in the clear on the server: input, result, summary, failure', async (t) => {
  const { client, connection } = await connected(t);
  const { namespace } = t.context.temporal;
  let calls = 0;
  await worker(t, {
    greet: async (name: string) => {
      if ((calls += 1) === 1)
        throw ApplicationFailure.create({ message: `no answer from ${name}`, nextRetryDelay: 1, details: [name] });
      return `hello ${name}`;
    },
  });
  const options = {
    taskQueue: t.title,
    startToCloseTimeout: '5s',
    summary: 'for Zoe Example',
    args: ['Zoe Example'],
  } as const;
  const handle = await client.activity.start<string>('greet', { id: 'a1', ...options });
  t.is(await handle.result(), 'hello Zoe Example');
  await client.workflow.start('nobody', {
    taskQueue: 'no-worker',
    workflowId: 'w1',
    args: ['Zoe Example'],
    memo: { who: 'Zoe Example' },
  });
  await client.workflow.getHandle('w1').signal('note', { by: 'Zoe Example' });

  const activity = await connection.workflowService.describeActivityExecution({
    namespace,
    activityId: 'a1',
    includeInput: true,
    includeOutcome: true,
  });
  const workflow = await connection.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId: 'w1' },
  });
  const stored = clear(activity) + clear(workflow);
  t.true(stored.includes('binary/encrypted') && stored.includes('greet'), 'this is what the server keeps');
  t.false(/zoe|hello|no answer/i.test(stored));
});

/** Everything in a message as text, bytes as the letters they are; protobuf's own JSON would hide them in base64. */
function clear(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key}: ${clear(inner)}`)
    .join('\n');
}

test('what is looked for would be found without the codec', async (t) => {
  const { address, namespace } = t.context.temporal;
  const connection = await Connection.connect({ address });
  t.teardown(() => connection.close());
  const client = new Client({ connection, namespace });
  await client.workflow.start('nobody', { taskQueue: 'no-worker', workflowId: 'w0', args: ['Zoe Example'] });
  const execution = { workflowId: 'w0' };
  t.regex(clear(await connection.workflowService.getWorkflowExecutionHistory({ namespace, execution })), /zoe/i);
});

test('search attributes are registered once, also by two at the same time', async (t) => {
  const { connection } = await connected(t);
  const { namespace } = t.context.temporal;
  const names = Object.values(SEARCH_ATTRIBUTES).map((attribute) => attribute.name);
  await Promise.all([registerSearchAttributes(connection, namespace), registerSearchAttributes(connection, namespace)]);
  t.deepEqual(await registerSearchAttributes(connection, namespace), []);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  for (const name of names) t.true(name in (customAttributes ?? {}), name);
});

test('closing waits for calls in flight and refuses new ones', async (t) => {
  const temporal = await connected(t);
  await worker(t, { quick: async () => 'done' });
  const handle = await temporal.client.activity.start<string>('quick', {
    id: 'q1',
    taskQueue: t.title,
    startToCloseTimeout: '5s',
  });
  const result = handle.result();
  await temporal.close();
  t.is(await result, 'done');
  const refused = await t.throwsAsync(temporal.client.workflow.getHandle('x').describe());
  t.regex(String(refused?.cause), /closing/);
  await t.notThrowsAsync(temporal.close());
});

test('a long poll is cut when its time is over', async (t) => {
  const temporal = await connected(t);
  await temporal.client.workflow.start('nobody', { taskQueue: 'no-worker', workflowId: 'w2' });
  const waiting = t.throwsAsync(temporal.client.workflow.getHandle('w2').result());
  await temporal.close(50);
  await waiting;
});

test('closing while calls are tried again ends in peace', async (t) => {
  const server = createServer((socket) => socket.pipe(upstream(socket)));
  const sockets = new Set<Socket>();
  function upstream(socket: Socket) {
    const [host = '', port = ''] = t.context.temporal.address.split(':');
    const up = connect(Number(port), host);
    for (const s of [socket, up]) {
      sockets.add(s);
      s.on('error', () => undefined);
    }
    up.pipe(socket);
    return up;
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const temporal = await connectTemporal(temporalConfig({ TEMPORAL_ADDRESS: `127.0.0.1:${address.port}` }), ring);
  server.close();
  for (const socket of sockets) socket.destroy();
  const calls = Array.from({ length: 5 }, (_, i) => temporal.client.workflow.getHandle(`none${i}`).describe());
  const settled = Promise.allSettled(calls);
  await temporal.close(100);
  t.true((await settled).every((one) => one.status === 'rejected'));
});

test('without an address the setting is named', async (t) => {
  const error = await t.throwsAsync(connectTemporal(temporalConfig({}), ring), { instanceOf: PerennialError });
  t.like(error.problems[0], { code: 'settings.required', place: { field: 'TEMPORAL_ADDRESS' } });
});

test('a certificate that cannot be read is named', async (t) => {
  const config = temporalConfig({
    TEMPORAL_ADDRESS: 'a:1',
    TEMPORAL_TLS_CERT: '/nowhere.pem',
    TEMPORAL_TLS_KEY: '/nowhere.key',
  });
  const error = await t.throwsAsync(connectTemporal(config, ring), { instanceOf: PerennialError });
  t.like(error.problems[0], { code: 'settings.unreadable', place: { field: 'TEMPORAL_TLS_CERT' } });
});
