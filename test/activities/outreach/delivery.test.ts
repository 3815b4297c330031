import { createServer } from 'node:net';
import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import type { ApplicationFailure } from '@temporalio/common';
import { verifyHistory } from '../../../activities/history/index.ts';
import { Delivery } from '../../../activities/outreach/delivery.ts';
import { listUnknown, readMailService, resolveUnknown, sweepSends } from '../../../activities/outreach/index.ts';
import type { PlannedSend } from '../../../activities/outreach/index.ts';
import { claimSend, moveClaimed } from '../../../activities/outreach/ledger.ts';
import { addMs, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '../../../domain/time/index.ts';
import { readInbox, readMail } from '../../../embedded/index.ts';
import type { SmtpBehaviour, SmtpPhase } from '../../../embedded/index.ts';
import { openTestMongo } from '../../helpers/services.ts';
import type { TestMongo } from '../../helpers/services.ts';
import { CLIENT, RENEWAL } from '../../helpers/world.ts';
import { introduction, NOW, plan, planApart, rowOf } from './outreach-world.ts';
import { answer, DEFERRED, gateOf, IMPATIENT, PATIENT, never, scene } from './scene.ts';

const test = anyTest as TestFn<{ mongo: TestMongo }>;

test.before(async (t) => {
  t.context.mongo = await openTestMongo();
});
test.after.always((t) => t.context.mongo.close());

test('a mail goes out once, with everything its reader needs', async (t) => {
  const s = await scene(t);
  t.deepEqual(await s.attempt(), { state: 'sent', reason: null });
  t.deepEqual(await s.attempt(), { state: 'sent', reason: null });
  const [caught, ...more] = await readInbox(s.dataDir);
  t.deepEqual(more, []);
  const mail = await readMail(s.dataDir, caught?.id ?? '');
  t.deepEqual(mail.to, ['zoe@example.org']);
  t.is(mail.subject, 'Suite');
  t.regex(mail.text, /Dear Zoe: 2027年5月31日, 119 days\./);
  t.regex(mail.raw, /^From: li <li@example\.com>$/m);
  t.regex(mail.raw, /^Auto-Submitted: auto-generated\r?$/m);
  const row = await rowOf(s.db, s.id);
  t.like(row, { state: 'sent', reported: true, fence: 1, messageId: mail.messageId });
  t.is(row.answer?.code, 250);
  t.deepEqual(
    row.moves.map((move) => move.to),
    ['planned', 'claimed', 'transmitting', 'sent'],
  );
  t.deepEqual(s.events, []);
});

test('a meeting mail carries its invitation', async (t) => {
  const meeting = { date: '2027-02-10', time: '10:00', minutes: 30, startsAt: addMs(NOW, 9 * MS_PER_DAY) };
  const s = await scene(t, () => 'ok', {}, { meeting: meeting as PlannedSend['meeting'] });
  await s.attempt();
  const [caught] = await readInbox(s.dataDir);
  t.true(caught?.hasCalendar);
});

test('a bounce at RCPT flags the contact and is told to the renewal once', async (t) => {
  const s = await scene(t, (phase) => (phase === 'rcpt' ? answer(550, '5.1.1 no such user') : 'ok'));
  await s.attempt();
  await s.attempt();
  t.is(s.events.length, 1);
  t.like(s.events[0], { kind: 'mail bounced', contactId: 'con_1', effectId: s.id, reason: '550 5.1.1 no such user' });
  const client = await s.db.clients.findById(CLIENT.id).lean();
  t.deepEqual(
    client?.contacts.map((contact) => contact.suppressed?.reason),
    ['bounce', undefined],
  );
});

test('a refusal after DATA is told without blaming the address', async (t) => {
  const s = await scene(t, (phase) => (phase === 'after-dot' ? answer(554, 'looks like spam') : 'ok'));
  await s.attempt();
  t.like(s.events[0], { kind: 'mail refused', effectId: s.id, reason: '554 looks like spam' });
  const client = await s.db.clients.findById(CLIENT.id).lean();
  t.true(client?.contacts.every((contact) => contact.suppressed === undefined));
});

test('a server that always says later is given up after four days, and the renewal hears of it', async (t) => {
  const s = await scene(t, (phase) => (phase === 'rcpt' ? answer(450, 'greylisted') : 'ok'));
  let now = NOW;
  let tries = 0;
  for (; tries < 100; tries += 1) {
    const said = await s.attempt();
    if (typeof said !== 'string') break;
    now = addMs(now, Number(said.split(' ')[1]));
    s.setNow(now);
  }
  t.is(await s.state(), 'refused');
  t.true(now <= addMs(NOW, 4 * MS_PER_DAY));
  t.true(tries > 5 && tries < 40, `${tries} tries`);
  t.deepEqual(
    s.events.map((event) => event.kind),
    ['mail refused'],
  );
  t.deepEqual(await s.inbox(), []);
});

test('a suppressed address on a legal notice becomes work for a person; a courtesy mail only falls away', async (t) => {
  const s = await scene(t, () => 'ok', {}, { legal: true });
  const suppressed = { reason: 'opt-out', at: NOW };
  await s.db.clients.updateOne({ _id: CLIENT.id }, { $set: { 'contacts.0.suppressed': suppressed } });
  t.deepEqual(await s.attempt(), { state: 'suppressed', reason: 'suppressed' });
  t.like(s.events[0], { kind: 'mail refused', effectId: s.id, reason: 'suppressed' });
  const courtesy = introduction(`${RENEWAL}/contact/intro/2/mail/decision-maker`);
  await plan(s.db, courtesy);
  t.is((await new Delivery(s.deps).attempt(courtesy.id, never())).state, 'suppressed');
  t.is(s.events.length, 1);
});

for (const email of ['evil@example.org\r\nBcc: all@example.org', 'not an address', 'a@b.example,c@d.example']) {
  test(`${JSON.stringify(email)} is no address that anything is sent to`, async (t) => {
    const s = await scene(t);
    await s.db.clients.updateOne({ _id: CLIENT.id }, { $set: { 'contacts.0.email': email } });
    t.deepEqual(await s.attempt(), { state: 'refused', reason: 'bad address' });
    t.deepEqual(
      s.events.map((event) => event.kind),
      ['mail bounced'],
    );
    t.deepEqual(await s.inbox(), []);
  });
}

test('a template that cannot be filled holds the mail and tells the renewal', async (t) => {
  const s = await scene(t);
  await s.db.contracts.updateOne({ _id: 'ctr_1' }, { $set: { endDate: null } });
  t.deepEqual(await s.attempt(), { state: 'refused', reason: 'template' });
  t.deepEqual(
    s.events.map((event) => event.kind),
    ['mail refused'],
  );
});

test('a worker that was frozen before the dot finds its claim stale and sends nothing', async (t) => {
  const frozen = gateOf();
  let connections = 0;
  const s = await scene(
    t,
    async (phase): Promise<SmtpBehaviour> => {
      if (phase === 'data' && (connections += 1) === 1) await frozen.wait;
      return 'ok';
    },
    {},
  );
  const zombie = s.attempt();
  await frozen.reached;
  t.deepEqual(await new Delivery(s.deps).attempt(s.id, never()), { state: 'sent', reason: null });
  frozen.open();
  t.is(await zombie, 'MailBusy 2000');
  t.is((await s.inbox()).length, 1);
  t.is(await s.state(), 'sent');
});

test('a second attempt waits for the first, then states the doubt; a late 250 ends it', async (t) => {
  const frozen = gateOf();
  const s = await scene(
    t,
    async (phase): Promise<SmtpBehaviour> => {
      if (phase === 'after-dot') await frozen.wait;
      return 'ok';
    },
    { doubtAfter: 60_000 },
  );
  const first = s.attempt();
  await frozen.reached;
  t.is(await new Delivery(s.deps).attempt(s.id, never()).catch((e: ApplicationFailure) => e.type), 'MailBusy');
  s.setNow(addMs(NOW, 61_000));
  t.deepEqual(await new Delivery(s.deps).attempt(s.id, never()), { state: 'unknown', reason: 'no answer' });
  t.is((await listUnknown(s.db)).length, 1);
  frozen.open();
  t.deepEqual(await first, { state: 'sent', reason: null });
  t.deepEqual(await listUnknown(s.db), []);
  t.is((await s.inbox()).length, 1);
});

test('a worker that is told to stop lets go of a mail whose dot is held', async (t) => {
  const stopping = new AbortController();
  const s = await scene(t, (phase) => {
    if (phase === 'rcpt') stopping.abort();
    return 'ok';
  });
  await t.throwsAsync(new Delivery(s.deps).attempt(s.id, stopping.signal), { message: /stopping/ });
  t.deepEqual(await s.inbox(), []);
  t.deepEqual(await s.attempt(), { state: 'sent', reason: null });
});

/** A mail server that says its lines byte by byte, and nothing any more once `silent` says so of what it has heard. */
async function trickling(
  t: ExecutionContext,
  everyMs: number,
  silent: (heard: string) => boolean = () => false,
): Promise<string> {
  const server = createServer((socket) => {
    let heard = '';
    let words = '220 a\r\n';
    const timer = setInterval(() => {
      if (words === '' || silent(heard)) return;
      socket.write(words.slice(0, 1));
      words = words.slice(1);
    }, everyMs);
    socket.on('error', () => undefined);
    socket.once('close', () => clearInterval(timer));
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      if (/^DATA\r\n$/m.test(chunk.toString())) words += '354 a\r\n';
      else if (/^(EHLO|MAIL|RCPT|QUIT)/.test(chunk.toString())) words += '250 a\r\n';
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return `smtp://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

// Each byte begins the patience with a silent socket anew: only the bound on the whole conversation ends it.
test('a server that trickles a byte a second is left in bounded time', async (t) => {
  const s = await scene(t, () => 'ok', {
    smtpUrl: await trickling(t, 1000),
    patience: { ...PATIENT, whole: 3000 },
  });
  t.is(await s.attempt(), DEFERRED);
  t.deepEqual(s.events, []);
});

test('a server that trickles and then hangs before it takes the mail: the dot is held and the mail put off', async (t) => {
  const s = await scene(t, () => 'ok', {
    smtpUrl: await trickling(t, 5, (heard) => heard.includes('DATA\r\n')),
    patience: IMPATIENT,
  });
  t.is(await s.attempt(), DEFERRED);
  t.false((await rowOf(s.db, s.id)).moves.some(({ to }) => to === 'transmitting'));
});

test('a server that trickles and then hangs after the dot: the doubt is stated in bounded time', async (t) => {
  const s = await scene(t, () => 'ok', {
    smtpUrl: await trickling(t, 5, (heard) => heard.endsWith('\r\n.\r\n')),
    patience: IMPATIENT,
  });
  t.deepEqual(await s.attempt(), { state: 'unknown', reason: 'no answer' });
  t.like(s.events, { length: 1, 0: { kind: 'mail refused', reason: 'unknown' } });
});

test('while the mail server cannot be used every mail waits, one alarm is raised, and no contract is marked', async (t) => {
  const s = await scene(t, (phase) => (phase === 'mail' && !repaired ? answer(550, 'relaying denied') : 'ok'));
  let repaired = false;
  const others = Array.from({ length: 5 }, (_, i) =>
    introduction(`${RENEWAL}/contact/intro/${i + 2}/mail/decision-maker`),
  );
  await planApart(s.db, ...others);
  const delivery = new Delivery(s.deps);
  const tryAll = () =>
    Promise.allSettled([s.id, ...others.map((row) => row.id)].map((id) => delivery.attempt(id, never())));
  await tryAll();
  s.setNow(addMs(NOW, MS_PER_HOUR));
  await tryAll();
  t.is(s.alarms.length, 1);
  t.like(s.alarms[0], { trouble: 'sender', since: NOW });
  t.like(await readMailService(s.db), { trouble: 'sender', since: NOW });
  t.deepEqual(await s.db.sends.distinct('state'), ['planned']);
  t.deepEqual(s.events, []);
  repaired = true;
  s.setNow(addMs(NOW, 2 * MS_PER_HOUR));
  await tryAll();
  t.deepEqual(await s.db.sends.distinct('state'), ['sent']);
  t.is((await readMailService(s.db)).since, null);
});

test('a doubtful mail is settled by a person once, and the history says by whom', async (t) => {
  const s = await scene(t, (phase) => (phase === 'after-dot' ? { store: true, answer: 'close' } : 'ok'));
  await s.attempt();
  const [doubtful] = await listUnknown(s.db);
  t.like(doubtful, { id: s.id, advice: 'ask' });
  t.like(s.events, { length: 1, 0: { kind: 'mail refused', effectId: s.id, reason: 'unknown' } });
  const dispatched: string[] = [];
  const dispatch = { again: async (ids: readonly string[]) => void dispatched.push(...ids) };
  await resolveUnknown(s.deps, dispatch, s.id, 'sent', 'wang');
  await t.throwsAsync(resolveUnknown(s.deps, dispatch, s.id, 'drop', 'li'), { message: 'send.not_unknown' });
  await t.throwsAsync(resolveUnknown(s.deps, dispatch, 'nothing', 'drop', 'li'), { message: 'send.not_found' });
  t.is(await s.state(), 'sent');
  const [doubt, ...settled] = s.events;
  t.is(settled.length, 1);
  t.like(settled[0], { kind: 'mail settled', effectId: s.id, doubt: doubt?.id });
  t.deepEqual(dispatched, []);
  const history = await s.db.history.find({ renewalId: RENEWAL }).sort({ seq: 1 }).lean();
  t.deepEqual(
    history.map((entry) => entry.name),
    ['mail unknown', 'mail sent'],
  );
  t.deepEqual(history[1]?.actor, { kind: 'person', id: 'wang' });
  t.true((await verifyHistory(s.db, RENEWAL)).ok);
});

test('a doubtful legal notice may be sent again under the same Message-ID', async (t) => {
  let broken = true;
  const script = (phase: SmtpPhase): SmtpBehaviour =>
    broken && phase === 'after-dot' ? { store: true, answer: 'close' } : 'ok';
  const s = await scene(t, script, {}, { legal: true });
  await s.attempt();
  t.like((await listUnknown(s.db))[0], { advice: 'resend' });
  // However often it is told, it is one fact.
  await s.attempt();
  t.like(s.events, { length: 1, 0: { kind: 'mail refused', effectId: s.id, reason: 'unknown legal notice' } });
  broken = false;
  const dispatched: string[] = [];
  await resolveUnknown(s.deps, { again: async (ids) => void dispatched.push(...ids) }, s.id, 'resend', 'zhao');
  t.deepEqual(dispatched, [s.id]);
  t.like(s.events[1], { kind: 'mail settled', doubt: s.events[0]?.id });
  t.deepEqual(await s.attempt(), { state: 'sent', reason: null });
  // Told once more with what came of it, as the same fact: a crash after the person's word leaves no task open.
  t.deepEqual(new Set(s.events.map(({ id }) => id)).size, 2);
  const copies = await s.inbox();
  t.is(copies.length, 2);
  t.is(copies[0], copies[1]);
});

test('a mail that comes into doubt once more is a doubt of its own, settled by itself', async (t) => {
  const s = await scene(t, (phase) => (phase === 'after-dot' ? { store: true, answer: 'close' } : 'ok'));
  const again = { again: async () => undefined };
  await s.attempt();
  await resolveUnknown(s.deps, again, s.id, 'resend', 'li');
  await s.attempt();
  await resolveUnknown(s.deps, again, s.id, 'drop', 'li');
  const ids = (kind: string) => [...new Set(s.events.flatMap((event) => (event.kind === kind ? [event.id] : [])))];
  const doubts = [...new Set(s.events.flatMap((event) => (event.kind === 'mail settled' ? [event.doubt] : [])))];
  t.is(ids('mail refused').length, 2);
  t.deepEqual(doubts, ids('mail refused'));
});

test('a doubtful mail is not sent again after its last moment', async (t) => {
  const s = await scene(t, (phase) => (phase === 'after-dot' ? 'close' : 'ok'));
  await s.attempt();
  s.setNow(addMs(NOW, 15 * MS_PER_DAY));
  await t.throwsAsync(resolveUnknown(s.deps, { again: async () => undefined }, s.id, 'resend', 'li'), {
    message: 'send.too_late',
  });
  t.is(await s.state(), 'unknown');
});

test('the sweep puts back to work what lost its activity, and nothing else', async (t) => {
  const s = await scene(t);
  const rows = ['claimed', 'deferred', 'halfway', 'sent'].map((name) =>
    introduction(`${RENEWAL}/contact/intro/${name}/mail/x`),
  );
  await plan(s.db, ...rows);
  const [claimed = '', deferred = '', halfway = '', sent = ''] = rows.map((row) => row.id);
  for (const id of [claimed, deferred, halfway, sent]) await claimSend(s.db, id, NOW);
  await moveClaimed(
    s.db,
    { id: deferred, fence: 1 },
    { to: 'deferred', at: NOW, nextAttemptAt: addMs(NOW, 2 * MS_PER_HOUR) },
  );
  await moveClaimed(s.db, { id: halfway, fence: 1 }, { to: 'transmitting', at: NOW });
  await moveClaimed(s.db, { id: sent, fence: 1 }, { to: 'transmitting', at: NOW });
  await moveClaimed(s.db, { id: sent, fence: 1 }, { to: 'sent', at: NOW });
  const swept = async (minutes: number) => {
    const ids: string[] = [];
    await sweepSends(s.db, { again: async (found) => void ids.push(...found) }, addMs(NOW, minutes * MS_PER_MINUTE));
    return ids.sort();
  };
  t.deepEqual(await swept(1), []);
  // The sent one was never told to the history.
  t.deepEqual(await swept(30), [s.id, claimed, sent].sort());
  t.deepEqual(await swept(61), [s.id, claimed, sent, halfway].sort());
  t.deepEqual(await swept(200), [s.id, claimed, sent, halfway, deferred].sort());
});
