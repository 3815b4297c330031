import anyTest from 'ava';
import type { TestFn } from 'ava';
import { addMs } from '../../domain/time/index.ts';
import { eventually } from '../helpers/eventually.ts';
import { eventName } from '../helpers/rehearsal.ts';
import { at } from '../helpers/world.ts';
import { startFake, withServer } from './run.ts';
import type { ServerContext } from './run.ts';

const test = anyTest as TestFn<ServerContext>;
withServer(test);

const OPENS = at('2038-02-01', 9);

test('a timer that runs out while the server is dead fires once when it is back', async (t) => {
  const { server } = t.context;
  const { run, world, worker } = await startFake(t);
  await run.forwardTo(addMs(OPENS, -1500));
  t.deepEqual(world.ids(), []);
  const killed = server.pid();
  process.kill(killed, 'SIGKILL');
  await eventually(
    'the server',
    async () => server.pid() !== killed && worker.rehearsal.virtualNow(run.id).catch(() => false),
  );
  await eventually('the opening', async () => world.log.includes(`${run.id}/opened`));
  await run.forwardTo(at('2038-02-01', 12));

  const fired = (await run.events()).filter((event) => eventName(event) === 'TimerFired');
  t.is(fired.length, 1);
  const lines = world.performed.flatMap((one) => one.log);
  t.is(lines.filter((id) => id === `${run.id}/opened`).length, 1);
  t.deepEqual(world.ids(), ['contact/call/task/sales-rep', 'contact/intro/1/mail/decision-maker']);
  t.is((await run.end()).outcome, 'lapsed');
});
