import test from 'ava';
import fc from 'fast-check';
import { classify, MAIL_CLASSES, ownWords } from '../../../domain/mail-in/index.ts';
import { READ_BYTES, readMail } from '../../../mail/read-mail.ts';
import { SAMPLES } from './messages.ts';
import { assemble, deliveryReport, letter, multipart, OURS, otherReport } from './write-mail.ts';

for (const { what, raw, kind, words } of SAMPLES) {
  test(`${what} is: ${kind}`, async (t) => {
    const found = classify(await readMail(raw));
    t.is(found.kind, kind, `by ${found.sign}`);
    if (words !== undefined) t.is(found.words, words);
  });
}

test('the table holds every class, in both languages', (t) => {
  const kinds = new Set(SAMPLES.map(({ kind }) => kind));
  t.deepEqual([...kinds].toSorted(), [...MAIL_CLASSES].toSorted());
  t.true(SAMPLES.length >= 40);
  t.true(SAMPLES.filter(({ raw }) => /\p{Script=Han}/u.test(raw.toString('utf8'))).length >= 12);
});

test('an answer names what it answers first, then the mails before that, the nearest first', async (t) => {
  const raw = letter({
    answers: '<b@x.example>',
    headers: { References: '<a@x.example>\n <b@x.example> <c@x.example>' },
  });
  t.deepEqual((await readMail(raw)).answers, ['<b@x.example>', '<c@x.example>', '<a@x.example>']);
});

test('a report names the mail by its returned headers, by the whole mail, or by the id of its envelope', async (t) => {
  const idOf = async (raw: Buffer) => (await readMail(raw)).answers;
  t.deepEqual(await idOf(deliveryReport({})), [OURS]);
  t.deepEqual(await idOf(deliveryReport({ original: 'whole' })), [OURS]);
  t.deepEqual(await idOf(deliveryReport({ original: 'none', envelopeId: 'abc@x.example' })), ['<abc@x.example>']);
  t.deepEqual(await idOf(otherReport('feedback-report', ['Feedback-Type: abuse'])), [OURS]);
});

test('a report names the address that we have written to, wherever it was forwarded', async (t) => {
  const fields = 'Reporting-MTA: dns; mx\n\nOriginal-Recipient: rfc822;Chen.Jing@client.example.com\n';
  const body = multipart('report; report-type=delivery-status', [
    ['text/plain', 'No.'],
    [
      'message/delivery-status',
      `${fields}Final-Recipient: rfc822; elsewhere@example.net\nAction: failed\nStatus: 5.1.1`,
    ],
  ]);
  const found = classify(await readMail(assemble({}, body)));
  t.is(found.recipient, 'Chen.Jing@client.example.com');
});

test('of several addresses in a report the one that fared worst decides', async (t) => {
  const one = (action: string, status: string) =>
    `Final-Recipient: rfc822; a@x.example\nAction: ${action}\nStatus: ${status}`;
  const groups = ['Reporting-MTA: dns; mx', one('delivered', '2.0.0'), one('failed', '5.1.1'), one('delayed', '4.0.0')];
  const body = multipart('report; report-type=delivery-status', [['message/delivery-status', groups.join('\n\n')]]);
  t.is(classify(await readMail(assemble({}, body))).kind, 'bounce');
});

test('attachments are not kept, and a mail that is cut in the middle of one reads the same', async (t) => {
  const attachment = 'QUJD'.repeat(READ_BYTES / 2);
  const body = multipart('mixed', [
    ['text/plain; charset=utf-8', '好的，请发报价。'],
    [
      'application/pdf; name="quote.pdf"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64',
      attachment,
    ],
  ]);
  const raw = assemble({ answers: OURS }, body);
  t.true(raw.length > READ_BYTES);
  const mail = await readMail(raw);
  t.is(ownWords(mail.text), '好的，请发报价。');
  t.true(JSON.stringify(mail).length < 2000);
  t.deepEqual(await readMail(raw.subarray(0, READ_BYTES)), mail);
});

test('an answer in GB18030 and an encoded subject are read', async (t) => {
  const head = letter({ answers: OURS, subject: '=?GB18030?B?1tjQwrGovNs=?=', text: 'X' }).toString('latin1');
  const [before = ''] = head.replace('charset=utf-8', 'charset=gb18030').split('\r\n\r\n');
  const mail = await readMail(Buffer.concat([Buffer.from(`${before}\r\n\r\n`), Buffer.from([0xcd, 0xcb, 0xb6, 0xa9])]));
  t.is(mail.subject, '重新报价');
  t.is(classify(mail).kind, 'opt-out');
});

test('line breaks, zero bytes and invisible signs in a mail end up in no field', async (t) => {
  const raw = letter({
    from: '"Chen\u202e\u0007Jing" <Chen.Jing@CLIENT.example.com>',
    subject: 'Re:\u0000 hi\u200b',
    text: 'a\u0000b\u200bc',
  });
  const mail = await readMail(raw);
  t.deepEqual(mail.from, { name: 'Chen Jing', address: 'Chen.Jing@client.example.com' });
  t.is(mail.subject, 'Re: hi');
  t.is(mail.text.trim(), 'abc');
});

test('what is no mail is refused, and so is one of too many parts', async (t) => {
  await t.throwsAsync(readMail(Buffer.alloc(0)));
  await t.throwsAsync(readMail(Buffer.from('just some words')));
  const many = multipart(
    'mixed',
    Array.from({ length: 300 }, () => ['text/plain', 'x'] as const),
  );
  await t.throwsAsync(readMail(assemble({}, many)));
});

test('own words of any text are lines of it', (t) => {
  const piece = fc.constantFrom(
    'STOP',
    '> ',
    'On ',
    'wrote:',
    '于2026',
    '写道：',
    '-- ',
    'From: a',
    'Sent: b',
    '\n',
    '_',
    '退订',
    'x',
  );
  const isPart = fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
    const text = pieces.join('');
    const lines = new Set(text.split('\n').map((line) => line.trim()));
    return ownWords(text)
      .split('\n')
      .every((line) => line === '' || lines.has(line));
  });
  t.notThrows(() => fc.assert(isPart, { numRuns: 200 }));
});

test('the longest texts built against the patterns are read in a moment', (t) => {
  const started = process.cpuUsage();
  const evil = ['于2026'.repeat(20_000), 'On '.repeat(30_000), 'on a\n'.repeat(20_000), 'a wrote '.repeat(10_000)];
  for (const text of evil) ownWords(text);
  const { user } = process.cpuUsage(started);
  t.true(user < 3_000_000, `${user} µs`);
});
