import { CONTACT_ROLES } from '../../people/contract.ts';
import { ROLES } from '../../people/types.ts';
import { nearNames } from '../../expressions/near-names.ts';
import { excerpt } from '../../errors/index.ts';
import type { WallTime } from '../../time/types.ts';
import { parseWallTime } from '../../time/wall-time.ts';
import { CONDITIONS, STOP_EVENTS, TASK_FACTS } from '../types.ts';
import type { DatePoint } from '../types.ts';
import { choice, condition, id, integer, list, localText, phrase, yesNo } from './kinds.ts';
import type { Kind } from './kinds.ts';
import * as phrases from './phrases.ts';
import { Fault } from './phrases.ts';
import { defaulted, oneOf, optional, record, required } from './record.ts';
import { contactRoleOf, roleOf } from './words.ts';

/**
 * The format of every document, written once: the parser reads by it, the JSON Schema is made from it, the
 * reference page is checked against it.
 */
export const MAX_STAGES = 30;
export const MAX_STEPS = 100;

const name = localText(120);
const point = phrase(phrases.parsePoint, ['90 days before end', '5 business days after stage', 'on notice']);
const span = phrase(phrases.parseSpan, ['5 business days', '8 business hours', '10 days']);
const days = phrase(phrases.parseDays, ['30 days', '2 weeks']);
const cap = phrase(phrases.parseCap, ['3 in 60 days']);
const timeout = phrase(phrases.parseTimeout, ['10 business days → escalate to director']);
const percent = phrase(phrases.parsePercent, ['50% of due']);
const wallTime = phrase<WallTime>(
  (written) => {
    const time = parseWallTime(written);
    return typeof time === 'string' ? time : new Fault('time.syntax', { value: excerpt(written) });
  },
  ['10:00'],
  '^([01]\\d|2[0-3]):[0-5]\\d$',
);

const role = phrase((written) => roleOf(written) ?? phrases.unknownRole(written), [...ROLES]);
const contactRole = phrase(
  (written) => {
    const found = contactRoleOf(written);
    if (found !== undefined) return found;
    const near = nearNames(written, CONTACT_ROLES);
    return new Fault('recipient.unknown', {
      value: excerpt(written),
      near: near.nearest ?? '–',
      known: CONTACT_ROLES.join(', '),
    });
  },
  [...CONTACT_ROLES],
);

/** One date, a list of dates, or "every 7 days from … to …". */
const points: Kind<readonly DatePoint[]> = (() => {
  const many = list(point, { min: 1, max: phrases.MAX_POINTS, single: true });
  const series = phrase(phrases.parseSeries, ['every 7 days from 28 days before end to on end']);
  return {
    example: '[60 days before end, 30 days before end]',
    schema: many.schema,
    read(node, path, context) {
      const repeated = /^every\b/i.test(context.source.slice(node.range?.[0] ?? 0, node.range?.[1] ?? 0));
      return repeated ? series.read(node, path, context) : many.read(node, path, context);
    },
  };
})();

const taskKeys = {
  task: required(id('call'), 'Id of the task'),
  name: required(name, 'What people read'),
  owner: optional(role, "Who does it; the stage's owner where none is named"),
  due: required(span, 'Counted from the begin of the stage'),
  instructions: optional(localText(2_000), 'How to do it'),
  'done when': optional(choice(TASK_FACTS), 'The fact it asks for; once that is there, the task is done'),
  when: optional(condition('step', 'client.tier == "A"'), 'Only where this holds when the stage begins'),
};
export const task = record(taskKeys, 'task: …');

export const meeting = record(
  {
    meeting: required(id('review-meeting'), 'Id of the meeting'),
    name: required(name, 'What people read'),
    owner: optional(role, "Who leads it; the stage's owner where none is named"),
    to: required(contactRole, 'Which contact is invited'),
    template: required(id('meeting-invitation'), 'Template of the invitation'),
    at: required(point, 'The day of the meeting'),
    time: required(wallTime, 'Begin, wall time at the client'),
    lasts: required(phrase(phrases.parseMinutes, ['60 minutes', '1 hour']), 'Length'),
    when: optional(condition('step', 'client.tier == "A"'), 'Only where this holds when the stage begins'),
    'after end': defaulted(yesNo, false, 'The date is meant to lie after the contract end'),
  },
  'meeting: …',
);

