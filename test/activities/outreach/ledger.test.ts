import anyTest from 'ava';
import type { TestFn } from 'ava';
import { claimSend, isSettled, moveClaimed, moveSend } from '../../../activities/outreach/ledger.ts';
import { connect } from '../../../schemas/connection.ts';
import type { Database } from '../../../schemas/connection.ts';
import { ensureIndexes } from '../../../schemas/indexes.ts';
import { mayMove, SEND_STATES } from '../../../schemas/send.ts';
import { openTestMongo } from '../../helpers/services.ts';
import type { TestMongo } from '../../helpers/services.ts';
import { introduction, NOW, plan, rowOf } from './outreach-world.ts';

const test = anyTest as TestFn<{ mongo: TestMongo; db: Database }>;

test.before(async (t) => {
  const mongo = await openTestMongo();
  const db = await connect(mongo.uri);
  await ensureIndexes(db);
  t.context = { mongo, db };
});
test.after.always(async (t) => {
  await t.context.db.close();
  await t.context.mongo.close();
});

test('a mail planned twice has one row, and what became of it stays', async (t) => {
  const { db } = t.context;
  const row = introduction('planned-twice');
  await plan(db, row, { ...row, id: 'planned-twice-b', state: 'superseded', reason: 'newer due' });
  await claimSend(db, row.id, NOW);
  await plan(db, row);
  t.is((await rowOf(db, row.id)).state, 'claimed');
  const other = await rowOf(db, 'planned-twice-b');
  t.like(other, { state: 'superseded', reason: 'newer due', reported: true, settledAt: NOW });
});

test('rows of a transaction that fails are not there', async (t) => {
  const { db } = t.context;
  const failing = db.transaction(async (session) => {
    const { planSends } = await import('../../../activities/outreach/plan-sends.ts');
    await planSends(db, session, [introduction('rolled-back')]);
    throw new Error('the decision was not recorded');
  });
  await t.throwsAsync(failing, { message: 'the decision was not recorded' });
  t.is(await db.sends.findById('rolled-back').lean(), null);
});

for (const from of SEND_STATES) {
  for (const to of SEND_STATES) {
    const allowed = mayMove(from, to);
    test(`a mail ${allowed ? 'may' : 'may not'} go from ${from} to ${to}`, async (t) => {
      const { db } = t.context;
      const id = `${from}-${to}`;
      await plan(db, introduction(id));
      await db.sends.updateOne({ _id: id }, { $set: { state: from, fence: 3 } });
      const moved =
        to === 'claimed' ? await claimSend(db, id, NOW) : await moveClaimed(db, { id, fence: 3 }, { to, at: NOW });
      t.is(moved?.state ?? null, allowed ? to : null);
      const row = await rowOf(db, id);
      t.is(row.state, allowed ? to : from);
      t.is(row.moves.length, allowed ? 2 : 1);
      if (allowed) t.like(row.moves[1], { from, to, at: NOW, by: 'engine' });
      if (allowed && isSettled(to)) t.like(row, { settledAt: NOW, reported: false });
    });
  }
}

test('nothing leaves the five last states', (t) => {
  const last = SEND_STATES.filter((state) => SEND_STATES.every((to) => !mayMove(state, to)));
  t.deepEqual(last, ['sent', 'refused', 'superseded', 'suppressed', 'cancelled']);
  t.deepEqual(last, SEND_STATES.filter(isSettled));
});

test('the older of two claims can do nothing any more', async (t) => {
  const { db } = t.context;
  await plan(db, introduction('fence'));
  const first = await claimSend(db, 'fence', NOW);
  const second = await claimSend(db, 'fence', NOW);
  t.is(first?.fence, 1);
  t.is(second?.fence, 2);
  t.is(await moveClaimed(db, { id: 'fence', fence: 1 }, { to: 'transmitting', at: NOW }), null);
  t.truthy(await moveClaimed(db, { id: 'fence', fence: 2 }, { to: 'transmitting', at: NOW }));
});

test('a late answer ends the doubt about its own attempt, and no other', async (t) => {
  const { db } = t.context;
  await plan(db, introduction('late'));
  await claimSend(db, 'late', NOW);
  await moveClaimed(db, { id: 'late', fence: 1 }, { to: 'transmitting', at: NOW });
  await moveSend(db, 'late', 'transmitting', { to: 'unknown', at: NOW });
  t.is(await moveClaimed(db, { id: 'late', fence: 2 }, { to: 'sent', at: NOW }), null);
  t.is((await moveClaimed(db, { id: 'late', fence: 1 }, { to: 'sent', at: NOW }))?.state, 'sent');
});

test('of fifty workers that claim at once every one gets its own fence', async (t) => {
  const { db } = t.context;
  await plan(db, introduction('race'));
  const claims = await Promise.all(Array.from({ length: 50 }, () => claimSend(db, 'race', NOW)));
  const fences = claims.map((row) => row?.fence).sort((a = 0, b = 0) => a - b);
  t.deepEqual(
    fences,
    Array.from({ length: 50 }, (_, i) => i + 1),
  );
  const marks = await Promise.all(
    fences.map((fence = 0) => moveClaimed(db, { id: 'race', fence }, { to: 'transmitting', at: NOW })),
  );
  t.is(marks.filter((row) => row !== null).length, 1);
});

test('words of a mail server that look like field names are kept as they are', async (t) => {
  const { db } = t.context;
  await plan(db, introduction('words'));
  await claimSend(db, 'words', NOW);
  const text = '$state 550 <$$ROOT>';
  await moveClaimed(
    db,
    { id: 'words', fence: 1 },
    { to: 'refused', at: NOW, reason: 'mail refused', answer: { code: 550, text, at: NOW } },
  );
  const row = await rowOf(db, 'words');
  t.is(row.answer?.text, text);
  t.is(row.moves.at(-1)?.note, text);
});
