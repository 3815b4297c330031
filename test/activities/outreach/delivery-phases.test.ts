import anyTest from 'ava';
import type { TestFn } from 'ava';
import { Delivery } from '../../../activities/outreach/delivery.ts';
import type { DeliverResult } from '../../../activities/outreach/index.ts';
import type { SmtpBehaviour, SmtpPhase } from '../../../embedded/index.ts';
import type { SendState } from '../../../schemas/send.ts';
import { openTestMongo } from '../../helpers/services.ts';
import type { TestMongo } from '../../helpers/services.ts';
import { answer, DEFERRED, IMPATIENT, never, PATIENT, scene, SERVICE } from './scene.ts';

const test = anyTest as TestFn<{ mongo: TestMongo }>;

test.before(async (t) => {
  t.context.mongo = await openTestMongo();
});
test.after.always((t) => t.context.mongo.close());

interface PhaseCase {
  readonly phase: SmtpPhase;
  readonly does: SmtpBehaviour;
  readonly expected: DeliverResult | string;
  readonly state: SendState;
  readonly arrives?: boolean;
}

const lost = { state: 'unknown', reason: 'no answer' } as const;

const PHASES: readonly PhaseCase[] = [
  { phase: 'connect', does: 'close', expected: SERVICE, state: 'planned' },
  { phase: 'connect', does: 'hang', expected: SERVICE, state: 'planned' },
  { phase: 'connect', does: answer(421), expected: DEFERRED, state: 'deferred' },
  { phase: 'connect', does: answer(554), expected: SERVICE, state: 'planned' },
  { phase: 'ehlo', does: 'close', expected: SERVICE, state: 'planned' },
  { phase: 'ehlo', does: 'hang', expected: SERVICE, state: 'planned' },
  { phase: 'mail', does: 'close', expected: DEFERRED, state: 'deferred' },
  { phase: 'mail', does: answer(451), expected: DEFERRED, state: 'deferred' },
  { phase: 'mail', does: answer(550, 'sender not allowed'), expected: SERVICE, state: 'planned' },
  { phase: 'rcpt', does: 'close', expected: DEFERRED, state: 'deferred' },
  { phase: 'rcpt', does: answer(450, 'greylisted'), expected: DEFERRED, state: 'deferred' },
  {
    phase: 'rcpt',
    does: answer(550, '5.1.1 no such user'),
    expected: { state: 'refused', reason: 'address refused' },
    state: 'refused',
  },
  {
    phase: 'rcpt',
    does: answer(550, '5.7.1 policy'),
    expected: { state: 'refused', reason: 'mail refused' },
    state: 'refused',
  },
  { phase: 'data', does: 'close', expected: DEFERRED, state: 'deferred' },
  { phase: 'data', does: 'hang', expected: DEFERRED, state: 'deferred' },
  { phase: 'data', does: answer(451), expected: DEFERRED, state: 'deferred' },
  { phase: 'data', does: answer(554), expected: { state: 'refused', reason: 'mail refused' }, state: 'refused' },
  { phase: 'after-dot', does: answer(452, 'disk full'), expected: DEFERRED, state: 'deferred' },
  {
    phase: 'after-dot',
    does: answer(554, 'spam'),
    expected: { state: 'refused', reason: 'mail refused' },
    state: 'refused',
  },
  { phase: 'after-dot', does: { store: true, answer: 'close' }, expected: lost, state: 'unknown', arrives: true },
  { phase: 'after-dot', does: { store: false, answer: 'close' }, expected: lost, state: 'unknown' },
  { phase: 'after-dot', does: { store: true, answer: 'hang' }, expected: lost, state: 'unknown', arrives: true },
];

for (const { phase, does, expected, state, arrives = false } of PHASES) {
  test(`at ${phase} the server does ${JSON.stringify(does)}: ${state}`, async (t) => {
    let well = false;
    const hangs = does === 'hang' || (typeof does === 'object' && 'answer' in does && does.answer === 'hang');
    const script = (reached: SmtpPhase) => (!well && reached === phase ? does : 'ok');
    const s = await scene(t, script, hangs ? { patience: IMPATIENT } : {});
    t.deepEqual(await s.attempt(), expected);
    t.is(await s.state(), state);
    t.is((await s.inbox()).length, arrives ? 1 : 0);
    // Once the server is well again: what may be tried again goes out once, everything else stays as it is.
    well = true;
    const patiently = new Delivery({ ...s.deps, mail: { ...s.deps.mail, patience: PATIENT } });
    const again = await patiently.attempt(s.id, never());
    const retried = ['planned', 'deferred'].includes(state);
    t.is(again.state, retried ? 'sent' : state);
    t.is((await s.inbox()).length, retried || arrives ? 1 : 0);
  });
}
