import anyTest from 'ava';
import type { TestFn } from 'ava';
import { createPerform } from '../../../activities/perform/perform.ts';
import { verifyHistory } from '../../../activities/history/index.ts';
import type { Effect } from '../../../domain/renewal/effects.ts';
import { civilDate } from '../../../domain/time/index.ts';
import type { ApprovalDoc } from '../../../schemas/approval.ts';
import type { Database } from '../../../schemas/connection.ts';
import type { ContractDoc } from '../../../schemas/contract.ts';
import type { RenewalDoc } from '../../../schemas/renewal.ts';
import type { SendDoc } from '../../../schemas/send.ts';
import type { TaskDoc } from '../../../schemas/task.ts';
import { at, RENEWAL } from '../../helpers/world.ts';
import { decision, effectEntry, factEntry, freshWorld, NOW, OPENED, VIEW, withMongo, witness } from '../store-world.ts';
import type { MongoContext } from '../store-world.ts';
import { approvalId, close, escalation, LATER, mail, quote, request, task, why } from './effects.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

/** All that a perform may have written, to compare before and after. */
async function everything(db: Database): Promise<unknown> {
  const all = async (name: string) =>
    db.connection
      .collection(name)
      .find({}, { sort: { _id: 1 } })
      .toArray();
  const names = [
    'renewals',
    'tasks',
    'approvals',
    'sends',
    'communications',
    'contracts',
    'history',
    'historyHeads',
    'clientKeys',
  ];
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await all(name)] as const)));
}

const FULL = decision({
  effects: [
    mail,
    task,
    escalation,
    request,
    { kind: 'amend contract', id: 'amend', why, endDate: civilDate('2027-06-30'), noticeDate: null },
  ],
  log: [
    ...[mail, task, escalation, request].map((effect) => effectEntry(effect)),
    factEntry('communication logged', {
      channel: 'call',
      contactId: 'con_1',
      reached: true,
      note: 'talked',
      promise: null,
      nextStep: 'send quote',
    }),
  ],
  wakeAt: LATER,
});

test('one decision writes tasks, approvals, mails, the log, dates, read model and history', async (t) => {
  const db = await freshWorld(t);
  const { deps, dispatched } = witness(db);
  await createPerform(deps)(FULL);
  t.like(await db.tasks.findOne({ _id: task.id }).lean<TaskDoc>(), {
    state: 'open',
    kind: 'step',
    clientName: 'Example Harbor',
    contractNumber: 'C-1',
    openedAt: NOW,
    dueAt: LATER,
    assignee: { kind: 'person', id: 'li' },
  });
  t.like(await db.tasks.findOne({ _id: escalation.id }).lean<TaskDoc>(), {
    kind: 'escalation',
    state: 'open',
    escalation: { level: 'sales-manager', since: NOW },
  });
  t.like(await db.approvals.findOne({ _id: approvalId }).lean<ApprovalDoc>(), {
    status: 'waiting',
    people: ['wang'],
    requestedBy: 'li',
    quote,
  });
  t.like(await db.sends.findOne({ _id: mail.id }).lean<SendDoc>(), {
    state: 'planned',
    audience: 'client',
    template: 'renewal-intro',
    recipient: { kind: 'contact', contactId: 'con_1' },
  });
  t.like(await db.communications.findOne().lean(), {
    channel: 'call',
    direction: 'out',
    note: 'talked',
    nextStep: 'send quote',
    promise: null,
  });
  t.like(await db.contracts.findOne({ _id: 'ctr_1' }).lean<ContractDoc>(), { endDate: '2027-06-30', amendedAt: NOW });
  t.like(await db.renewals.findOne({ _id: RENEWAL }).lean<RenewalDoc>(), {
    contractId: 'ctr_1',
    term: 1,
    clientName: 'Example Harbor',
    tier: 'B',
    ownerId: 'li',
    phase: 'open',
    stage: 'contact',
    wakeAt: LATER,
    decidedAt: NOW,
    view: VIEW,
  });
  t.like(await verifyHistory(db, RENEWAL), { ok: true, entries: 5 });
  t.deepEqual(
    [...dispatched].sort(),
    [mail.id, `${task.id}/mail/li`, `${escalation.id}/mail/wang`, `${approvalId}/mail/wang`].sort(),
  );
});

