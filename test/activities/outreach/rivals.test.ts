import anyTest from 'ava';
import type { TestFn } from 'ava';
import { claimSend } from '../../../activities/outreach/ledger.ts';
import { Delivery } from '../../../activities/outreach/delivery.ts';
import type { PlannedSend } from '../../../activities/outreach/index.ts';
import { readSendWorld } from '../../../activities/outreach/read-world.ts';
import { takeTurn } from '../../../activities/outreach/rivals.ts';
import { addMs, MS_PER_HOUR } from '../../../domain/time/index.ts';
import type { SmtpBehaviour } from '../../../embedded/index.ts';
import { openTestMongo } from '../../helpers/services.ts';
import type { TestMongo } from '../../helpers/services.ts';
import { at, CLIENT, RENEWAL, SHANGHAI } from '../../helpers/world.ts';
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
  return ends.map((end) =>
    end.status === 'fulfilled' ? end.value.state : String((end.reason as { type?: string }).type),
  );
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
  const s = await scene(t, async (phase): Promise<SmtpBehaviour> => {
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

/** A courier that has looked at the world before any rival was there, and now holds the dot of its mail. */
async function courier(s: Scene, row: PlannedSend): Promise<() => Promise<boolean>> {
  const claimed = await claimSend(s.db, row.id, NOW);
  if (claimed === null) throw new Error(`${row.id} is not to be claimed`);
  const world = await readSendWorld(s.db, claimed, () => SHANGHAI);
  return () => takeTurn(s.db, claimed, { ...world, rivals: [] }, { to: 'transmitting', at: NOW });
}

test('whoever finds at the dot that another one has left holds it', async (t) => {
  const s = await scene(t);
  const newer = { ...reminder(1, '2027-02-01'), plannedAt: addMs(NOW, 1) };
  await plan(s.db, newer);
  const takes = await courier(s, newer);
  const older = { state: 'sent', transmittingAt: NOW } as const;
  await s.db.sends.updateOne({ _id: s.id }, { $set: older });
  t.false(await takes());
  t.is((await rowOf(s.db, newer.id)).state, 'claimed');
});

for (const order of ['the oldest first', 'the newest first'] as const) {
  test(`of eight couriers at the dot at the same moment, ${order}, one lets it out`, async (t) => {
    const s = await scene(t);
    await s.db.sends.deleteMany({});
    for (let round = 0; round < 5; round += 1) {
      const rows = Array.from({ length: 8 }, (_, i) => ({
        ...introduction(`${RENEWAL}/contact/intro/${round}-${i}/mail/decision-maker`),
        // Two of a kind each: where nothing else tells them apart their ids do.
        plannedAt: addMs(NOW, Math.floor(i / 2)),
      }));
      await plan(s.db, ...rows);
      const couriers = await Promise.all(rows.map((row) => courier(s, row)));
      if (order === 'the newest first') couriers.reverse();
      const taken = await Promise.all(couriers.map((takes) => takes()));
      t.is(taken.filter(Boolean).length, 1);
      const states = (await Promise.all(rows.map((row) => rowOf(s.db, row.id)))).map(({ state }) => state);
      t.deepEqual(states, [...Array.from({ length: 7 }, () => 'superseded'), 'transmitting']);
      await s.db.sends.deleteMany({});
    }
  });
}
