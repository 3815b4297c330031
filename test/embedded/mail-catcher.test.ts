import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { createTransport } from 'nodemailer';
import { PerennialError } from '../../domain/errors/index.ts';
import { readInbox, readMail, startMailCatcher, watchInbox } from '../../embedded/index.ts';
import type { CaughtMail, MailCatcherOptions, SmtpAnswer, SmtpBehaviour, SmtpPhase } from '../../embedded/index.ts';
import { testFolder } from '../helpers/services.ts';
import { eventually } from '../helpers/eventually.ts';

const MAIL = { from: 'Li Na <li.na@seller.example>', to: 'buyer@client.example', subject: '续费提醒', text: '您好' };

async function setUp(t: ExecutionContext, behaviour?: MailCatcherOptions['behaviour']) {
  const dataDir = await testFolder(t);
  const catcher = await startMailCatcher({ dataDir, ...(behaviour === undefined ? {} : { behaviour }) });
  const transport = createTransport({ host: '127.0.0.1', port: catcher.port, secure: false });
  t.teardown(async () => {
    transport.close();
    await catcher.stop();
  });
  return { dataDir, catcher, send: (more: object = {}) => transport.sendMail({ ...MAIL, ...more }) };
}

/** Misbehaves at one phase, and is well-behaved at the others. */
function at(phase: SmtpPhase, behaviour: SmtpBehaviour) {
  return (now: SmtpPhase) => (now === phase ? behaviour : 'ok');
}

test('a mail is in the inbox when the sender hears that it was taken', async (t) => {
  const { dataDir, send } = await setUp(t);
  const sent = await send({ messageId: '<a/b/1@perennial>', bcc: 'hidden@client.example' });
  t.regex(sent.response, /^250 /);
  const [mail] = await readInbox(dataDir);
  t.like(mail, {
    messageId: '<a/b/1@perennial>',
    to: ['buyer@client.example', 'hidden@client.example'],
    subject: '续费提醒',
    hasCalendar: false,
  });
  t.regex(mail?.from ?? '', /li\.na@seller\.example/);
  t.regex(mail?.id ?? '', /^000001-[0-9a-f]{8}$/);
  t.is(mail?.size, readFileSync(join(dataDir, 'mail', `${mail?.id}.eml`)).length);
});

