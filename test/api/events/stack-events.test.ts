import anyTest from 'ava';
import type { TestFn } from 'ava';
import { trusted } from 'mongoose';
import { addDays, addMs } from '../../../domain/time/index.ts';
import type { Instant } from '../../../domain/time/index.ts';
import type { RenewalState } from '../../../domain/renewal/state.ts';
import { startDispatcher } from '../../../operations/events/dispatcher.ts';
import type { Loop } from '../../../operations/repeat.ts';
import type { InboxDoc } from '../../../schemas/inbox.ts';
import type { RenewalDoc } from '../../../schemas/renewal.ts';
import { stateQuery } from '../../../workflows/renewal/messages.ts';
import { eventually } from '../../helpers/eventually.ts';
import { openApi } from '../api-world.ts';
import { closeStackWorld, openSampleStack } from '../stack-world.ts';
import type { StackWorld } from '../stack-world.ts';

const test = anyTest as TestFn<StackWorld & { dispatchers: Loop[]; faults: unknown[] }>;

test.before(async (t) => {
  t.timeout(3 * 60_000);
  const { stack, today } = await openSampleStack(12, ['ops']);
  // Two processes share the inbox; only one is woken.
  const faults: unknown[] = [];
  const dispatchers = [1, 2].map(() =>
    startDispatcher(stack.context, { now: () => stack.now(), onFault: (error) => faults.push(error) }),
  );
  const api = await openApi(stack.context, {}, { onEvents: () => dispatchers[0]?.wake() });
  t.context = { stack, today, api, dispatchers, faults };
});
test.after.always(async (t) => {
  await Promise.all(t.context.dispatchers?.map(async (one) => one.stop()) ?? []);
  await closeStackWorld(t.context);
});

/** What facts leave behind. Ids and names of the contract are not among it. */
function registers({ repliedAt, stops, notice, dates, risk }: RenewalState): unknown {
  const { health, usageDrop, sponsorLeftAt, complaints } = risk;
  const ends = Object.entries(stops).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { repliedAt, ends, notice, end: dates?.end, health, usageDrop, sponsorLeftAt, complaints };
}

test.serial('on the whole product, doubled and shuffled events end as the ordered ones do', async (t) => {
  t.timeout(5 * 60_000);
  const { stack, api, faults } = t.context;
  const { db } = stack.context;
  const ops = await api.as('ops@example.com');
  // A notice ends the renewal of one that renews by itself, and what had happened before it would find it closed.
  const ending = await db.contracts.distinct('_id', { autoRenew: false, endDate: trusted({ $ne: null }) });
  const [first, second] = await db.renewals
    .find({ phase: 'open', contractId: trusted({ $in: ending }) })
    .sort({ contractNumber: 1 })
    .limit(2)
    .lean<RenewalDoc[]>();
  if (first === undefined || second === undefined || first.endDate === null) throw new Error('no two renewals');
  const begun = stack.now();
  // After the import, whose health score would be newer otherwise.
  const at = (i: number): Instant => addMs(begun, i);
  const later = (days: number) => addDays(first.endDate ?? ('' as never), days);
  const story = (subject: object) =>
    [
      ['reply.received', { summary: 'soon' }],
      ['health.scored', { score: 81 }],
      ['complaint.opened', { complaintId: 'T-1' }],
      ['health.scored', { score: 74 }],
      ['complaint.closed', { complaintId: 'T-1' }],
      ['contract.dates_changed', { endDate: later(60) }],
      ['usage.dropped', { percent: 12 }],
      ['meeting.booked', { on: later(-1) }],
      ['contract.dates_changed', { endDate: later(90) }],
      ['notice.given', { note: 'n' }],
    ].map(([type, data], i) => ({
      id: `${JSON.stringify(subject)}-${i}`.replaceAll(/[^!-~]/g, ''),
      type,
      occurredAt: at(i),
      subject,
      data,
    }));
  const ordered = story({ contractNumber: first.contractNumber });
  const shuffled = story({ renewalId: second._id });
  const order = [8, 0, 5, 9, 8, 3, 1, 7, 5, 2, 6, 4, 0, 1];
  for (const event of ordered) t.like((await ops.post('/v1/events', { events: [event] })).body, { invalid: 0 });
  for (const i of order) t.like((await ops.post('/v1/events', { events: [shuffled[i]] })).body, { invalid: 0 });
  const left = () => db.inbox.countDocuments({ nextAt: trusted({ $type: 'string' }) });
  await eventually(
    'all are told',
    async () => (await left()) === 0,
    () => db.inbox.find().lean(),
  );
  const events = await db.inbox.find().lean<InboxDoc[]>();
  t.is(events.length, 20);
  t.deepEqual(
    events.filter(({ state }) => state === 'dead').map(({ problem }) => problem),
    [],
  );

  const client = await stack.context.temporal();
  const asked = ({ _id }: RenewalDoc) => client.workflow.getHandle(_id).query(stateQuery);
  const stateOf = async (renewal: RenewalDoc) => registers(await asked(renewal));
  // Told is not judged yet: each has taken all that the story leaves behind.
  const isJudged = async (renewal: RenewalDoc) => {
    const { notice, risk, dates } = await asked(renewal);
    const over = Object.values(risk.complaints).some(({ closed }) => closed !== null);
    return notice !== null && risk.usageDrop !== null && over && risk.health?.score === 74 && dates?.end === later(90);
  };
  const both = () => Promise.all([stateOf(first), stateOf(second)]);
  await eventually('both are judged', async () => (await isJudged(first)) && (await isJudged(second)), both);
  t.deepEqual(await stateOf(second), await stateOf(first));
  t.like(await stateOf(first), { end: later(90), health: { score: 74 } });
  const history = await db.history.find({ renewalId: second._id, kind: 'fact', name: 'health scored' }).lean();
  t.true(history.length >= 2);
  t.deepEqual([...api.faults, ...faults], []);
});
