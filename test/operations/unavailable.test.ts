import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { Client, Connection } from '@temporalio/client';
import mongoose from 'mongoose';
import { exitCodeOf, problemJson, problemsOf } from '../../cli/failure.ts';
import { LOCALES } from '../../domain/text.ts';
import { unavailable } from '../../operations/unavailable.ts';
import { temporalConfig } from '../../temporal.config.ts';

const { mongo } = mongoose;

/** A service that hangs up on everybody; gives its address. */
async function hangingUp(t: ExecutionContext): Promise<string> {
  const server: Server = createServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function isSilent(t: ExecutionContext, error: unknown, service: string, reason: RegExp): void {
  const [problem] = problemsOf(error);
  t.like(problem, { code: 'cli.service_silent', params: { service } });
  t.regex(String(problem?.params['reason']), reason);
  t.is(exitCodeOf(error), 1);
  for (const locale of LOCALES) t.regex(problemJson(problem!, locale, 'UTC').fix, /perennial doctor/);
}

test('a database where nobody listens is a service that does not answer, not a bug', async (t) => {
  const error = await t.throwsAsync(
    mongoose.createConnection('mongodb://127.0.0.1:1', { serverSelectionTimeoutMS: 50 }).asPromise(),
  );
  isSilent(t, error, 'MongoDB', /timed out/);
});

test('so is one that hangs up', async (t) => {
  const address = await hangingUp(t);
  const client = new mongo.MongoClient(`mongodb://${address}`, { serverSelectionTimeoutMS: 50 });
  t.teardown(() => client.close());
  isSilent(t, await t.throwsAsync(client.db().command({ ping: 1 })), 'MongoDB', /timed out|closed/);
});

for (const error of [
  new mongo.MongoNetworkError('connection 3 to 10.0.0.7:27017 closed'),
  new mongo.MongoNetworkTimeoutError('connection 3 to 10.0.0.7:27017 timed out'),
  new mongo.MongoNotConnectedError('Client must be connected before running operations'),
  new mongo.MongoServerError({ message: 'interrupted at shutdown', code: 11_600 }),
]) {
  test(`in the middle of a command: ${error.name}`, (t) => {
    isSilent(t, error, 'MongoDB', new RegExp(error.message));
  });
}

test('Temporal away or too slow in the middle of a command is the same, also as the SDK wraps it', async (t) => {
  const connection = Connection.lazy({ address: await hangingUp(t), interceptors: [] });
  t.teardown(() => connection.close());
  const client = new Client({ connection });
  const describe = () => client.workflow.getHandle('any').describe();
  isSilent(t, await t.throwsAsync(client.withDeadline(Date.now() + 500, describe)), 'Temporal', /./);
  isSilent(t, await t.throwsAsync(client.withDeadline(Date.now() - 1, describe)), 'Temporal', /deadline/i);
});

test('the address is added where the driver does not say it, without the password', (t) => {
  const config = temporalConfig({
    MONGODB_URI: 'mongodb://app:secret@a.example.com:27017,b.example.com:27017/renewals?replicaSet=x',
    TEMPORAL_ADDRESS: 'temporal.example.com:7233',
  });
  const reason = (error: Error) => unavailable(error, config)?.problems[0]?.params['reason'];
  t.is(
    reason(new mongo.MongoNotConnectedError('not connected')),
    'not connected (a.example.com:27017,b.example.com:27017)',
  );
  const late = Object.assign(new Error('4 DEADLINE_EXCEEDED'), { code: 4, details: 'context deadline exceeded' });
  t.is(reason(new Error('failed', { cause: late })), 'context deadline exceeded (temporal.example.com:7233)');
});

test('what is no outage stays a bug', (t) => {
  const denied = Object.assign(new Error('7 PERMISSION_DENIED'), { code: 7, details: 'no right' });
  for (const error of [new Error('x'), denied, new mongo.MongoServerError({ message: 'duplicate', code: 11_000 })]) {
    t.is(problemsOf(error)[0]?.code, 'cli.bug');
  }
});