test('the contents of a mail can be read: text, html, attachments, calendar, raw', async (t) => {
  const { dataDir, send } = await setUp(t);
  await send({
    html: '<p>您好</p>',
    attachments: [{ filename: '报价单.txt', content: '120000' }],
    icalEvent: { method: 'REQUEST', content: 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n' },
  });
  const [caught] = await readInbox(dataDir);
  t.true(caught?.hasCalendar);
  const mail = await readMail(dataDir, caught?.id ?? '');
  t.is(mail.text.trim(), '您好');
  t.is(mail.html, '<p>您好</p>');
  t.true(mail.attachments.includes('报价单.txt'));
  t.regex(mail.raw, /^Subject: /m);
});

test('every copy is kept, duplicates too, in the order of arrival', async (t) => {
  const { dataDir, send } = await setUp(t);
  for (const subject of ['one', 'two', 'two']) await send({ subject, messageId: '<same@perennial>' });
  t.deepEqual(
    (await readInbox(dataDir)).map(({ subject }) => subject),
    ['one', 'two', 'two'],
  );
});

test('many at once are all kept, each once', async (t) => {
  const { dataDir, send } = await setUp(t);
  await Promise.all(Array.from({ length: 25 }, (_, i) => send({ subject: `mail ${i}` })));
  const inbox = await readInbox(dataDir);
  t.is(new Set(inbox.map(({ subject }) => subject)).size, 25);
  t.is(new Set(inbox.map(({ id }) => id)).size, 25);
});

test('an unknown mail is a clear error, and an id cannot lead out of the inbox', async (t) => {
  const { dataDir } = await setUp(t);
  for (const id of ['000009-00000000', '../services']) {
    const error = await t.throwsAsync(readMail(dataDir, id), { instanceOf: PerennialError });
    t.is(error?.problems[0]?.code, 'mail.not_found');
  }
});

test('a message over 10 MB is refused for good and not kept', async (t) => {
  const { dataDir, send } = await setUp(t);
  const attachments = [{ filename: 'big.bin', content: Buffer.alloc(9 * 1024 * 1024) }];
  const error = await t.throwsAsync<Error & { responseCode?: number }>(send({ attachments }));
  t.is(error?.responseCode, 552);
  t.deepEqual(await readInbox(dataDir), []);
});

test('a restarted catcher counts on, and half a line of a killed one harms nothing', async (t) => {
  const { dataDir, catcher, send } = await setUp(t);
  await send({ subject: 'before' });
  await catcher.stop();
  appendFileSync(join(dataDir, 'mail', 'index.jsonl'), '{"id":"000002-dead');
  const again = await startMailCatcher({ dataDir });
  t.teardown(again.stop);
  await createTransport(again.smtpUrl).sendMail({ ...MAIL, subject: 'after' });
  const inbox = await readInbox(dataDir);
  t.deepEqual(
    inbox.map(({ subject }) => subject),
    ['before', 'after'],
  );
  t.true((inbox[1]?.id ?? '') > (inbox[0]?.id ?? ''));
});

test('watching tells of each new mail once and in order', async (t) => {
  const { dataDir, send } = await setUp(t);
  await send({ subject: 'old' });
  const all: CaughtMail[] = [];
  t.teardown(watchInbox(dataDir, (mail) => all.push(mail), { from: 'start' }));
  await eventually('the old one', () => all.length === 1);
  const fresh: CaughtMail[] = [];
  const end = watchInbox(dataDir, (mail) => fresh.push(mail));
  t.teardown(end);
  // The second watcher begins at the file's end as it is when it first looks; a mail sent before that is not "new".
  let sent = 0;
  await eventually('the new ones', async () => {
    sent += 1;
    await send({ subject: `new ${sent}` });
    return fresh.length >= 2;
  });
  await eventually('all', () => all.length === sent + 1);
  const subjects = fresh.map(({ subject }) => subject);
  t.deepEqual([...new Set(subjects)], subjects);
  t.false(subjects.includes('old'));
  end();
});

const answersWith = test.macro({
  async exec(t, phase: SmtpPhase, code: number) {
    const { dataDir, send } = await setUp(t, at(phase, { code, text: 'scripted answer' }));
    const error = await t.throwsAsync<Error & { responseCode?: number; response?: string }>(send());
    t.is(error?.responseCode, code);
    t.regex(error?.response ?? '', /scripted answer/);
    t.deepEqual(await readInbox(dataDir), []);
  },
  title: (_, phase: SmtpPhase, code: number) => `it can answer ${code} at ${phase}, and keeps nothing then`,
});
for (const phase of ['connect', 'mail', 'rcpt', 'data', 'after-dot'] as const) {
  test(answersWith, phase, 451);
  test(answersWith, phase, 550);
}

test('it can refuse EHLO; a client that falls back to HELO still gets through', async (t) => {
  const { dataDir, send } = await setUp(t, at('ehlo', { code: 502, text: 'no' }));
  await send();
  t.is((await readInbox(dataDir)).length, 1);
});

const PHASES: readonly SmtpPhase[] = ['connect', 'ehlo', 'mail', 'rcpt', 'data', 'after-dot'];

const drops = test.macro({
  async exec(t, phase: SmtpPhase) {
    const { dataDir, send } = await setUp(t, at(phase, 'close'));
    const error = await t.throwsAsync<Error & { responseCode?: number }>(send());
    t.is(error?.responseCode, undefined);
    t.deepEqual(await readInbox(dataDir), []);
  },
  title: (_, phase: SmtpPhase) => `it can drop the connection at ${phase}, and keeps nothing then`,
});
for (const phase of PHASES) test(drops, phase);

/** Sends to a server that hangs; resolves once `fact` holds and the sender is found still waiting. */
async function sendAndWait(send: () => Promise<unknown>, fact: () => boolean | Promise<boolean>) {
  let settled = false;
  const sending = send().then(
    () => (settled = true),
    () => (settled = true),
  );
  await eventually('the server is where it hangs', fact);
  return { sending, waits: !settled };
}

const hangs = test.macro({
  async exec(t, phase: SmtpPhase) {
    let reached = false;
    const { dataDir, catcher, send } = await setUp(t, (now) => {
      if (now === phase) reached = true;
      return now === phase ? 'hang' : 'ok';
    });
    const { sending, waits } = await sendAndWait(send, () => reached);
    t.true(waits);
    t.deepEqual(await readInbox(dataDir), []);
    // Stopping cuts hung conversations too; otherwise this would wait for the sender's patience.
    await catcher.stop();
    await sending;
  },
  title: (_, phase: SmtpPhase) => `it can hang at ${phase}: the sender waits, nothing is kept`,
});
for (const phase of PHASES) test(hangs, phase);

test('it can keep a mail and never answer', async (t) => {
  const { dataDir, catcher, send } = await setUp(t, at('after-dot', { store: true, answer: 'hang' }));
  const { sending, waits } = await sendAndWait(send, async () => (await readInbox(dataDir)).length === 1);
  t.true(waits);
  await catcher.stop();
  await sending;
});

const keepsUnheard = test.macro({
  async exec(t, _how: string, answer: SmtpAnswer) {
    const { dataDir, send } = await setUp(t, at('after-dot', { store: true, answer }));
    await t.throwsAsync(send());
    t.is((await readInbox(dataDir)).length, 1);
  },
  title: (_, how: string) => `it can keep a mail and yet ${how}: it arrived, and the sender believes it did not`,
});
test(keepsUnheard, 'drop the connection', 'close');
test(keepsUnheard, 'answer 451', { code: 451, text: 'later' });

test('it can accept a mail and lose it: the control of every test that counts mails', async (t) => {
  const { dataDir, send } = await setUp(t, at('after-dot', { store: false, answer: 'ok' }));
  t.regex((await send()).response, /^250 /);
  t.deepEqual(await readInbox(dataDir), []);
  t.deepEqual(
    readdirSync(join(dataDir, 'mail')).filter((name) => name.endsWith('.eml')),
    [],
  );
});

test('a script sees the conversation: connection, recipients, client', async (t) => {
  const seen: string[] = [];
  const { send } = await setUp(t, (phase, session) => {
    seen.push(`${phase} ${session.connection} ${session.from} ${session.to.join(',')}`);
    return 'ok';
  });
  await send();
  t.deepEqual(seen, [
    'connect 1  ',
    'ehlo 1  ',
    'mail 1 li.na@seller.example ',
    'rcpt 1 li.na@seller.example buyer@client.example',
    'data 1 li.na@seller.example buyer@client.example',
    'after-dot 1 li.na@seller.example buyer@client.example',
  ]);
});
