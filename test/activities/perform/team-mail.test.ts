import anyTest from 'ava';
import type { TestFn } from 'ava';
import { createPerform } from '../../../activities/perform/perform.ts';
import type { Effect } from '../../../domain/renewal/effects.ts';
import type { SendDoc } from '../../../schemas/send.ts';
import { decision, freshWorld, NOW, withMongo, witness } from '../store-world.ts';
import type { MongoContext } from '../store-world.ts';
import { approvalId, escalation, LATER, request, task, why } from './effects.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

/** Who hears of an effect, by which template. */
const told = test.macro({
  async exec(t, _what: string, effect: Effect, template: string, people: readonly string[]) {
    const db = await freshWorld(t);
    await createPerform(witness(db).deps)(decision({ effects: [effect] }));
    const rows = await db.sends.find({ audience: 'team' }).sort({ _id: 1 }).lean<SendDoc[]>();
    t.deepEqual(
      rows.map((row) => [row._id, row.template]),
      people.map((id) => [`${effect.id}/mail/${id}`, template]),
    );
  },
  title: (_, what, _effect, template, people: readonly string[]) =>
    `${what}: ${template} to ${people.join(', ') || 'nobody'}`,
});

test(told, 'a task of a person', task, 'internal-task', ['li']);
test(told, 'a quiet task', { ...task, notify: false }, 'internal-task', []);
test(told, 'a task of a role', { ...task, assignee: { kind: 'role', role: 'legal' } }, 'internal-task', ['zhao']);
test(told, 'a task of somebody who left', { ...task, assignee: { kind: 'person', id: 'gone' } }, 'internal-task', []);
test(told, 'a reply', { ...task, task: 'reply' }, 'internal-reply-received', ['li']);
test(told, 'missing data', { ...task, task: 'data needed' }, 'internal-data-needed', ['li']);
test(
  told,
  'a warning',
  {
    kind: 'warn owner',
    id: 'w',
    why,
    stage: 'contact',
    to: { kind: 'role', role: 'sales-rep' },
    since: NOW,
    percent: 50,
  },
  'internal-warning',
  ['li'],
);
test(told, 'an escalation', escalation, 'internal-escalation', ['wang']);
test(told, 'an approval', request, 'internal-approval', ['wang']);

test("mail to the team carries the values of its template, dates in the reader's zone", async (t) => {
  const db = await freshWorld(t);
  await createPerform(witness(db).deps)(decision({ effects: [task, escalation, request] }));
  const contextOf = async (id: string) => (await db.sends.findOne({ _id: id }).lean<SendDoc>())?.context;
  t.like(await contextOf(`${task.id}/mail/li`), {
    task: { name: { en: 'Call' }, dueDate: '2027-02-03', reason: { en: 'test' } },
  });
  t.like(await contextOf(`${escalation.id}/mail/wang`), {
    escalation: {
      since: '2027-02-01',
      blocker: { en: 'condition.client contacted' },
      level: { en: 'role.sales-manager' },
      money: { minor: 12_000_000 },
    },
  });
  t.like(await contextOf(`${approvalId}/mail/wang`), {
    approval: { requester: 'li', level: { en: 'manager' }, dueDate: '2027-02-03', reason: 'volume' },
    quote: { number: 'Q-1', discountPercent: 15, termMonths: 12 },
  });
});

test('a slow approver is reminded with what stands in the request', async (t) => {
  const db = await freshWorld(t);
  const perform = createPerform(witness(db).deps);
  await perform(decision({ effects: [request] }));
  await perform(
    decision({
      effects: [{ kind: 'remind approval', id: 'r', why, approvalId, people: ['wang'], dueAt: LATER }],
      now: LATER,
    }),
  );
  t.like(await db.sends.findOne({ _id: 'r/mail/wang' }).lean<SendDoc>(), {
    template: 'internal-approval-reminder',
    context: { quote: { number: 'Q-1' } },
  });
});
