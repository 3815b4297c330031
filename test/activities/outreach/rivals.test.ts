import anyTest from 'ava';
import type { TestFn } from 'ava';
import { Delivery } from '../../../activities/outreach/delivery.ts';
import type { PlannedSend } from '../../../activities/outreach/index.ts';
import { addMs, MS_PER_HOUR } from '../../../domain/time/index.ts';
import type { SmtpPhase } from '../../../embedded/index.ts';
import { openTestMongo } from '../../helpers/services.ts';
import type { TestMongo } from '../../helpers/services.ts';
import { at, CLIENT, RENEWAL } from '../../helpers/world.ts';
import { introduction, NOW, plan, rowOf } from './outreach-world.ts';
import { answer, gateOf, never, scene, SERVICE } from './scene.ts';
import type { Scene } from './scene.ts';

const test = anyTest as TestFn<{ mongo: TestMongo }>;

test.before(async (t) => {
  t.context.mongo = await openTestMongo();
});
test.after.always((t) => t.context.mongo.close());

/** A reminder that was decided on that day, to the contact of the introduction unless another is named. */
function reminder(n: number, decided: string, contactId = 'con_1'): PlannedSend {
  return {
    ...introduction(`${RENEWAL}/reminders/expiry/${n}/mail/decision-maker`),
    recipient: { kind: 'contact', contactId, role: 'decision-maker' },
    dueAt: at(decided, 9),
    plannedAt: at(decided, 9),
    context: { step: 'expiry' },
  };
}

/** Lets another worker try each of the mails, all at the same time; gives the state or the kind of the delay of each. */
async function tryAll(s: Scene, ids: readonly string[]): Promise<readonly string[]> {
  const tries = ids.map((id) => new Delivery(s.deps).attempt(id, never()));
  const ends = await Promise.allSettled(tries);
  return ends.map((end) => (end.status === 'fulfilled' ? end.value.state : String((end.reason as { type?: string }).type)));
}

test('of the mails that gathered while the mail server was away only the newest leaves', async (t) => {
  let away = true;
  const s = await scene(t, (phase) => (phase === 'connect' && away ? answer(554) : 'ok'));
  const [friday, monday] = [reminder(1, '2027-02-05'), reminder(2, '2027-02-08')];
  await plan(s.db, friday);
  s.setNow(at('2027-02-05', 10));
  t.deepEqual(await tryAll(s, [friday.id]), ['MailServiceDown']);
  await plan(s.db, monday);
  s.setNow(at('2027-02-08', 10));
  away = false;
  await tryAll(s, [s.id, friday.id, monday.id]);
  const rows = await Promise.all([s.id, friday.id, monday.id].map((id) => rowOf(s.db, id)));
  t.deepEqual(
    rows.map(({ state, reason }) => `${state} ${reason ?? ''}`.trim()),
    ['superseded newer due', 'superseded newer due', 'sent'],
  );
  t.deepEqual(await s.inbox(), [rows[2]?.messageId ?? '']);
  t.deepEqual(s.events, [], 'a courtesy mail that a newer one replaced is no loss');
  await tryAll(s, [s.id, friday.id]);
  t.true((await Promise.all([s.id, friday.id].map((id) => rowOf(s.db, id)))).every((row) => row.reported));
});

test('a mail waits until it is quiet after the one that really left, and the ledger says until when', async (t) => {
  let away = true;
  const s = await scene(t, (phase) => (phase === 'connect' && away ? answer(554) : 'ok'));
  const first = at('2027-02-03', 16);
  s.setNow(addMs(NOW, MS_PER_HOUR));
  t.is(await s.attempt(), SERVICE);
  away = false;
  // Two days after it was decided.
  s.setNow(first);
  t.deepEqual(await s.attempt(), { state: 'sent', reason: null });
  const next = reminder(1, '2027-02-04');
  await plan(s.db, next);
  s.setNow(at('2027-02-04', 9));
  t.deepEqual(await tryAll(s, [next.id]), ['MailNotDue']);
  const noon = addMs(first, 20 * MS_PER_HOUR);
  t.is(noon, at('2027-02-04', 12));
  t.like(await rowOf(s.db, next.id), { state: 'planned', nextAttemptAt: noon });
  s.setNow(noon);
  t.deepEqual(await tryAll(s, [next.id]), ['sent']);
});