test('what is written past the models fits their schemas all the same', async (t) => {
  const db = await freshWorld(t);
  await createPerform(witness(db).deps)(FULL);
  for (const name of ['Task', 'Approval', 'Send', 'Communication', 'Renewal', 'History', 'HistoryHead']) {
    const model = db.connection.model(name);
    const docs = await model.collection.find().toArray();
    t.true(docs.length > 0, name);
    // A field that the schema does not know throws here, one that is missing or of another type is refused.
    for (const doc of docs) await t.notThrowsAsync(new model(doc).validate(), name);
  }
});

test('performed twice is performed once, and the delivery is started each time', async (t) => {
  const db = await freshWorld(t);
  const { deps, dispatched } = witness(db);
  const perform = createPerform(deps);
  await perform(FULL);
  const before = await everything(db);
  await perform(FULL);
  t.deepEqual(await everything(db), before);
  t.is(dispatched.length, 8);
});

test('six performs of one decision at the same time are one', async (t) => {
  const db = await freshWorld(t);
  const { deps } = witness(db);
  const perform = createPerform(deps);
  await Promise.all(Array.from({ length: 6 }, () => perform(FULL)));
  t.is(await db.tasks.countDocuments(), 2);
  t.is(await db.sends.countDocuments(), 4);
  t.is(await db.approvals.countDocuments(), 1);
  t.is(await db.communications.countDocuments(), 1);
  t.like(await verifyHistory(db, RENEWAL), { ok: true, entries: 5 });
});

test('a failure anywhere in the transaction leaves nothing behind, and the next attempt does it all', async (t) => {
  const db = await freshWorld(t);
  const before = await everything(db);
  let broken = true;
  const { deps, dispatched } = witness(db, {
    keys: {
      ...witness(db).deps.keys,
      // The history is written last: everything else stands in the transaction by then.
      sealer: (clientId, session) =>
        broken ? Promise.reject(new Error('killed')) : witness(db).deps.keys.sealer(clientId, session),
    },
  });
  const perform = createPerform(deps);
  await t.throwsAsync(perform(FULL), { message: 'killed' });
  t.deepEqual(await everything(db), before);
  t.deepEqual(dispatched, []);
  broken = false;
  await perform(FULL);
  t.is(await db.tasks.countDocuments(), 2);
  t.like(await verifyHistory(db, RENEWAL), { ok: true, entries: 5 });
});

test('killed between commit and dispatch: the next attempt dispatches what stands there', async (t) => {
  const db = await freshWorld(t);
  const dead = witness(db, { dispatch: () => Promise.reject(new Error('killed')) });
  await t.throwsAsync(createPerform(dead.deps)(FULL), { message: 'killed' });
  const before = await everything(db);
  const { deps, dispatched } = witness(db);
  await createPerform(deps)(FULL);
  t.deepEqual(await everything(db), before);
  t.is(dispatched.length, 4);
});

