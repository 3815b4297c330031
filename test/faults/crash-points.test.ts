import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { verifyHistory } from '../../activities/history/index.ts';
import { CRASH_POINTS } from '../../activities/outreach/crashpoint.ts';
import type { CrashPoint } from '../../activities/outreach/crashpoint.ts';
import { listUnknown } from '../../activities/outreach/index.ts';
import { readInbox, startMailCatcher } from '../../embedded/index.ts';
import type { SmtpBehaviour, SmtpPhase } from '../../embedded/index.ts';
import { connect } from '../../schemas/connection.ts';
import { introduction, plan, rowOf, seedWorld } from '../activities/outreach/outreach-world.ts';
import { openTestMongo, testFolder } from '../helpers/services.ts';
import type { TestMongo } from '../helpers/services.ts';
import { RENEWAL } from '../helpers/world.ts';
import { startChild } from './child.ts';

const test = anyTest as TestFn<{ mongo: TestMongo }>;

test.before(async (t) => {
  t.context.mongo = await openTestMongo();
});
test.after.always((t) => t.context.mongo.close());

/** What must come of a mail whose worker died at that point, once and then once more. */
const EXPECTED: Readonly<
  Record<CrashPoint, { readonly state: string; readonly arrived: number; readonly kills: number }>
> = {
  'send.before_claim': { state: 'sent', arrived: 1, kills: 2 },
  'send.after_claim': { state: 'sent', arrived: 1, kills: 2 },
  'send.before_connect': { state: 'sent', arrived: 1, kills: 2 },
  'send.before_mark': { state: 'sent', arrived: 1, kills: 2 },
  // The dot never went out, but the ledger cannot know: the price of never sending twice.
  'send.after_mark': { state: 'unknown', arrived: 0, kills: 1 },
  'send.after_250': { state: 'unknown', arrived: 1, kills: 1 },
  'send.after_record': { state: 'sent', arrived: 1, kills: 1 },
  'send.after_history': { state: 'sent', arrived: 1, kills: 2 },
  'send.after_report': { state: 'sent', arrived: 1, kills: 1 },
};

async function stage(
  t: ExecutionContext<{ mongo: TestMongo }>,
  name: string,
  script: (phase: SmtpPhase) => SmtpBehaviour,
) {
  const dataDir = await testFolder(t);
  const catcher = await startMailCatcher({ dataDir, behaviour: script });
  t.teardown(() => catcher.stop());
  const uri = new URL(t.context.mongo.uri);
  uri.pathname = `/crash_${name.replaceAll('.', '_')}`;
  const db = await connect(uri.href);
  t.teardown(() => db.close());
  await seedWorld(db);
  const row = introduction();
  await plan(db, row);
  const run = async (crashAt: string) => {
    const child = startChild(['once', row.id], {
      MONGODB_URI: uri.href,
      SMTP_URL: catcher.smtpUrl,
      PERENNIAL_CRASH_AT: crashAt,
    });
    t.teardown(() => child.kill());
    return child.end;
  };
  return { db, row, run, inbox: () => readInbox(dataDir) };
}

// One after the other: each test starts up to three processes.
for (const point of CRASH_POINTS) {
  const { state, arrived, kills } = EXPECTED[point];
  test.serial(`a worker that dies at ${point}, and again: ${state}, ${arrived} in the mailbox`, async (t) => {
    const { db, row, run, inbox } = await stage(t, point, () => 'ok');
    t.is(await run(point), 'SIGKILL');
    t.is(await run(point), kills === 2 ? 'SIGKILL' : 0);
    t.is(await run(''), 0);
    const settled = await rowOf(db, row.id);
    t.like(settled, { state, reported: true });
    t.is((await inbox()).length, arrived);
    t.deepEqual(
      (await listUnknown(db)).map(({ id }) => id),
      state === 'unknown' ? [row.id] : [],
    );
    t.deepEqual(await db.history.distinct('name', { renewalId: RENEWAL }), [`mail ${state}`]);
    t.is(await db.history.countDocuments({ renewalId: RENEWAL }), 1);
    t.true((await verifyHistory(db, RENEWAL)).ok);
  });
}

for (const point of ['send.after_record', 'send.after_history', 'send.after_report'] as const) {
  test.serial(`a refusal is told to the renewal although the worker dies at ${point}`, async (t) => {
    const { db, run } = await stage(t, `refused_${point}`, (phase) =>
      phase === 'rcpt' ? { code: 550, text: '5.1.1 no such user' } : 'ok',
    );
    t.is(await run(point), 'SIGKILL');
    t.is(await run(''), 0);
    const told = await db.connection.collection('told').find().toArray();
    t.is(new Set(told.map((one) => (one['event'] as { id: string }).id)).size, 1);
    t.is(await db.history.countDocuments({ renewalId: RENEWAL }), 1);
  });
}
