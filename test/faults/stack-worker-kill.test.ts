import anyTest from 'ava';
import type { TestFn } from 'ava';
import { renewalId } from '../../workflows/renewal/messages.ts';
import { Stack } from '../helpers/stack.ts';
import { limitMs } from '../runner/limits.ts';
import { check, footprint, NO_FAULTS } from './stack-check.ts';
import { quiet } from './stack-evidence.ts';
import { Killer } from './stack-kill.ts';
import { Callers, random, rounds, SEED, smallContract } from './stack-walk.ts';

const ROUNDS = rounds(2);
const RENEWALS = Math.max(3, ROUNDS);

const test = anyTest as TestFn<{ stack: Stack }>;

test.before(async (t) => {
  t.timeout(3 * 60_000);
  t.context.stack = await Stack.open();
});
test.after.always((t) => t.context.stack?.close());

test(`a worker killed ${ROUNDS} times in the middle of commands: the walk ends as without the kills`, async (t) => {
  t.timeout(limitMs());
  t.log(`seed ${SEED}`);
  const { stack } = t.context;
  const callers = new Callers(stack);
  const contracts = Array.from({ length: RENEWALS + 1 }, (_, n) => smallContract(stack.now(), n, 29));
  await stack.importContracts(contracts);

  // The one that nothing happens to.
  await callers.walk('C-0');
  const undisturbed = await quiet(stack);

  const killer = new Killer(stack, ['worker'], ROUNDS, random(SEED));
  callers.onSent = killer.moment;
  stack.onMail = killer.mailMoment;
  await Promise.all(contracts.slice(1).map(({ number }) => callers.walk(number ?? '')));
  await killer.done();

  const evidence = await quiet(stack);
  t.deepEqual(stack.accidents, []);
  t.deepEqual(callers.bewildered, []);
  t.deepEqual(check(evidence, callers.told, stack.now()), NO_FAULTS);
  const idOf = (number: string) => {
    const contract = evidence.contracts.find((one) => one.number === number);
    t.is(contract?.term, 2, `${number} lives on`);
    return renewalId(contract?._id ?? '', 1);
  };
  const expected = footprint(undisturbed, idOf('C-0'));
  for (const { number = '' } of contracts.slice(1)) {
    t.deepEqual(footprint(evidence, idOf(number)), expected, `${number} went the same way`);
  }
  t.log(`${callers.told.length} commands, ${evidence.sends.length} mails, ${evidence.doubtful.size} doubtful`);
});
