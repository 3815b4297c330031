import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { PerennialError } from '../../domain/errors/index.ts';
import type { ServiceEvent } from '../../embedded/index.ts';
import type { LifeBond } from '../../embedded/supervisor/bound-spawn.ts';
import { lockFolder } from '../../embedded/supervisor/folder-lock.ts';
import { PortBook } from '../../embedded/supervisor/port-book.ts';
import { identityOf, isRunning } from '../../embedded/supervisor/process-identity.ts';
import { removeStaleChild, writePidFile } from '../../embedded/supervisor/stale-child.ts';
import { superviseChild } from '../../embedded/supervisor/supervised-child.ts';
import type { ChildSpec } from '../../embedded/supervisor/supervised-child.ts';
import { testEnvironment, testFolder } from '../helpers/services.ts';
import { eventually } from '../helpers/eventually.ts';

const STAYS = 'setInterval(() => {}, 1e6)';

async function setUp(t: ExecutionContext) {
  const dataDir = await testFolder(t);
  const events: ServiceEvent[] = [];
  const start = async (script: string, more: Partial<ChildSpec> = {}) => {
    const child = await superviseChild({
      service: 'mongo',
      program: process.execPath,
      args: ['-e', script, dataDir],
      env: testEnvironment(),
      dataDir,
      isReady: () => Promise.resolve(true),
      onEvent: (event) => events.push(event),
      ...more,
    });
    t.teardown(() => child.stop());
    return child;
  };
  return { dataDir, events, start, log: () => readFileSync(join(dataDir, 'logs', 'mongo.log'), 'utf8') };
}

test('a child that dies by itself is started again, and it is told', async (t) => {
  const { start, events } = await setUp(t);
  const child = await start(STAYS);
  const first = child.pid();
  process.kill(first, 'SIGKILL');
  await eventually('restarted', () => events.some(({ kind }) => kind === 'restarted'));
  t.not(child.pid(), first);
  t.not(identityOf(child.pid()), undefined);
  const died = events.find((event) => event.kind === 'died');
  t.like(died?.problem, { code: 'services.died', params: { service: 'MongoDB', how: 'SIGKILL', milliseconds: 250 } });
});

test('the pause before a restart grows while the child keeps dying', async (t) => {
  const { start, events, dataDir } = await setUp(t);
  const crash = `if (require('fs').existsSync(${JSON.stringify(join(dataDir, 'crash'))})) process.exit(3); ${STAYS}`;
  const child = await start(crash, { isReady: () => Promise.resolve(identityOf(process.pid) !== undefined) });
  writeFileSync(join(dataDir, 'crash'), '');
  process.kill(child.pid(), 'SIGKILL');
  const pauses = () =>
    events.flatMap((event) => (event.kind === 'died' ? [Number(event.problem.params['milliseconds'])] : []));
  await eventually('three deaths', () => pauses().length >= 3);
  t.deepEqual(pauses().slice(0, 3), [250, 500, 1000]);
});

test('a child that ends before it serves fails the start with its own last words', async (t) => {
  const { start, dataDir } = await setUp(t);
  const script = 'console.error("fatal: the disk is on strike"); console.error("bye"); process.exit(2)';
  const error = await t.throwsAsync(start(script, { isReady: () => Promise.resolve(false) }), {
    instanceOf: PerennialError,
  });
  t.like(error?.problems[0], {
    code: 'services.start_failed',
    params: { service: 'MongoDB', detail: 'fatal: the disk is on strike', log: join(dataDir, 'logs', 'mongo.log') },
  });
});

test('a program that is not there fails the start', async (t) => {
  const { start } = await setUp(t);
  for (const bond of ['pdeathsig', 'guard'] as const) {
    const error = await t.throwsAsync(start(STAYS, { program: '/nowhere/mongod', bond, isReady: never }), {
      instanceOf: PerennialError,
    });
    t.regex(String(error?.problems[0]?.params['detail']), /nowhere\/mongod/, bond);
  }
});
const never = () => Promise.resolve(false);

