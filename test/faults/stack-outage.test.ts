import { readFile } from 'node:fs/promises';
import anyTest from 'ava';
import type { TestFn } from 'ava';
import { parsePlaybook } from '../../domain/playbook/index.ts';
import { addMs, MS_PER_HOUR } from '../../domain/time/index.ts';
import { seedDocuments } from '../../operations/store/seed-documents.ts';
import { Stack } from '../helpers/stack.ts';
import { check, NO_FAULTS } from './stack-check.ts';
import { quiet } from './stack-evidence.ts';
import { smallContract } from './stack-walk.ts';

const CONTRACTS = 5;
/** The engine was last seen alive: so many hours ago. */
const AWAY_HOURS = 58;

const test = anyTest as TestFn<{ stack: Stack }>;

test.before(async (t) => {
  t.timeout(3 * 60_000);
  t.context.stack = await Stack.open({ worker: false });
});
test.after.always((t) => t.context.stack?.close());

/** The shipped playbook for small clients with a reminder on each of three days, and a legal notice on two of them. */
async function dense() {
  const text = await readFile(new URL('../../playbooks/small.yaml', import.meta.url), 'utf8');
  const daily = text
    .replace('at: [30 days before end, 15 days before end, 7 days before end]', `at: [${days(30, 29, 28)}]`)
    .replace(
      'reminders:\n',
      `reminders:\n  - outreach: notice\n    template: legal-notice\n    to: legal\n    at: [${days(29, 28)}]\n    legal notice: true\n`,
    );
  const parsed = parsePlaybook(daily, { file: 'dense.yaml' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

const days = (...before: readonly number[]) => before.map((n) => `${n} days before end`).join(', ');

// Renewals that were started and then stood for two days without a worker. The server's clock cannot be moved for a
// workflow that nobody serves, so the contracts are taken in under the date of two and a half days ago: the first look
// finds what a look after the outage finds.
test('after two days without a worker one courtesy mail goes to each client, and every legal notice', async (t) => {
  t.timeout(5 * 60_000);
  const { stack } = t.context;
  await seedDocuments(stack.context.db, { playbooks: [{ definition: await dense() }] }, stack.now());
  const contracts = Array.from({ length: CONTRACTS }, (_, n) =>
    smallContract(stack.now(), n, 28, { contact2Role: 'legal', noticeDays: '14' }),
  );
  const before = addMs(stack.now(), -AWAY_HOURS * MS_PER_HOUR);
  t.is((await stack.importContracts(contracts, before)).started, CONTRACTS);
  t.deepEqual((await stack.context.db.sends.countDocuments()).valueOf(), 0, 'nobody is there to look');
  await stack.start('worker');

  const evidence = await quiet(stack);
  t.deepEqual(stack.accidents, []);
  const reminders = { C: { reminder: [30, 29, 28], 'final-reminder': [3, 0] } };
  t.deepEqual(check(evidence, [], stack.now(), reminders), NO_FAULTS);
  for (const contract of evidence.contracts) {
    const rows = evidence.sends.filter((row) => row.contractId === contract._id && row._id.includes('/reminders/'));
    t.deepEqual(
      rows
        .toSorted((a, b) => (a._id < b._id ? -1 : 1))
        .map((row) => [row._id.split('/reminders/')[1], row.state, row.reason]),
      [
        ['notice/1/mail/legal', 'sent', null],
        ['notice/2/mail/legal', 'sent', null],
        ['reminder/1/mail/decision-maker', 'superseded', 'newer due'],
        ['reminder/2/mail/decision-maker', 'superseded', 'newer due'],
        ['reminder/3/mail/decision-maker', 'sent', null],
      ],
      contract.number,
    );
    const zoe = `zoe${contract.number.slice(2)}@example.org`;
    t.is(evidence.mails.filter(({ to }) => to.includes(zoe)).length, 1, `one mail to ${zoe}`);
  }
});
