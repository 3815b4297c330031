import anyTest from 'ava';
import type { TestFn } from 'ava';
import { createPerform } from '../../../activities/perform/perform.ts';
import { civilDate } from '../../../domain/time/index.ts';
import type { ApprovalDoc } from '../../../schemas/approval.ts';
import type { TaskDoc } from '../../../schemas/task.ts';
import { at, RENEWAL } from '../../helpers/world.ts';
import { decision, factEntry, freshWorld, OPENED, withMongo, witness } from '../store-world.ts';
import type { MongoContext } from '../store-world.ts';
import { approvalId, escalation, LATER, quote, request, task } from './effects.ts';

// A worker can die after its transaction and before its workflow knows: another decision is then taken in its place.
const test = anyTest as TestFn<MongoContext>;
withMongo(test);

test('what a lost decision left open is taken back by the next one', async (t) => {
  const db = await freshWorld(t);
  const perform = createPerform(witness(db).deps);
  await perform(decision({ effects: [task, escalation, request] }));
  await perform(decision({ now: LATER }));
  t.like(await db.tasks.findOne({ _id: task.id }).lean<TaskDoc>(), { state: 'superseded', closedBy: 'engine' });
  t.like(await db.tasks.findOne({ _id: escalation.id }).lean<TaskDoc>(), { state: 'open' });
  t.like(await db.approvals.findOne({ _id: approvalId }).lean<ApprovalDoc>(), { status: 'superseded' });
});

const row = (stage: string, status: 'done' | 'in progress') => ({
  stage,
  name: { en: stage, 'zh-CN': stage },
  ownerRole: 'sales-rep' as const,
  ownerId: 'li',
  start: civilDate('2027-01-01'),
  begun: true,
  end: civilDate('2027-02-01'),
  status,
  note: null,
  provisional: false,
});

test('an escalation that only a lost decision raised ends with its stage, or with the renewal', async (t) => {
  const db = await freshWorld(t);
  const perform = createPerform(witness(db).deps);
  const state = async () => (await db.tasks.findOne({ _id: escalation.id }).lean<TaskDoc>())?.state;
  await perform(decision({ effects: [escalation] }));
  await perform(decision({ view: { rows: [row('contact', 'in progress')] }, now: at('2027-02-02') }));
  t.is(await state(), 'open', 'its stage is in work');
  // No `end escalations`: the decision that stands never raised one.
  await perform(decision({ view: { rows: [row('contact', 'done')] }, now: at('2027-02-03') }));
  t.is(await state(), 'superseded');
  const other = { ...escalation, id: `${RENEWAL}/quote/stall-100/1/task/sales-manager`, stage: 'quote' };
  await perform(decision({ effects: [other], now: at('2027-02-04') }));
  await perform(decision({ view: { phase: 'closed', rows: [row('quote', 'in progress')] }, now: at('2027-02-05') }));
  t.is((await db.tasks.findOne({ _id: other.id }).lean<TaskDoc>())?.state, 'superseded');
});

test('a task that a lost decision opened for another day takes the due date that holds', async (t) => {
  const db = await freshWorld(t);
  const perform = createPerform(witness(db).deps);
  await perform(decision({ effects: [task] }));
  const later = { ...task, dueAt: at('2027-03-03') };
  const view = { tasks: [{ id: task.id, dueAt: at('2027-03-03') }] };
  await perform(decision({ effects: [later], view, now: LATER }));
  t.is((await db.tasks.findOne({ _id: task.id }).lean<TaskDoc>())?.dueAt, at('2027-03-03'));
});

test('a vote counts for the revision that was voted on, also where the next one came in the same look', async (t) => {
  const db = await freshWorld(t);
  const perform = createPerform(witness(db).deps);
  await perform(decision({ effects: [request], state: { ...OPENED, quote } }));
  const vote = factEntry(
    'approval decided',
    { rule: 'manager', revision: 1, decision: 'approve', comment: '' },
    'v1',
    LATER,
  );
  const next = { ...quote, revision: 2, number: 'Q-2' };
  const again = { ...request, id: request.id.replace('/approval/1/', '/approval/2/'), quote: next };
  await perform(decision({ effects: [again], log: [vote], state: { ...OPENED, quote: next }, now: LATER }));
  const votes = async (id: string) => (await db.approvals.findOne({ _id: id }).lean<ApprovalDoc>())?.decisions.length;
  t.is(await votes(approvalId), 1);
  t.is(await votes(again.id), 0);
});
