import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { Delivery } from '../../activities/outreach/delivery.ts';
import { listUnknown } from '../../activities/outreach/index.ts';
import { readInbox, startMailCatcher } from '../../embedded/index.ts';
import type { SmtpBehaviour, SmtpPhase } from '../../embedded/index.ts';
import { connect } from '../../schemas/connection.ts';
import type { SendState } from '../../schemas/send.ts';
import { introduction, plan, rowOf, seedWorld, witnessed } from '../activities/outreach/outreach-world.ts';
import { openTestMongo, testFolder } from '../helpers/services.ts';
import type { TestMongo } from '../helpers/services.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import { eventually } from '../helpers/eventually.ts';

const test = anyTest as TestFn<{ mongo: TestMongo }>;

test.before(async (t) => {
  t.context.mongo = await openTestMongo();
});
test.after.always((t) => t.context.mongo.close());

/** A courier process with one mail to deliver, a mail server, and a second courier in this process. */
async function stage(
  t: ExecutionContext<{ mongo: TestMongo }>,
  name: string,
  script: (phase: SmtpPhase) => SmtpBehaviour | Promise<SmtpBehaviour>,
  env: Readonly<Record<string, string>> = {},
) {
  const dataDir = await testFolder(t);
  const catcher = await startMailCatcher({ dataDir, behaviour: script });
  t.teardown(() => catcher.stop());
  const uri = new URL(t.context.mongo.uri);
  uri.pathname = `/zombie_${name}`;
  const db = await connect(uri.href);
  t.teardown(() => db.close());
  await seedWorld(db);
  const row = introduction();
  await plan(db, row);
  const child = startChild(['once', row.id], { MONGODB_URI: uri.href, SMTP_URL: catcher.smtpUrl, ...env });
  t.teardown(() => child.kill());
  const second = new Delivery(witnessed(db, catcher.smtpUrl, { doubtAfter: 0 }).deps);
  const attempt = () => second.attempt(row.id, new AbortController().signal);
  const state = async (): Promise<SendState> => (await rowOf(db, row.id)).state;
  return { db, row, child, attempt, state, inbox: () => readInbox(dataDir) };
}

test('a courier that is frozen before the dot and thawed after another has sent the mail sends nothing', async (t) => {
  let frozen: Child | undefined;
  let thawed = () => undefined as void;
  const opened = new Promise<void>((resolve) => (thawed = resolve));
  let arrived = () => undefined as void;
  const reached = new Promise<void>((resolve) => (arrived = resolve));
  const s = await stage(t, 'before_dot', async (phase): Promise<SmtpBehaviour> => {
    if (phase !== 'data' || frozen !== undefined) return 'ok';
    // It has asked to hand over the mail. It gets its answer only after the second courier is done.
    frozen = s.child;
    s.child.process.kill('SIGSTOP');
    arrived();
    await opened;
    return 'ok';
  });
  await reached;
  t.is(await s.state(), 'claimed');
  t.like(await s.attempt(), { state: 'sent' });
  thawed();
  s.child.process.kill('SIGCONT');
  const end = await s.child.end.catch((error: unknown) => String(error));
  t.regex(String(end), /MailBusy|went to another attempt/);
  t.is((await s.inbox()).length, 1);
  t.like(await rowOf(s.db, s.row.id), { state: 'sent', fence: 2 });
});

test('a courier that is frozen right after its mark leaves a doubt and no second mail; its late 250 ends the doubt', async (t) => {
  let dots = 0;
  const s = await stage(
    t,
    'after_mark',
    (phase) => {
      if (phase === 'after-dot') dots += 1;
      return 'ok';
    },
    { PERENNIAL_FREEZE_AT: 'send.after_mark' },
  );
  await eventually('the mark', async () => (await s.state()) === 'transmitting');
  t.deepEqual(await s.attempt(), { state: 'unknown', reason: 'no answer' });
  t.deepEqual(await s.attempt(), { state: 'unknown', reason: 'no answer' });
  t.deepEqual(
    (await listUnknown(s.db)).map(({ id }) => id),
    [s.row.id],
  );
  t.is(dots, 0);
  s.child.process.kill('SIGCONT');
  t.is(await s.child.end, 0);
  t.is((await s.inbox()).length, 1);
  t.is(await s.state(), 'sent');
  t.deepEqual(await listUnknown(s.db), []);
});
