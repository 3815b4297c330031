import type { EffectOf } from '../../../activities/index.ts';
import type { Effect } from '../../../domain/renewal/effects.ts';
import type { Quote } from '../../../domain/renewal/state.ts';
import { at, quote as terms, RENEWAL } from '../../helpers/world.ts';
import { NOW } from '../store-world.ts';

export const LATER = at('2027-02-03');
export const why = { rule: 'test', inputs: {} };

export const mail: EffectOf<'send outreach'> = {
  kind: 'send outreach',
  id: `${RENEWAL}/contact/intro/1/mail/decision-maker`,
  why,
  stage: 'contact',
  step: 'intro',
  template: 'renewal-intro',
  to: 'decision-maker',
  contactId: 'con_1',
  legal: false,
  dueAt: NOW,
  notAfter: at('2027-02-15'),
  meeting: null,
};
export const task: EffectOf<'open task'> = {
  kind: 'open task',
  id: `${RENEWAL}/contact/call/task/sales-rep`,
  why,
  stage: 'contact',
  step: 'call',
  task: 'step',
  assignee: { kind: 'person', id: 'li' },
  dueAt: LATER,
  notify: true,
};
export const escalation: EffectOf<'escalate'> = {
  kind: 'escalate',
  id: `${RENEWAL}/contact/stall-100/x/task/sales-manager`,
  why,
  stage: 'contact',
  to: { kind: 'person', id: 'wang' },
  level: 'sales-manager',
  since: NOW,
  blocker: 'client contacted',
  money: { minor: 12_000_000, currency: 'CNY' },
  dueAt: LATER,
};
export const quote: Quote = {
  ...terms(1500),
  revision: 1,
  issuedAt: NOW,
  issuedBy: 'li',
  approvals: [],
  order: 'serial',
  approvedAt: null,
  rejectedAt: null,
  expiredAt: null,
  declinedAt: null,
};
export const approvalId = `${RENEWAL}/approval/1/manager`;
export const request: EffectOf<'request approval'> = {
  kind: 'request approval',
  id: approvalId,
  why,
  rule: 'manager',
  request: {
    rule: 'manager',
    mode: 'any of',
    asked: [{ role: 'sales-manager', people: ['wang'] }],
    askedAt: NOW,
    dueAt: LATER,
    decisions: [],
    status: 'asked',
    decidedAt: null,
  },
  quote,
  currentAmount: { minor: 12_000_000, currency: 'CNY' },
  dueAt: LATER,
};
export const close = (taskId: string): Effect => ({
  kind: 'close task',
  id: `${taskId}/closed`,
  why,
  taskId,
  state: 'done',
  by: 'li',
  note: 'spoke to Zoe',
});