test('a child that runs but does not serve in time is ended', async (t) => {
  const { start, log } = await setUp(t);
  const script = `console.log('pid ' + process.pid); ${STAYS}`;
  const late = start(script, { isReady: never, startDeadlineMs: 1_000 });
  const error = await t.throwsAsync(late, { instanceOf: PerennialError });
  t.is(error?.problems[0]?.code, 'services.start_timeout');
  t.is(identityOf(Number(/pid (\d+)/.exec(log())?.[1])), undefined);
});

const stops = test.macro({
  async exec(t, bond: LifeBond) {
    const { start, log, events, dataDir } = await setUp(t);
    const polite = `process.on('SIGTERM', () => { console.log('farewell'); process.exit(0); }); console.log('up'); ${STAYS}`;
    const child = await start(polite, { bond, isReady: () => Promise.resolve(log().includes('up')) });
    const pid = child.pid();
    await child.stop();
    t.regex(log(), /farewell/);
    t.is(identityOf(pid), undefined);
    t.is(events.at(-1)?.kind, 'stopped');
    t.false(existsSync(join(dataDir, 'run', 'mongo.json')));
  },
  title: (_, bond: LifeBond) => `a child is asked to stop and may tidy up (${bond})`,
});
test(stops, 'pdeathsig');
test(stops, 'guard');

const stopsTheStubborn = test.macro({
  async exec(t, bond: LifeBond) {
    const { start, log } = await setUp(t);
    const stubborn = `process.on('SIGTERM', () => {}); console.log('pid ' + process.pid + ' up'); ${STAYS}`;
    const child = await start(stubborn, { bond, graceMs: 100, isReady: () => Promise.resolve(log().includes('up')) });
    await child.stop();
    const pid = Number(/pid (\d+)/.exec(log())?.[1]);
    await eventually('gone', () => identityOf(pid) === undefined);
    t.is(identityOf(child.pid()), undefined);
  },
  title: (_, bond: LifeBond) => `a child that ignores the request is killed after the grace time (${bond})`,
});
test(stopsTheStubborn, 'pdeathsig');
test(stopsTheStubborn, 'guard');

