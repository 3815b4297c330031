import anyTest from 'ava';
import type { TestFn } from 'ava';
import proto from '@temporalio/proto';
import { countEvents } from '../helpers/rehearsal.ts';
import { PLAYBOOK } from '../helpers/world.ts';
import { startFake, withServer } from './run.ts';
import type { ServerContext } from './run.ts';
import { smoothly } from './stories.ts';

const test = anyTest as TestFn<ServerContext>;
withServer(test);

/** A plain workflow written by hand with ten reminders, five stages and the same tasks and waits makes so many. */
const PLAIN_WORKFLOW_EVENTS = 159;
const KILOBYTE = 1024;

const TEN_REMINDERS = PLAYBOOK.reminders.map((series) => ({
  ...series,
  stopOn: [],
  atMost: { count: 10, days: 200 },
  at: [95, 85, 75, 65, 58, 50, 42, 36, 25, 18].map((days) => ({
    anchor: 'end' as const,
    amount: -days,
    unit: 'days' as const,
  })),
}));

test('a renewal with ten reminders and five stages makes fewer events than a plain workflow', async (t) => {
  const outreach = { ...PLAYBOOK.outreach, atMost: { count: 20, days: 200 } };
  const { run, world } = await startFake(t, { playbook: { reminders: TEN_REMINDERS, outreach } });
  for (const fact of smoothly()) await run.command(fact);
  t.is((await run.end()).outcome, 'renewed');
  const sent = world.effects.filter((e) => e.kind === 'send outreach' && e.template === 'renewal-reminder').length;
  t.is(sent, 10);
  const events = await run.events();
  const counts = countEvents(events);
  const total = [...counts.values()].reduce((a, b) => a + b, 0);
  const looks = world.judged;
  const bytes = proto.temporal.api.history.v1.History.encode({ events: [...events] }).finish().length;
  t.log(`${total} events in ${looks} looks (${(total / looks).toFixed(1)} a look), ${Math.round(bytes / KILOBYTE)} KB`);
  t.log(JSON.stringify(Object.fromEntries(counts)));
  t.true(total < PLAIN_WORKFLOW_EVENTS, `${total} events`);
  t.true(total / looks < 9, `${total / looks} events a look`);
});