export const outreach = record(
  {
    outreach: required(id('reminders'), 'Id of the series'),
    template: required(id('renewal-reminder'), 'Template of the mails'),
    to: required(contactRole, 'Which contact gets them'),
    at: required(points, 'One mail for each date'),
    'stop on': defaulted(
      list(choice(STOP_EVENTS), { max: STOP_EVENTS.length, single: true }),
      ['reply', 'meeting booked', 'opted out', 'bounce'] as const,
      'What ends the series',
    ),
    'at most': optional(cap, 'Limit of this series; as many as there are dates where none is given'),
    'legal notice': defaulted(yesNo, false, 'Never held, stopped, capped or sent late'),
    when: optional(condition('step', 'contract.amount >= 100000'), 'Only where this holds'),
    'after end': defaulted(yesNo, false, 'Dates after the contract end are meant'),
  },
  'outreach: …',
);

const step = oneOf<TaskFields | MeetingFields | OutreachFields>({ task, meeting, outreach }, '{ task: … }');

/** `- 50% of due → warn the owner`, or the same behind `at:`. */
const stallLevel = (() => {
  const short = phrase(phrases.parseStall, ['50% of due → warn the owner']);
  const long = record({ at: required(short, 'When, and what then') }, 'at: 50% of due → warn the owner');
  const kind: Kind<ReturnTypeOf<typeof phrases.parseStall>> = {
    example: short.example,
    schema: { anyOf: [short.schema, long.schema] },
    read(node, path, context) {
      if ('items' in node) return long.read(node, path, context)?.at;
      return short.read(node, path, context);
    },
  };
  return kind;
})();

export const stage = record(
  {
    stage: required(id('contact'), 'Id of the stage'),
    name: required(name, 'What people read'),
    owner: required(role, 'Who answers for the stage'),
    starts: required(point, 'Planned begin; "after stage" counts from the begin of the stage before'),
    due: required(span, 'How long it may take'),
    'waits for': defaulted(choice(['team', 'client']), 'team', 'Who is the one to act'),
    steps: defaulted(list(step, { max: MAX_STEPS }), [], 'Tasks, meetings and outreach'),
    'done when': required(list(choice(CONDITIONS), { min: 1, max: CONDITIONS.length, single: true }), 'All must hold'),
    stalled: defaulted(list(stallLevel, { max: 10 }), [], 'Escalation while nothing happens'),
    timeout: required(timeout, 'The end of the wait'),
  },
  'stage: …',
);

const risk = record(
  {
    rule: required(id('low-health'), 'Id of the rule'),
    when: required(condition('risk', 'health.known && health.score < 50'), 'When it strikes'),
    do: required(
      phrase(phrases.parseRiskAction, ['open save plan for low-use; hold outreach except legal notices']),
      'Opens a save plan, and may hold outreach',
    ),
  },
  'rule: …',
);

const outreachRules = record(
  {
    window: required(
      phrase(phrases.parseWindow, ['09:00 to 17:00']),
      'When mail may go out, wall time at the recipient',
    ),
    'at most': required(cap, 'Limit over all series, per contact'),
    'catch up': required(days, 'A mail that is later than this is not sent any more'),
    quiet: required(phrase(phrases.parseHours, ['20 hours']), 'Between two mails to one contact about one contract'),
  },
  'window: …',
);

const payment = record(
  {
    'invoice due': required(days, 'From the invoice to its due date'),
    'suspend after': required(days, 'After the due date: the team is told to suspend the service'),
    'close after': required(days, 'After the due date: closed as unpaid'),
  },
  'invoice due: 30 days',
);

