import test from 'ava';
import { canonicalJson, fingerprint } from '../../domain/history/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import { check, NO_FAULTS } from './stack-check.ts';
import type { Faults } from './stack-check.ts';
import type { Evidence } from './stack-evidence.ts';
import type { Told } from './stack-walk.ts';

// The checker itself: a run without faults, and one fault of each kind that it must find.

const NOW = '2026-11-23T04:00:00.000Z' as Instant;
const ID = 'renewal:ctr:1';
const REMINDER = `${ID}/reminders/reminder/1/mail/decision-maker`;
const told: readonly Told[] = [
  { id: 'yes', renewalId: ID, kind: 'paused', verdict: 'accepted', code: null, wanted: 'accepted', answeredAt: NOW },
  { id: 'no', renewalId: ID, kind: 'paused', verdict: 'refused', code: 'x', wanted: 'refused', answeredAt: NOW },
];

function sent(id: string, more: object = {}) {
  return {
    _id: id,
    renewalId: ID,
    contractId: 'ctr',
    clientId: 'cli',
    audience: 'client',
    recipient: { kind: 'contact', contactId: 'zoe', role: 'decision-maker' },
    template: 'renewal-reminder',
    context: {},
    legal: false,
    dueAt: '2026-11-22T01:00:00.000Z',
    moves: [{ to: 'claimed', at: '2026-11-23T03:00:00.000Z' }],
    state: 'sent',
    reason: null,
    messageId: `<${id}>`,
    ...more,
  };
}

const mail = (id: string, more: object = {}) => ({
  messageId: `<${id}>`,
  receivedAt: '2026-11-23T03:00:00.000Z',
  ...more,
});
const fact = (entryId: string) => ({ renewalId: ID, entryId, kind: 'fact' });

/** A small client in Shanghai at noon; T-30 was yesterday and its reminder came this morning. */
function evidence(more: object = {}): Evidence {
  const state = { phase: 'open' };
  const view = { holdsOutreach: false };
  const digest = fingerprint(canonicalJson(state));
  const zoe = { id: 'zoe', email: 'zoe@example.org', zone: 'Asia/Shanghai' };
  const base = {
    mails: [mail(REMINDER)],
    sends: [sent(REMINDER)],
    doubtful: new Set(),
    contracts: [{ _id: 'ctr', clientId: 'cli', term: 1, terms: [], endDate: '2026-12-22', autoRenew: false }],
    clients: [{ _id: 'cli', tier: 'C', zone: 'Asia/Shanghai', calendarId: 'always', contacts: [zoe] }],
    people: [],
    renewals: [{ _id: ID, phase: 'open', view, state: { digest } }],
    tasks: [],
    approvals: [],
    history: [fact('yes')],
    chains: new Map([[ID, { ok: true }]]),
    workflows: new Map([[ID, { state, view }]]),
  };
  return { ...base, ...more } as unknown as Evidence;
}

const second = `${ID}/contact/intro/1/mail/decision-maker`;
const own = { _id: 'approval', requestedBy: 'li', decisions: [{ by: 'li' }], quote: { revision: 1 } };
const FAULTS: readonly (readonly [what: string, broken: keyof Faults, more: object])[] = [
  ['a mail that arrives twice', 'I1', { mails: [mail(REMINDER), mail(REMINDER)] }],
  ['a mail that no ledger knows', 'I1', { mails: [mail(REMINDER), mail('stranger')] }],
  ['a mail that is said to be sent and never came', 'I2', { mails: [] }],
  ['a reminder that nobody planned', 'I2', { mails: [], sends: [] }],
  ['a doubtful mail that is not listed', 'I2', { sends: [sent(REMINDER, { state: 'unknown' })] }],
  ['a mail left half done', 'I2', { mails: [], sends: [sent(REMINDER, { state: 'transmitting' })] }],
  ['a mail dropped without a reason', 'I2', { mails: [], sends: [sent(REMINDER, { state: 'superseded' })] }],
  ['a mail before its time', 'I3', { mails: [mail(REMINDER, { receivedAt: '2026-11-21T03:00:00.000Z' })] }],
  ['a mail at night', 'I3', { mails: [mail(REMINDER, { receivedAt: '2026-11-22T18:00:00.000Z' })] }],
  ['an accepted command that is gone', 'I4', { history: [] }],
  ['an accepted command that counts twice', 'I4', { history: [fact('yes'), { ...fact('yes'), renewalId: ID }] }],
  ['a refused command that counts', 'I4', { history: [fact('yes'), fact('no')] }],
  ['a broken chain', 'I5', { chains: new Map([[ID, { ok: false }]]) }],
  ['a read model that says something else', 'I6', { workflows: new Map([[ID, { state: {}, view: null }]]) }],
  ['a term without a workflow', 'I6', { workflows: new Map([[ID, null]]) }],
  ['two mails to one client', 'I7', { mails: [mail(REMINDER), mail(second)], sends: [sent(REMINDER), sent(second)] }],
  ['a decision on a request of one’s own', 'I8', { approvals: [own] }],
];

test('a run without faults has none', (t) => {
  t.deepEqual(check(evidence(), told, NOW), NO_FAULTS);
});

for (const [what, broken, more] of FAULTS) {
  test(`${what} breaks ${broken}`, (t) => {
    t.true(check(evidence(more), told, NOW)[broken].length > 0);
  });
}

test('a mail to a client after the acknowledged cancellation breaks I3', (t) => {
  const cancelled: Told = { ...told[0]!, kind: 'cancelled', answeredAt: '2026-11-23T02:00:00.000Z' as Instant };
  t.true(check(evidence(), [cancelled], NOW).I3.length > 0);
});

test('what was told against expectation breaks I4', (t) => {
  const surprised: Told = { ...told[0]!, wanted: 'refused' };
  t.true(check(evidence(), [surprised], NOW).I4.length > 0);
});
