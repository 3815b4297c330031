import anyTest from 'ava';
import type { TestFn } from 'ava';
import type { SmtpBehaviour, SmtpPhase } from '../../embedded/index.ts';
import type { SendDoc } from '../../schemas/send.ts';
import { Stack } from '../helpers/stack.ts';
import { check, NO_FAULTS } from './stack-check.ts';
import { quiet } from './stack-evidence.ts';
import { Callers, smallContract } from './stack-walk.ts';
import { eventually } from '../helpers/eventually.ts';

const test = anyTest as TestFn<{ stack: Stack }>;

test.before(async (t) => {
  t.timeout(3 * 60_000);
  t.context.stack = await Stack.open();
});
test.after.always((t) => t.context.stack?.close());

/** A gate that a test opens. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** What becomes of the first mail to each client, by the number of its contract. */
const CASES = [
  { n: 1, name: 'hangs after the dot, then drops the connection', state: 'unknown', arrives: 0 },
  { n: 2, name: 'drops the connection after the dot and has kept the mail', state: 'unknown', arrives: 1 },
  { n: 3, name: 'drops the connection after the dot and has lost the mail', state: 'unknown', arrives: 0 },
  { n: 4, name: 'knows no such user', state: 'refused', arrives: 0 },
  { n: 5, name: 'says later, then takes it', state: 'sent', arrives: 1 },
  { n: 6, name: 'drops the connection before the dot, then takes it', state: 'sent', arrives: 1 },
  { n: 7, name: 'takes it', state: 'sent', arrives: 1 },
] as const;

test('mail trouble of every kind: nothing lost, nothing twice, each doubt listed, and the renewal goes on', async (t) => {
  t.timeout(5 * 60_000);
  const { stack } = t.context;
  const hanging = gate();
  const reached = gate();
  let healed = false;
  const script: Readonly<Record<number, (phase: SmtpPhase) => SmtpBehaviour | Promise<SmtpBehaviour>>> = {
    1: async (phase) => {
      if (phase !== 'after-dot') return 'ok';
      reached.open();
      await hanging.opened;
      return { store: false, answer: 'close' };
    },
    2: (phase) => (phase === 'after-dot' ? { store: true, answer: 'close' } : 'ok'),
    3: (phase) => (phase === 'after-dot' ? { store: false, answer: 'close' } : 'ok'),
    4: (phase) => (phase === 'rcpt' ? { code: 550, text: '5.1.1 no such user' } : 'ok'),
    5: (phase) => (phase === 'rcpt' && !healed ? { code: 450, text: '4.2.0 greylisted, try later' } : 'ok'),
    6: (phase) => (phase === 'data' && !healed ? 'close' : 'ok'),
  };
  stack.onMail = (phase, { to }) => {
    const n = Number(/^zoe(\d+)@/.exec(to.at(-1) ?? '')?.[1] ?? 0);
    return script[n]?.(phase) ?? 'ok';
  };
  const contracts = CASES.map(({ n }) => smallContract(stack.now(), n, 29));
  await stack.importContracts(contracts);

  // From the first call to the money, while the mail server holds the first client's mail.
  await reached.opened;
  const callers = new Callers(stack);
  await callers.walk('C-1');
  hanging.open();

  const { db } = stack.context;
  const putOff = await eventually('two mails are put off', async () => {
    const rows = await db.sends.find({ state: 'deferred' }).lean<SendDoc[]>();
    return rows.length === 2 ? rows : undefined;
  });
  for (const { firstTriedAt, nextAttemptAt } of putOff) t.true((nextAttemptAt ?? '') > (firstTriedAt ?? ''));
  healed = true;
  await Promise.all(putOff.map(({ _id }) => atOnce(stack, _id)));

  const evidence = await quiet(stack);
  t.deepEqual(stack.accidents, []);
  t.deepEqual(callers.bewildered, []);
  t.deepEqual(check(evidence, callers.told, stack.now()), NO_FAULTS);
  const contractOf = (n: number) => evidence.contracts.find(({ number }) => number === `C-${n}`);
  for (const { n, name, state, arrives } of CASES) {
    const contract = contractOf(n);
    const tried = evidence.sends.filter(
      (row) => row.contractId === contract?._id && row.template === 'renewal-reminder' && row.firstTriedAt !== null,
    );
    t.deepEqual(
      tried.map((row) => ({
        state: row.state,
        arrived: evidence.mails.filter(({ messageId }) => messageId === row.messageId).length,
        listed: evidence.doubtful.has(row._id),
      })),
      [{ state, arrived: arrives, listed: state === 'unknown' }],
      `a server that ${name}`,
    );
  }
  const refused = evidence.tasks.filter(
    ({ contractNumber, kind }) => contractNumber === 'C-4' && kind === 'bad address',
  );
  t.is(refused.length, 1, 'the owner is asked for another address');
  t.is(contractOf(1)?.term, 2, 'the renewal ended while its mail hung');
});

/** Lets a delivery that was put off for a quarter of an hour try again now, as an operator may. */
async function atOnce(stack: Stack, activityId: string): Promise<void> {
  const client = await stack.context.temporal();
  const { namespace } = client.options;
  await client.workflowService.resetActivityExecution({ namespace, activityId, identity: 'operator' });
}