test('an older decision done again after a newer one changes nothing', async (t) => {
  const db = await freshWorld(t);
  const perform = createPerform(witness(db).deps);
  const newer = decision({
    effects: [
      close(task.id),
      { kind: 'end escalations', id: 'ended', why, stage: 'contact' },
      { kind: 'close approval', id: 'closed', why, approvalId, status: 'approved', by: 'wang', comment: 'fine' },
      { kind: 'amend contract', id: 'amend-2', why, endDate: civilDate('2027-07-31'), noticeDate: null },
    ],
    view: { stage: 'quote' },
    now: LATER,
  });
  await perform(FULL);
  await perform(newer);
  const before = await everything(db);
  await perform(FULL);
  t.deepEqual(await everything(db), before);
  t.like(await db.tasks.findOne({ _id: task.id }).lean<TaskDoc>(), { state: 'done', closedBy: 'li', closedAt: LATER });
  t.like(await db.tasks.findOne({ _id: escalation.id }).lean<TaskDoc>(), { state: 'superseded' });
  t.like(await db.approvals.findOne({ _id: approvalId }).lean<ApprovalDoc>(), {
    status: 'approved',
    closedBy: 'wang',
    comment: 'fine',
  });
  t.like(await db.contracts.findOne({ _id: 'ctr_1' }).lean<ContractDoc>(), { endDate: '2027-07-31' });
  t.is((await db.renewals.findOne({ _id: RENEWAL }).lean<RenewalDoc>())?.stage, 'quote');
});

test('ending escalations closes those before and not the one opened right after, also the second time', async (t) => {
  const db = await freshWorld(t);
  const perform = createPerform(witness(db).deps);
  await perform(decision({ effects: [escalation] }));
  const next: Effect = { ...escalation, id: `${RENEWAL}/quote/stall-100/x/task/director`, stage: 'quote' };
  const both = decision({ effects: [{ kind: 'end escalations', id: 'ended', why, stage: null }, next], now: LATER });
  await perform(both);
  await perform(both);
  t.is((await db.tasks.findOne({ _id: escalation.id }).lean<TaskDoc>())?.state, 'superseded');
  t.is((await db.tasks.findOne({ _id: next.id }).lean<TaskDoc>())?.state, 'open');
});

test('escalations of another stage stay open', async (t) => {
  const db = await freshWorld(t);
  const perform = createPerform(witness(db).deps);
  await perform(decision({ effects: [escalation] }));
  await perform(decision({ effects: [{ kind: 'end escalations', id: 'ended', why, stage: 'quote' }], now: LATER }));
  t.is((await db.tasks.findOne({ _id: escalation.id }).lean<TaskDoc>())?.state, 'open');
});

test('a mail that is not sent has its row with the reason and is never dispatched', async (t) => {
  const db = await freshWorld(t);
  const { deps, dispatched } = witness(db);
  const common = {
    kind: 'supersede outreach',
    why,
    step: 'intro',
    template: 'renewal-intro',
    to: 'decision-maker',
    dueAt: NOW,
  } as const;
  await createPerform(deps)(
    decision({
      effects: [
        { ...common, id: 's1', reason: 'newer due' },
        { ...common, id: 's2', reason: 'suppressed' },
      ],
    }),
  );
  t.like(await db.sends.findOne({ _id: 's1' }).lean<SendDoc>(), {
    state: 'superseded',
    reason: 'newer due',
    recipient: { contactId: 'con_1' },
  });
  t.like(await db.sends.findOne({ _id: 's2' }).lean<SendDoc>(), { state: 'suppressed', reason: 'suppressed' });
  t.deepEqual(dispatched, []);
});

test('votes stand with the approval, each once, and an approval that moves up asks the level above', async (t) => {
  const db = await freshWorld(t);
  const { deps, dispatched } = witness(db);
  const perform = createPerform(deps);
  const state = { ...OPENED, quote };
  await perform(decision({ effects: [request], state }));
  const moved = {
    ...effectEntry(request, LATER),
    id: `${approvalId}/up/1`,
    kind: 'transition' as const,
    name: 'approval moved up',
    detail: { people: ['chen'] },
  };
  const vote = {
    ...factEntry('approval decided', { rule: 'manager', decision: 'approve', comment: 'ok' }, 'vote-1', LATER),
    actor: { kind: 'person' as const, id: 'chen' },
  };
  const second = decision({ log: [moved, vote], state, now: LATER });
  await perform(second);
  await perform(second);
  t.like(await db.approvals.findOne({ _id: approvalId }).lean<ApprovalDoc>(), {
    people: ['wang', 'chen'],
    decisions: [{ factId: 'vote-1', by: 'chen', decision: 'approve', note: 'ok', at: LATER }],
  });
  t.true(dispatched.includes(`${approvalId}/up/1/mail/chen`));
});

