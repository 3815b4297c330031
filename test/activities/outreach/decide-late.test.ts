import test from 'ava';
import { decideLate } from '../../../activities/outreach/decide-late.ts';
import type { LateDecision, SendWorld } from '../../../activities/outreach/decide-late.ts';
import { addMs, MS_PER_DAY, MS_PER_MINUTE } from '../../../domain/time/index.ts';
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