export const playbookFormat = record(
  {
    playbook: required(id('mid-market'), 'Id of the playbook'),
    name: required(name, 'What people read'),
    description: optional(localText(1_000), 'What it is for'),
    applies: required(condition('applies', 'client.tier == "B" && !contract.autoRenew'), 'For which contracts it is'),
    priority: defaulted(integer(0, 1_000), 0, 'Of several that apply, the highest wins'),
    mode: defaulted(choice(['standard', 'auto-renewing']), 'standard', 'What silence means at the end of the term'),
    opens: required(point, 'When the renewal opens'),
    lapses: required(point, 'After this an unaccepted renewal is lapsed'),
    outreach: required(outreachRules, 'Rules for all mail'),
    stages: required(list(stage, { min: 1, max: MAX_STAGES }), 'From top to bottom'),
    reminders: defaulted(list(outreach, { max: MAX_STEPS }), [], 'Series that belong to no stage'),
    approvals: required(id('discount-ladder'), 'Approval ladder for quotes'),
    'save plans': required(id('standard'), 'Save-plan document'),
    risk: defaulted(list(risk, { max: 50 }), [], 'What opens a save plan by itself'),
    payment: required(payment, 'From the invoice to the end'),
  },
  'playbook: …',
);

const approvers = list(role, { max: ROLES.length, single: true });
const approvalRule = record(
  {
    rule: required(id('discount-10'), 'Id of the row'),
    name: required(name, 'What approvers read'),
    when: required(condition('approval', 'quote.discountPercent > 10'), 'When these must agree'),
    'any of': optional(approvers, 'One of these is enough'),
    'all of': optional(approvers, 'Each of these is needed'),
    'reason required': defaulted(yesNo, false, 'The requester must give a reason'),
  },
  'rule: …',
);

export const ladderFormat = record(
  {
    approvals: required(id('discount-ladder'), 'Id of the ladder'),
    name: required(name, 'What people read'),
    order: defaulted(
      choice(['one after the other', 'all at once']),
      'one after the other',
      'How rows that hold are asked',
    ),
    due: required(span, 'Time for each answer'),
    'remind at': defaulted(percent, 50, 'When the approver is reminded'),
    silence: required(choice(['deny', 'next level']), 'What no answer means, at 200% of due'),
    rules: required(list(approvalRule, { min: 1, max: 50 }), 'All rows that hold are asked'),
  },
  'approvals: …',
);

const saveAction = record(
  {
    action: required(id('usage-review'), 'Id of the measure'),
    name: required(name, 'What people read'),
    owner: required(role, 'Who does it'),
    due: required(span, 'Counted from the opening of the plan'),
  },
  'action: …',
);

const savePlan = record(
  {
    cause: required(id('low-use'), 'Root cause of the churn'),
    name: required(name, 'What people read'),
    due: required(span, 'Time until the result stands'),
    concession: required(phrase(phrases.parseConcession, ['none', 'up to 15%']), 'Highest discount to offer'),
    'concession note': required(localText(500), 'What may be offered, and for what in return'),
    actions: required(list(saveAction, { min: 1, max: 20 }), 'Measures, in order'),
  },
  'cause: …',
);

const lossDetail = record({ detail: required(id('cut'), 'Id'), name: required(name, 'What people read') }, 'detail: …');
const lossReason = record(
  {
    reason: required(id('price'), 'Id'),
    name: required(name, 'What people read'),
    details: required(list(lossDetail, { min: 1, max: 20 }), 'The second level'),
  },
  'reason: …',
);

export const savePlansFormat = record(
  {
    'save plans': required(id('standard'), 'Id of the document'),
    name: required(name, 'What people read'),
    plans: required(list(savePlan, { min: 1, max: 30 }), 'One for each root cause'),
    'loss reasons': required(list(lossReason, { min: 1, max: 30 }), 'For closing as lost, in two levels'),
  },
  'save plans: …',
);

type ValueOf<K> = K extends Kind<infer T> ? T : never;
type ReturnTypeOf<F extends (text: string) => unknown> = Exclude<ReturnType<F>, Fault>;
export type TaskFields = ValueOf<typeof task>;
export type MeetingFields = ValueOf<typeof meeting>;
export type OutreachFields = ValueOf<typeof outreach>;
export type StageFields = ValueOf<typeof stage>;
export type PlaybookFields = ValueOf<typeof playbookFormat>;
export type LadderFields = ValueOf<typeof ladderFormat>;
export type SavePlansFields = ValueOf<typeof savePlansFormat>;
