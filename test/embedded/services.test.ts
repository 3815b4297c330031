import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { mongo as mongodb } from 'mongoose';
import { createTransport } from 'nodemailer';
import { PerennialError } from '../../domain/errors/index.ts';
import { readInbox, readServices, startServices } from '../../embedded/index.ts';
import type { ServiceEvent, Services, StartServicesOptions } from '../../embedded/index.ts';
import { identityOf } from '../../embedded/supervisor/process-identity.ts';
import { startTestMongo, startTestServices, testEnvironment, testFolder } from '../helpers/services.ts';
import { eventually } from '../helpers/eventually.ts';

async function up(t: ExecutionContext, dataDir: string, more: Partial<StartServicesOptions> = {}): Promise<Services> {
  const services = await startServices({ dataDir, env: testEnvironment(), ...more });
  t.teardown(() => services.stop());
  return services;
}

async function withMongo<T>(uri: string, work: (client: mongodb.MongoClient) => Promise<T>): Promise<T> {
  const client = new mongodb.MongoClient(uri);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

async function withTemporal<T>(services: Services, work: (client: Client) => Promise<T>): Promise<T> {
  const { address, namespace } = services.temporal;
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

test('start, stop and start again: addresses stay, and what was kept is there', async (t) => {
  const dataDir = await testFolder(t);
  const first = await up(t, dataDir);
  t.is(new URL(first.mongo.uri).pathname, '/perennial');
  await withMongo(first.mongo.uri, (client) => client.db().collection('things').insertOne({ name: '续费' }));
  await withTemporal(first, (client) =>
    client.workflow.start('renewal', { taskQueue: 'nobody', workflowId: 'renewal:c1:1' }),
  );
  await createTransport(first.mail.smtpUrl).sendMail({ from: 'a@x.example', to: 'b@x.example', text: 'hi' });
  await first.stop();
  t.is(readServices(dataDir), undefined);

  const second = await up(t, dataDir);
  t.deepEqual(
    [second.mongo.uri, second.temporal.address, second.mail.smtpUrl],
    [first.mongo.uri, first.temporal.address, first.mail.smtpUrl],
  );
  t.is(await withMongo(second.mongo.uri, (client) => client.db().collection('things').countDocuments()), 1);
  const description = await withTemporal(second, (client) => client.workflow.getHandle('renewal:c1:1').describe());
  t.is(description.status.name, 'RUNNING');
  t.is((await readInbox(dataDir)).length, 1);
});

test('MongoDB takes transactions through the address that is handed out', async (t) => {
  const { uri } = await startTestMongo(t);
  await withMongo(uri, async (client) => {
    const things = client.db().collection('things');
    await client.withSession((session) =>
      session.withTransaction(async () => {
        await things.insertOne({ n: 1 }, { session });
      }),
    );
    const aborted = client.withSession((session) =>
      session.withTransaction(async () => {
        await things.insertOne({ n: 2 }, { session });
        throw new Error('changed my mind');
      }),
    );
    await t.throwsAsync(aborted, { message: 'changed my mind' });
    t.is(await things.countDocuments(), 1);
  });
});

test('MongoDB keeps its data when its old port is taken by another program', async (t) => {
  const dataDir = await testFolder(t);
  const first = await up(t, dataDir);
  await withMongo(first.mongo.uri, (client) => client.db().collection('things').insertOne({}));
  await first.stop();
  const squatter = createServer().listen(Number(new URL(first.mongo.uri).port), '127.0.0.1');
  await once(squatter, 'listening');
  t.teardown(() => squatter.close());
  const events: ServiceEvent[] = [];
  const second = await up(t, dataDir, { onEvent: (event) => events.push(event) });
  t.not(second.mongo.uri, first.mongo.uri);
  t.true(events.some((event) => event.kind === 'port-moved' && event.service === 'mongo'));
  t.is(await withMongo(second.mongo.uri, (client) => client.db().collection('things').countDocuments()), 1);
});

test('another process finds the services, and a second start on the folder is refused with the pid', async (t) => {
  const services = await startTestServices(t);
  t.like(readServices(services.dataDir), {
    pid: process.pid,
    temporal: services.temporal,
    mongo: services.mongo,
    mail: { smtpUrl: services.mail.smtpUrl, caught: true, source: 'built-in' },
  });
  const second = startServices({ dataDir: services.dataDir, env: testEnvironment() });
  const error = await t.throwsAsync(second, { instanceOf: PerennialError });
  t.like(error?.problems[0], { code: 'services.folder_in_use', params: { pid: process.pid } });
  t.not(readServices(services.dataDir), undefined);
});

test('a service that dies is brought back with its data, and the note for other processes follows', async (t) => {
  const events: ServiceEvent[] = [];
  const services = await startTestServices(t, { onEvent: (event) => events.push(event) });
  await withMongo(services.mongo.uri, (client) => client.db().collection('things').insertOne({}));
  process.kill(services.mongo.pid ?? 0, 'SIGKILL');
  await eventually('restarted', () => events.some(({ kind }) => kind === 'restarted'));
  t.is(await withMongo(services.mongo.uri, (client) => client.db().collection('things').countDocuments()), 1);
  t.not(readServices(services.dataDir)?.mongo.pid, services.mongo.pid);
});

test('when the engine is killed nothing is left running, and the next start carries on', async (t) => {
  const dataDir = await testFolder(t);
  const script = new URL('parent-of-services.ts', import.meta.url).pathname;
  const parent = spawn(process.execPath, ['--import=tsx', script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pids = JSON.parse(line.toString()) as number[];
  const mongoUri = readServices(dataDir)?.mongo.uri ?? '';
  await withMongo(mongoUri, (client) =>
    client
      .db()
      .collection('things')
      .insertOne({}, { writeConcern: { j: true } }),
  );
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await eventually('no child is left', () => pids.every((pid) => identityOf(pid) === undefined));
  t.is(readServices(dataDir), undefined);
  const services = await up(t, dataDir);
  t.is(await withMongo(services.mongo.uri, (client) => client.db().collection('things').countDocuments()), 1);
});

test('when one service cannot start, the others are stopped and the folder is free again', async (t) => {
  const dataDir = await testFolder(t);
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  t.teardown(() => squatter.close());
  const address = squatter.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const events: ServiceEvent[] = [];
  const failing = startServices({
    dataDir,
    env: testEnvironment({ PERENNIAL_MONGO_PORT: port }),
    onEvent: (event) => events.push(event),
  });
  const error = await t.throwsAsync(failing, { instanceOf: PerennialError });
  t.is(error?.problems[0]?.code, 'services.port_taken');
  for (const event of events) if (event.kind === 'started') t.is(identityOf(event.pid), undefined);
  t.true(events.some((event) => event.kind === 'stopped' && event.service === 'temporal'));
  t.false(readdirSync(dataDir).some((name) => name.startsWith('lock')));
});

test('services whose addresses are given are not started', async (t) => {
  const dataDir = await testFolder(t);
  const given = {
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    MONGODB_URI: 'mongodb://mongo.example/x',
    SMTP_URL: 'smtp://s',
  };
  const services = await up(t, dataDir, { env: { ...given, PERENNIAL_NAMESPACE: 'sales' } });
  t.like(services, {
    temporal: { address: 'temporal.example:7233', namespace: 'sales', source: 'url' },
    mongo: { uri: 'mongodb://mongo.example/x', source: 'url' },
    mail: { smtpUrl: 'smtp://s', caught: false, source: 'url' },
  });
  t.false(existsSync(join(dataDir, 'logs')));
});

test('closed runs are kept for 30 days, in a namespace of one’s own too', async (t) => {
  const services = await startTestServices(t, { env: testEnvironment({ PERENNIAL_NAMESPACE: 'sales' }) });
  const { config } = await withTemporal(services, (client) =>
    client.workflowService.describeNamespace({ namespace: 'sales' }),
  );
  t.is(Number(config?.workflowExecutionRetentionTtl?.seconds), 30 * 24 * 3600);
});
