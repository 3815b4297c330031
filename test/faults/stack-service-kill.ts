import anyTest from 'ava';
import type { TestFn } from 'ava';
import { limitMs } from '../runner/limits.ts';
import { Stack } from '../helpers/stack.ts';
import type { Part } from '../helpers/stack.ts';
import { check, NO_FAULTS } from './stack-check.ts';
import { quiet } from './stack-evidence.ts';
import { SEED, Callers, random, rounds, smallContract } from './stack-walk.ts';
import { importUntilTaken, Killer } from './stack-kill.ts';

const ROUNDS = rounds(5);
const WALKS = Math.max(3, Math.ceil(ROUNDS / 2));
const MINUTE = 60_000;

/** The test of a file: one service is killed again and again while people work and import. */
export function testServiceKill(part: Part, name: string): void {
  const test = anyTest as TestFn<{ stack: Stack }>;

  test.before(async (t) => {
    t.timeout(3 * MINUTE);
    t.context.stack = await Stack.open();
  });
  test.after.always((t) => t.context.stack?.close());

  test(`${name} killed ${ROUNDS} times under commands and imports: nothing acknowledged is lost or done twice`, async (t) => {
    t.timeout(limitMs());
    t.log(`seed ${SEED}`);
    const { stack } = t.context;
    const callers = new Callers(stack);
    const killer = new Killer(stack, [part], ROUNDS, random(SEED));
    callers.onSent = killer.moment;
    stack.onMail = killer.mailMoment;
    const first = Array.from({ length: WALKS }, (_, n) => smallContract(stack.now(), n, 29));
    const later = Array.from({ length: WALKS * 2 }, (_, n) => smallContract(stack.now(), 100 + n, 29));
    await stack.importContracts(first);
    const [reports] = await Promise.all([
      importUntilTaken(stack, later, 3, callers, killer.moment),
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
    t.log(`${killer.kills} kills, ${reports} imports, ${callers.told.length} commands, ${evidence.sends.length} mails`);
  });
}
