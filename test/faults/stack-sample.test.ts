import anyTest from 'ava';
import type { TestFn } from 'ava';
import { createJudge } from '../../activities/judge.ts';
import { newRenewalState } from '../../domain/renewal/state.ts';
import { addMs, MS_PER_HOUR } from '../../domain/time/index.ts';
import { compileZone } from '../../operations/calendars/zone-offsets.ts';
import { sampleContracts } from '../../operations/import/sample.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import { Stack } from '../helpers/stack.ts';
import { check, NO_FAULTS } from './stack-check.ts';
import { quiet } from './stack-evidence.ts';
import { wall } from './stack-walk.ts';

const CONTRACTS = 60;

const test = anyTest as TestFn<{ stack: Stack }>;

test.before(async (t) => {
  t.timeout(3 * 60_000);
  t.context.stack = await Stack.open();
});
test.after.always((t) => t.context.stack?.close());

test(`the ${CONTRACTS} contracts of the sample: one mail at most to each contact about each contract`, async (t) => {
  t.timeout(5 * 60_000);
  const { stack } = t.context;
  const today = wall('Asia/Shanghai', stack.now()).date;
  const { counts, started } = await stack.importContracts(sampleContracts({ today, count: CONTRACTS, locale: 'en' }));
  t.is(counts.new, CONTRACTS);
  const evidence = await quiet(stack);
  t.is(evidence.contracts.length, CONTRACTS);
  t.deepEqual(stack.accidents, []);
  t.deepEqual(check(evidence, [], stack.now()), NO_FAULTS);
  t.log(`${started} told as started, ${evidence.mails.length} mails, ${evidence.tasks.length} tasks`);

  // Clients are written to in their office hours: whenever the sample is taken in, the first look must be modest.
  const { db } = stack.context;
  const judge = createJudge({ db, compileZone });
  const crowded: string[] = [];
  let mails = 0;
  for (const contract of evidence.contracts) {
    const id = renewalId(contract._id, contract.term);
    for (let hour = 0; hour < 24; hour += 1) {
      const { effects } = await judge({
        renewalId: id,
        contractId: contract._id,
        term: contract.term,
        state: newRenewalState(id),
        facts: [],
        now: addMs(contract.knownSince, hour * MS_PER_HOUR),
      });
      const readers = effects.flatMap((effect) => (effect.kind === 'send outreach' ? [effect.contactId] : []));
      mails += readers.length;
      if (new Set(readers).size < readers.length) crowded.push(`${contract.number} after ${hour} hours`);
    }
  }
  t.deepEqual(crowded, []);
  t.true(mails > 0, 'at some hour somebody is written to');
});