test('a vote given for another row counts in this one too, once', async (t) => {
  const db = await freshWorld(t);
  const perform = createPerform(witness(db).deps);
  const state = { ...OPENED, quote };
  await perform(decision({ effects: [request], state }));
  const counted = {
    ...effectEntry(request, LATER),
    id: `${approvalId}/counted/wang`,
    kind: 'transition' as const,
    name: 'approval counted',
    detail: { rule: 'manager', by: 'wang', at: NOW, decision: 'approve', comment: 'fine' },
  };
  const second = decision({ log: [counted], state, now: LATER });
  await perform(second);
  await perform(second);
  const approval = await db.approvals.findOne({ _id: approvalId }).lean<ApprovalDoc>();
  t.deepEqual(approval?.decisions, [{ factId: counted.id, at: NOW, by: 'wang', note: 'fine', decision: 'approve' }]);
});

test('a reply of the client stands in the communication log as incoming', async (t) => {
  const db = await freshWorld(t);
  await createPerform(witness(db).deps)(
    decision({ log: [factEntry('reply received', { contactId: 'con_1', summary: 'too dear' })] }),
  );
  t.like(await db.communications.findOne().lean(), {
    channel: 'mail',
    direction: 'in',
    contactId: 'con_1',
    note: 'too dear',
  });
});

test('open tasks take the due dates that hold now', async (t) => {
  const db = await freshWorld(t);
  const perform = createPerform(witness(db).deps);
  await perform(decision({ effects: [task] }));
  const moved = { tasks: [{ id: task.id, dueAt: at('2027-03-03') }] };
  await perform(decision({ view: moved, stillOpen: [task.id], now: LATER }));
  t.is((await db.tasks.findOne({ _id: task.id }).lean<TaskDoc>())?.dueAt, at('2027-03-03'));
});

test('a contract that is not there is an error that says so, and nothing is written', async (t) => {
  const db = await freshWorld(t);
  const error = await t.throwsAsync(createPerform(witness(db).deps)({ ...FULL, contractId: 'ctr_9' }));
  t.regex(error?.message ?? '', /store\.contract_missing/);
  t.is(await db.history.countDocuments(), 0);
});

test('a contact who opted out or whose address bounced is so for every contract, and the first word stays', async (t) => {
  const db = await freshWorld(t);
  const perform = createPerform(witness(db).deps);
  const contacts = async () =>
    (await db.clients.findOne({ _id: 'cli_1' }).lean())?.contacts.map((one) => one.suppressed);
  const bounced = factEntry('mail bounced', { contactId: 'con_2', effectId: mail.id, reason: '550' }, 'bounced');
  const optedOut = factEntry('opted out of mail', { contactId: 'con_1' }, 'opted-out');
  const input = decision({ log: [optedOut, bounced, factEntry('opted out of mail', { contactId: 'nobody' })] });
  await perform(input);
  const expected = [
    { reason: 'opt-out', at: NOW },
    { reason: 'bounce', at: NOW },
  ];
  t.deepEqual(await contacts(), expected);
  const after = factEntry('opted out of mail', { contactId: 'con_2' }, 'outweighs', LATER);
  await perform(decision({ log: [after], now: LATER }));
  expected[1] = { reason: 'opt-out', at: LATER };
  t.deepEqual(await contacts(), expected, 'an opt-out outweighs a bounce');
  const late = factEntry('mail bounced', { contactId: 'con_1', effectId: mail.id, reason: '550' }, 'late', LATER);
  await perform(decision({ log: [late], now: LATER }));
  await perform(input);
  t.deepEqual(await contacts(), expected);
});