test('another contact of the client, and another contract, are not in the way', async (t) => {
  const s = await scene(t);
  const other = reminder(1, '2027-02-01', 'con_2');
  await plan(s.db, other);
  t.deepEqual(await tryAll(s, [s.id, other.id]), ['sent', 'sent']);
  t.is(CLIENT.contacts[1]?.id, 'con_2');
});

test('of two mails in conversation at once the newer takes its turn and the older holds its dot', async (t) => {
  const older = gateOf();
  let conversations = 0;
  const s = await scene(t, async (phase: SmtpPhase) => {
    if (phase === 'data' && (conversations += 1) === 1) await older.wait;
    return 'ok';
  });
  const first = s.attempt();
  await older.reached;
  const newer = reminder(1, '2027-02-01');
  await plan(s.db, { ...newer, plannedAt: addMs(NOW, 1) });
  t.deepEqual(await tryAll(s, [newer.id]), ['sent']);
  older.open();
  t.is(await first, 'MailBusy 2000');
  t.like(await rowOf(s.db, s.id), { state: 'superseded', reason: 'newer due' });
  t.is((await s.inbox()).length, 1);
});

test('of two mails in conversation at once the older may have its dot out first: then the newer waits', async (t) => {
  const newer = gateOf();
  let conversations = 0;
  const s = await scene(t, async (phase: SmtpPhase) => {
    if (phase === 'data' && (conversations += 1) === 1) await newer.wait;
    return 'ok';
  });
  const row = { ...reminder(1, '2027-02-01'), plannedAt: addMs(NOW, 1) };
  // The older one is decided on last, as no engine does it: its rival is in conversation and does not see it.
  await s.db.sends.updateOne({ _id: s.id }, { $set: { state: 'cancelled' } });
  await plan(s.db, row);
  const late = tryAll(s, [row.id]);
  await newer.reached;
  await s.db.sends.updateOne({ _id: s.id }, { $set: { state: 'sent', transmittingAt: NOW } });
  newer.open();
  t.deepEqual(await late, ['MailBusy']);
  t.deepEqual(await tryAll(s, [row.id]), ['MailNotDue']);
  t.deepEqual(await s.inbox(), []);
});

test('twelve mails to one contact, tried by twelve couriers at the same moment, again and again: one arrives', async (t) => {
  // All of them are let through to the dot together.
  let held = 0;
  const all = gateOf();
  const s = await scene(t, async (phase: SmtpPhase) => {
    if (phase !== 'data') return 'ok';
    if ((held += 1) >= 6) all.open();
    await all.wait;
    return 'ok';
  });
  const rows = Array.from({ length: 12 }, (_, i) => ({
    ...introduction(`${RENEWAL}/contact/intro/${i + 10}/mail/decision-maker`),
    plannedAt: addMs(NOW, i + 1),
  }));
  // Each courier has read the world before any other mail was there.
  const running: Promise<unknown>[] = [];
  for (const row of rows.slice(0, 6)) {
    const before = held;
    await s.db.sends.updateMany({ state: 'claimed' }, { $set: { plannedAt: NOW } });
    await plan(s.db, { ...row, plannedAt: addMs(NOW, before) });
    running.push(tryAll(s, [row.id]));
  }
  await Promise.all(running);
  for (let round = 0; round < 3; round += 1) {
    await plan(s.db, ...rows.slice(0, 6 + 2 * (round + 1)));
    await tryAll(s, [s.id, ...rows.map((row) => row.id)].slice(0, 7 + 2 * (round + 1)));
  }
  t.is((await s.inbox()).length, 1);
});
