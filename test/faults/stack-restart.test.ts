import anyTest from 'ava';
import type { TestFn } from 'ava';
import { PARTS, Stack } from '../helpers/stack.ts';
import { limitMs } from '../runner/limits.ts';
import { check, NO_FAULTS } from './stack-check.ts';
import { quiet } from './stack-evidence.ts';
import { importUntilTaken, Killer } from './stack-kill.ts';
import { Callers, random, rounds, SEED, smallContract } from './stack-walk.ts';

const ROUNDS = rounds(2);
const WALKS = Math.max(2, Math.ceil(ROUNDS / 2));

const test = anyTest as TestFn<{ stack: Stack }>;

test.before(async (t) => {
  t.timeout(3 * 60_000);
  t.context.stack = await Stack.open();
});
test.after.always((t) => t.context.stack?.close());

test(`everything killed at once ${ROUNDS} times and started in another order goes on where it stopped`, async (t) => {
  t.timeout(limitMs());
  t.log(`seed ${SEED}`);
  const { stack } = t.context;
  const callers = new Callers(stack);
  const killer = new Killer(stack, PARTS, ROUNDS, random(SEED));
  callers.onSent = killer.moment;
  stack.onMail = killer.mailMoment;
  const first = Array.from({ length: WALKS }, (_, n) => smallContract(stack.now(), n, 29));
  const later = Array.from({ length: WALKS * 2 }, (_, n) => smallContract(stack.now(), 100 + n, 29));
  await stack.importContracts(first);
  await Promise.all([
    importUntilTaken(stack, later, WALKS, callers, killer.moment),
    ...first.map(({ number }) => callers.walk(number ?? '')),
  ]);
  await killer.done();

  const evidence = await quiet(stack);
  t.deepEqual(stack.accidents, []);
  t.deepEqual(callers.bewildered, []);
  t.deepEqual(check(evidence, callers.told, stack.now()), NO_FAULTS);
  t.is(evidence.contracts.length, first.length + later.length);
  t.deepEqual(
    evidence.contracts
      .filter(({ term }) => term === 2)
      .map(({ number }) => number)
      .toSorted(),
    first.map(({ number = '' }) => number).toSorted(),
  );
  t.log(`${killer.orders.join('; ')}: ${callers.told.length} commands, ${evidence.sends.length} mails`);
});
