import test from 'ava';
import { decideLate } from '../../../activities/outreach/decide-late.ts';
import type { LateDecision, SendWorld } from '../../../activities/outreach/decide-late.ts';
import { addMs, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '../../../domain/time/index.ts';
import type { Instant } from '../../../domain/time/types.ts';
import type { SendDoc } from '../../../schemas/send.ts';
import { at, CLIENT, CONTRACT, PEOPLE, PLAIN_CALENDAR, PLAYBOOK, SHANGHAI } from '../../helpers/world.ts';
import { introduction, NOW, RENEWAL_ROW } from './outreach-world.ts';

const owner = PEOPLE['li'] ?? null;
const WORLD: SendWorld = {
  contract: CONTRACT,
  client: CLIENT,
  owner,
  person: null,
  renewal: RENEWAL_ROW,
  playbook: PLAYBOOK,
  calendar: PLAIN_CALENDAR,
  zone: SHANGHAI,
  heardAt: null,
  quoteTermMonths: null,
  rivals: [],
};

function row(change: Partial<SendDoc> = {}): SendDoc {
  const { id, state, reason: _reason, meeting: _meeting, ...planned } = introduction();
  return {
    ...planned,
    _id: id,
    meeting: null,
    plannedAt: NOW,
    state,
    reason: null,
    fence: 1,
    tries: 0,
    firstTriedAt: NOW,
    nextAttemptAt: null,
    transmittingAt: null,
    settledAt: null,
    messageId: null,
    answer: null,
    reported: true,
    moves: [],
    ...change,
  };
}

const later = (minutes: number): Instant => addMs(NOW, minutes * MS_PER_MINUTE);
const suppressed: SendWorld = {
  ...WORLD,
  client: {
    ...CLIENT,
    contacts: CLIENT.contacts.map((contact) => ({ ...contact, suppressed: { reason: 'opt-out', at: NOW } as const })),
  },
};
const renewal = (change: Partial<typeof RENEWAL_ROW>): SendWorld => ({
  ...WORLD,
  renewal: { ...RENEWAL_ROW, ...change },
});
const held = renewal({ view: { ...RENEWAL_ROW.view, holdsOutreach: true } });
const replied: SendWorld = { ...WORLD, heardAt: later(1) };
const team = (active: boolean): SendWorld => ({ ...WORLD, person: owner && { ...owner, active } });

const says = test.macro({
  exec(t, _what: string, world: SendWorld, change: Partial<SendDoc>, expected: string, now: Instant = later(2)) {
    t.is(shortly(decideLate(row(change), world, now)), expected);
  },
  title: (_, what, _world, _change, expected) => `${what}: ${expected}`,
});

function shortly(decision: LateDecision): string {
  switch (decision.kind) {
    case 'send':
      return `send to ${decision.to.email}`;
    case 'wait':
      return `wait until ${decision.until}`;
    case 'settle':
      return `${decision.state}, ${decision.reason}`;
    default:
      return decision satisfies never;
  }
}

/** The world with another mail to the same contact about the same contract, decided an hour before or a minute after. */
const among = (...rivals: readonly Partial<SendDoc>[]): SendWorld => ({
  ...WORLD,
  rivals: rivals.map((change, i) => row({ _id: `rival-${i}`, plannedAt: addMs(NOW, -MS_PER_HOUR), ...change })),
});
const NEWER = { plannedAt: later(1) };
const sent = (at: Instant, change: Partial<SendDoc> = {}) =>
  ({ state: 'sent', transmittingAt: at, ...change }) as const;

const LEGAL = { legal: true };
const TO_PERSON = { audience: 'team', recipient: { kind: 'person', personId: 'li' } } as const;

test(says, 'all is well', WORLD, {}, 'send to zoe@example.org');
test(says, 'not due yet', WORLD, { dueAt: later(5) }, `wait until ${later(5)}`);
test(says, 'past its last moment', WORLD, { notAfter: later(1) }, 'superseded, too late');
test(says, 'contract gone', { ...WORLD, contract: null }, {}, 'cancelled, closed');
test(says, 'renewal closed', renewal({ phase: 'closed' }), {}, 'cancelled, closed');
test(says, 'legal notice, renewal closed', renewal({ phase: 'closed' }), LEGAL, 'cancelled, closed');
test(says, 'next term running', { ...WORLD, contract: { ...CONTRACT, term: 2 } }, {}, 'cancelled, closed');
test(says, 'contact gone', { ...WORLD, client: { ...CLIENT, contacts: [] } }, {}, 'cancelled, no contact');
test(says, 'contact opted out', suppressed, {}, 'suppressed, suppressed');
test(says, 'legal notice, contact opted out', suppressed, LEGAL, 'suppressed, suppressed');
test(says, 'paused', renewal({ paused: true }), {}, 'superseded, paused');
test(says, 'legal notice, paused', renewal({ paused: true }), LEGAL, 'send to zoe@example.org');
test(says, 'outreach held by a save plan', held, {}, 'superseded, held');
test(says, 'legal notice, outreach held', held, LEGAL, 'send to zoe@example.org');
test(says, 'client replied after it was planned', replied, {}, 'superseded, stopped');
test(says, 'client replied before it was planned', replied, { plannedAt: later(1) }, 'send to zoe@example.org');
test(says, 'a reply does not stop this series', replied, { context: { step: 'expiry' } }, 'send to zoe@example.org');
test(says, 'at night', WORLD, {}, `wait until ${at('2027-02-02', 9)}`, at('2027-02-01', 20));
test(says, 'Saturday', WORLD, {}, `wait until ${at('2027-02-08', 9)}`, at('2027-02-06', 10));
test(
  says,
  'the window opens after the last moment',
  WORLD,
  { notAfter: at('2027-02-01', 21) },
  'superseded, too late',
  at('2027-02-01', 20),
);
test(
  says,
  'legal notice, the window opens after the last moment',
  WORLD,
  { ...LEGAL, notAfter: at('2027-02-01', 21) },
  'send to zoe@example.org',
  at('2027-02-01', 20),
);
test(says, 'to a colleague', team(true), TO_PERSON, 'send to li@example.com');
test(says, 'to a colleague at night', team(true), TO_PERSON, 'send to li@example.com', at('2027-02-01', 22));
test(says, 'to a colleague who left', team(false), TO_PERSON, 'cancelled, inactive');
test(says, 'to a colleague nobody knows', WORLD, TO_PERSON, 'cancelled, no contact');
test(says, 'two weeks late and still allowed', WORLD, {}, 'send to zoe@example.org', addMs(NOW, 14 * MS_PER_DAY));

test(says, 'an older one waits too', among({}), {}, 'send to zoe@example.org');
for (const state of ['planned', 'claimed', 'deferred', 'transmitting', 'unknown', 'sent'] as const) {
  test(says, `a newer one is ${state}`, among({ ...NEWER, state }), {}, 'superseded, newer due');
}
test(says, 'a newer one is not due yet', among({ ...NEWER, dueAt: later(5) }), {}, 'send to zoe@example.org');
test(
  says,
  'a newer one is past its last moment',
  among({ ...NEWER, notAfter: later(1) }),
  {},
  'send to zoe@example.org',
);
test(
  says,
  'of two decided at once the later due is newer',
  among({ plannedAt: NOW, dueAt: later(1) }),
  {},
  'superseded, newer due',
);
test(says, 'of two like twins one is newer', among({ plannedAt: NOW, _id: 'z' }), {}, 'superseded, newer due');
test(says, 'of two like twins the other goes', among({ plannedAt: NOW, _id: 'a' }), {}, 'send to zoe@example.org');
test(says, 'due later, but decided before', among({ dueAt: later(1) }), {}, 'send to zoe@example.org');
test(says, 'legal notice, a newer one waits', among(NEWER), LEGAL, 'send to zoe@example.org');

// 20 hours after ten in the morning is six, and the client's day begins at nine.
test(says, 'one has just left', among(sent(NOW)), {}, `wait until ${at('2027-02-02', 9)}`);
test(says, 'one has left 20 hours ago', among(sent(addMs(later(2), -20 * MS_PER_HOUR))), {}, 'send to zoe@example.org');
test(says, 'one may have arrived', among(sent(NOW, { state: 'unknown' })), {}, `wait until ${at('2027-02-02', 9)}`);
test(says, 'one is on its way', among(sent(NOW, { state: 'transmitting' })), {}, `wait until ${later(3)}`);
test(says, 'a legal notice has just left', among(sent(NOW, LEGAL)), {}, `wait until ${at('2027-02-02', 9)}`);
test(says, 'a legal notice is to leave', among(LEGAL), {}, `wait until ${later(3)}`);
test(says, 'a legal notice was put off', among({ ...LEGAL, nextAttemptAt: later(15) }), {}, `wait until ${later(15)}`);
test(
  says,
  'a person said hours later that it was sent',
  among(sent(NOW, { settledAt: at('2027-02-05') })),
  {},
  'send to zoe@example.org',
  at('2027-02-05'),
);
test(says, 'legal notice, one has just left', among(sent(NOW)), LEGAL, 'send to zoe@example.org');
test(
  says,
  'the quiet time ends after the last moment',
  among(sent(NOW)),
  { notAfter: at('2027-02-01', 22) },
  'superseded, too late',
);
