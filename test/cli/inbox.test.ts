import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { isFor, listed } from '../../cli/commands/inbox.ts';
import type { CaughtMail } from '../../embedded/mail-inbox.ts';
import { run } from './fake-io.ts';

const mail = (seq: number, to: readonly string[]): CaughtMail => ({
  id: `${seq}-a`,
  receivedAt: `2026-11-23T01:0${seq}:00.000Z`,
  messageId: '',
  from: 'perennial@example.com',
  to,
  subject: `mail ${seq}`,
  size: 1,
  hasCalendar: false,
});
const MAILS = [
  mail(1, ['chen@client.example']),
  mail(2, ['Li@example.com']),
  mail(3, ['li@example.com', 'x@client.example']),
];

test('a mail is for staff where all who get it are of the team', (t) => {
  const team = new Set(['li@example.com']);
  t.deepEqual(
    listed(MAILS, team).map(({ audience }) => audience),
    ['clients', 'staff', 'clients'],
  );
  t.deepEqual(
    listed(MAILS, null).map(({ audience }) => audience),
    [null, null, null],
  );
});

test('mails are chosen by audience or by a part of an address', (t) => {
  const all = listed(MAILS, new Set(['li@example.com']));
  const numbers = (who: string) => all.filter((one) => isFor(one, who)).map(({ number }) => number);
  t.deepEqual(numbers('clients'), [1, 3]);
  t.deepEqual(numbers('staff'), [2]);
  t.deepEqual(numbers('client.example'), [1, 3]);
  t.deepEqual(numbers('LI@'), [2, 3]);
});

test('the inbox shows the newest first, and keeps the numbers when it is filtered', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'mail'));
  await writeFile(join(folder, 'mail', 'index.jsonl'), MAILS.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const { out } = await run(['inbox', '--json', '--data', folder]);
  const all = JSON.parse(out) as { items: { number: number; subject: string }[]; counts: null };
  t.deepEqual(
    all.items.map(({ number, subject }) => [number, subject]),
    [
      [1, 'mail 3'],
      [2, 'mail 2'],
      [3, 'mail 1'],
    ],
  );
  t.is(all.counts, null);
  const filtered = await run(['inbox', '--to', 'chen', '--data', folder]);
  t.regex(filtered.out, /^3 .*mail 1/m);
  t.regex(filtered.out, /3 mails; 1 of 1 shown/);
  t.regex(filtered.err, /perennial inbox show 3/);
  t.regex((await run(['inbox', '--to', 'nobody', '--data', folder])).out, /No mail to “nobody”/);
});