const diesWithParent = test.macro({
  async exec(t, bond: LifeBond) {
    const dataDir = await testFolder(t);
    const script = new URL('parent-of-child.ts', import.meta.url).pathname;
    const parent = spawn(process.execPath, ['--import=tsx', script, bond, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.teardown(() => parent.kill('SIGKILL'));
    await once(parent.stdout, 'data');
    const log = join(dataDir, 'logs', 'mongo.log');
    await eventually('the service speaks', () => readFileSync(log, 'utf8').includes('service '));
    const service = identityOf(Number(/service (\d+)/.exec(readFileSync(log, 'utf8'))?.[1]));
    t.not(service, undefined);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await eventually('the service is gone', () => service !== undefined && !isRunning(service));
    t.pass();
  },
  title: (_, bond: LifeBond) => `a child dies with a parent that is killed (${bond})`,
});
if (process.platform === 'linux') test(diesWithParent, 'pdeathsig');
test(diesWithParent, 'guard');

test('a child left over from a killed engine is removed', async (t) => {
  const dataDir = await testFolder(t);
  const orphan = spawn(process.execPath, ['-e', STAYS, dataDir], { stdio: 'ignore', detached: true });
  t.teardown(() => orphan.kill('SIGKILL'));
  await eventually('runs', () => orphan.pid !== undefined && identityOf(orphan.pid) !== undefined);
  const pid = orphan.pid ?? 0;
  writePidFile(dataDir, 'mongo', pid);
  const events: ServiceEvent[] = [];
  // Its command line may for an instant still be ours, before the program is loaded.
  await eventually('removed', async () => {
    writePidFile(dataDir, 'mongo', pid);
    await removeStaleChild(dataDir, 'mongo', (event) => events.push(event));
    return events.length > 0;
  });
  t.deepEqual(events, [{ kind: 'stale-removed', service: 'mongo', pid }]);
  t.is(identityOf(pid), undefined);
});

test('a stranger that got the noted pid is left alone', async (t) => {
  const dataDir = await testFolder(t);
  const stranger = spawn(process.execPath, ['-e', STAYS], { stdio: 'ignore', detached: true });
  t.teardown(() => stranger.kill('SIGKILL'));
  writePidFile(dataDir, 'mongo', stranger.pid ?? 0);
  const file = join(dataDir, 'run', 'mongo.json');
  await removeStaleChild(dataDir, 'mongo', (event) => t.fail(event.kind));
  t.not(identityOf(stranger.pid ?? 0), undefined);
  t.false(existsSync(file));
});

test('a process of the same number that started at another time is not the same', (t) => {
  const me = identityOf(process.pid);
  t.true(me !== undefined && isRunning(me));
  t.false(isRunning({ pid: process.pid, started: 'another boot/1' }));
});

test('a folder in use is refused with the pid of its user, and free again afterwards', async (t) => {
  const dataDir = await testFolder(t);
  const lock = await lockFolder(dataDir);
  const error = await t.throwsAsync(lockFolder(dataDir), { instanceOf: PerennialError });
  t.like(error?.problems[0], { code: 'services.folder_in_use', params: { folder: dataDir, pid: process.pid } });
  await lock.release();
  await (await lockFolder(dataDir)).release();
  t.pass();
});

for (const above of ['/proc', '/dev/null'].filter((path) => existsSync(path))) {
  test(`a folder that cannot be made in ${above} is refused at once`, async (t) => {
    const folder = join(above, 'perennial', 'data');
    const error = await t.throwsAsync(lockFolder(folder), { instanceOf: PerennialError });
    t.like(error?.problems[0], { code: 'services.folder_unwritable', params: { folder } });
  });
}

test('of many that want a folder with a dead lock, exactly one gets it', async (t) => {
  const dataDir = await testFolder(t);
  writeFileSync(join(dataDir, 'lock.1'), JSON.stringify({ pid: process.pid, started: 'another boot/1' }));
  for (let round = 0; round < 20; round += 1) {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(dataDir)));
    const held = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    t.is(held.length, 1);
    t.deepEqual(readdirSync(dataDir), [`lock.${round + 2}`]);
    // The holder dies without releasing.
    writeFileSync(join(dataDir, `lock.${round + 2}`), JSON.stringify({ pid: process.pid, started: 'another boot/1' }));
  }
});

test('ports are remembered, and a taken one is replaced and told', async (t) => {
  const dataDir = await testFolder(t);
  const events: ServiceEvent[] = [];
  const book = () => new PortBook(dataDir, {}, (event) => events.push(event));
  const port = await book().choose('mongo', 'mongo');
  t.is(await book().choose('mongo', 'mongo'), port);
  const squatter = createServer().listen(port, '127.0.0.1');
  await once(squatter, 'listening');
  t.teardown(() => squatter.close());
  const used = await book().choose('mongo', 'mongo');
  t.not(used, port);
  t.like(events[0], { kind: 'port-moved', problem: { code: 'services.port_moved', params: { port, used } } });
  const fixed = new PortBook(dataDir, { PERENNIAL_MONGO_PORT: String(port) }, () => undefined);
  const error = await t.throwsAsync(fixed.choose('mongo', 'mongo'), { instanceOf: PerennialError });
  t.like(error?.problems[0], { code: 'services.port_taken', params: { port, variable: 'PERENNIAL_MONGO_PORT' } });
});

test('a port in the environment that is no port is refused', async (t) => {
  for (const value of ['0', '65536', 'http', '12.5']) {
    const book = new PortBook('/nowhere', { PERENNIAL_SMTP_PORT: value }, () => undefined);
    const error = await t.throwsAsync(book.choose('mail', 'mail'), { instanceOf: PerennialError });
    t.is(error?.problems[0]?.code, 'services.port_invalid', value);
  }
});
