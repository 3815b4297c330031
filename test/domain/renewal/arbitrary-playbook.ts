import fc from 'fast-check';
import type { Span } from '../../../domain/calendar/types.ts';
import type {
  ApprovalLadder,
  Condition,
  DatePoint,
  EscalationAction,
  MeetingStep,
  OutreachStep,
  Playbook,
  RiskRule,
  Stage,
  Step,
  StopEvent,
  TaskStep,
} from '../../../domain/playbook/types.ts';
import { TASK_FACTS } from '../../../domain/playbook/types.ts';
import type { Role } from '../../../domain/people/types.ts';
import { wallTime } from '../../../domain/time/wall-time.ts';
import { LADDER, PLAYBOOK } from '../../helpers/world.ts';

const nameless = { en: 'x', 'zh-CN': 'x' };

const roles = fc.constantFrom<Role>('sales-rep', 'sales-manager', 'director', 'legal', 'finance', 'client-rep', 'ops');
const span: fc.Arbitrary<Span> = fc.oneof(
  fc.record({ amount: fc.integer({ min: 1, max: 15 }), unit: fc.constant('business days' as const) }),
  fc.record({ amount: fc.integer({ min: 1, max: 60 }), unit: fc.constant('business hours' as const) }),
  fc.record({ amount: fc.integer({ min: 1, max: 30 }), unit: fc.constant('days' as const) }),
);
const longer: fc.Arbitrary<Span> = fc.record({
  amount: fc.integer({ min: 5, max: 40 }),
  unit: fc.constant('business days' as const),
});
const action: fc.Arbitrary<EscalationAction> = fc.oneof(
  fc.constant({ kind: 'warn owner' as const }),
  fc.constantFrom<Role>('sales-manager', 'director').map((to) => ({ kind: 'escalate' as const, to })),
);

function point(anchors: readonly DatePoint['anchor'][]): fc.Arbitrary<DatePoint> {
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        anchor: fc.constantFrom(...anchors),
        amount: fc.integer({ min: -120, max: 10 }),
        unit: fc.constant('days' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        anchor: fc.constantFrom(...anchors),
        amount: fc.integer({ min: -30, max: 5 }),
        unit: fc.constant('business days' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        anchor: fc.constantFrom(...anchors),
        amount: fc.integer({ min: -4, max: 0 }),
        unit: fc.constant('months' as const),
      }),
    },
  );
}

/** Conditions that look at what changes: facts, health, and the date. */
const when = fc.constantFrom(
  'client.tier == "B"',
  'contract.daysUntilEnd > 60',
  'contract.daysUntilEnd <= 60',
  'health.known && health.score < 50',
  'facts.complaintOpen',
);

function task(id: string): fc.Arbitrary<TaskStep> {
  const asked = fc.option(fc.constantFrom(...TASK_FACTS), { nil: null, freq: 2 });
  return fc.record({ owner: roles, due: span, asked, when: fc.option(when, { nil: null, freq: 4 }) }).map((t) => ({
    kind: 'task',
    id,
    name: nameless,
    owner: t.owner,
    due: t.due,
    ...(t.asked === null ? {} : { doneWhen: t.asked }),
    ...(t.when === null ? {} : { when: t.when }),
  }));
}

const stops = fc.subarray<StopEvent>([
  'reply',
  'meeting booked',
  'opted out',
  'bounce',
  'client contacted',
  'client accepted',
  'payment received',
]);

function outreach(id: string, anchors: readonly DatePoint['anchor'][]): fc.Arbitrary<OutreachStep> {
  return fc
    .record({
      to: fc.constantFrom('decision-maker' as const, 'billing' as const, 'legal' as const),
      at: fc.array(point(anchors), { minLength: 1, maxLength: 4 }),
      stopOn: stops,
      atMost: fc.record({ count: fc.integer({ min: 1, max: 4 }), days: fc.integer({ min: 5, max: 90 }) }),
      legal: fc.boolean().map((legal) => legal && id.endsWith('0')),
      when: fc.option(when, { nil: null, freq: 5 }),
    })
    .map((o) => ({
      kind: 'outreach',
      id,
      template: 't',
      to: o.to,
      at: o.at,
      stopOn: o.legal ? [] : o.stopOn,
      atMost: o.atMost,
      legal: o.legal,
      ...(o.when === null ? {} : { when: o.when }),
    }));
}

function meeting(id: string): fc.Arbitrary<MeetingStep> {
  return fc.record({ owner: roles, at: point(['end', 'stage']) }).map(({ owner, at }) => ({
    kind: 'meeting',
    id,
    name: nameless,
    owner,
    to: 'decision-maker',
    template: 't',
    at,
    time: wallTime('14:00'),
    minutes: 30,
  }));
}

function steps(): fc.Arbitrary<Step[]> {
  return fc
    .integer({ min: 0, max: 3 })
    .chain((n) =>
      fc.tuple(
        ...Array.from({ length: n }, (_, i) =>
          fc.oneof<fc.Arbitrary<Step>[]>(
            task(`task-${i}`),
            outreach(`mail-${i}`, ['end', 'notice', 'stage', 'invoice']),
            meeting(`meeting-${i}`),
          ),
        ),
      ),
    );
}

const CONDITIONS: readonly (readonly Condition[])[] = [
  ['client contacted'],
  ['quote issued', 'quote approved'],
  ['tasks done'],
  ['client accepted'],
  ['payment received'],
  ['notice window passed'],
  ['tasks done', 'client contacted'],
  ['tasks done', 'notice window passed'],
];

function stage(id: string): fc.Arbitrary<Stage> {
  return fc.record({
    id: fc.constant(id),
    name: fc.constant(nameless),
    owner: roles,
    starts: point(['end', 'notice']),
    due: span,
    waitsFor: fc.constantFrom('team' as const, 'client' as const),
    steps: steps(),
    doneWhen: fc.constantFrom(...CONDITIONS),
    stalled: fc
      .uniqueArray(fc.constantFrom(25, 50, 100, 150, 200), { maxLength: 3 })
      .chain((levels) =>
        fc.tuple(...levels.toSorted((a, b) => a - b).map((at) => action.map((a) => ({ at, action: a })))),
      ),
    timeout: fc.record({ after: longer, action }),
  });
}

const RISKS: readonly RiskRule[] = [
  { id: 'low-health', when: 'health.known && health.score < 50', cause: 'value', holdOutreach: true },
  { id: 'complaint', when: 'facts.complaintOpen', cause: null, holdOutreach: true },
  { id: 'silent', when: 'contract.daysUntilEnd < 45 && facts.repliesCount == 0', cause: 'price', holdOutreach: false },
  { id: 'late', when: 'facts.paymentLateDays > 5', cause: 'price', holdOutreach: false },
  { id: 'usage', when: 'facts.usageDropPercent > 30 || facts.championLeft', cause: 'competitor', holdOutreach: true },
];

/** Any playbook that the format allows, likely and unlikely ones. */
export const anyPlaybook: fc.Arbitrary<Playbook> = fc
  .record({
    mode: fc.constantFrom('standard' as const, 'standard' as const, 'auto-renewing' as const),
    opens: fc.record({
      anchor: fc.constantFrom('end' as const, 'notice' as const),
      amount: fc.integer({ min: -200, max: -10 }),
      unit: fc.constant('days' as const),
    }),
    lapses: fc.record({
      anchor: fc.constant('end' as const),
      amount: fc.integer({ min: 0, max: 40 }),
      unit: fc.constant('days' as const),
    }),
    outreach: fc.record({
      window: fc.constantFrom(
        { from: wallTime('09:00'), to: wallTime('17:00') },
        { from: wallTime('13:00'), to: wallTime('14:00') },
      ),
      atMost: fc.record({ count: fc.integer({ min: 1, max: 8 }), days: fc.integer({ min: 10, max: 60 }) }),
      catchUpDays: fc.integer({ min: 1, max: 14 }),
      quietHours: fc.integer({ min: 0, max: 72 }),
    }),
    stages: fc.integer({ min: 1, max: 5 }).chain((n) => fc.tuple(...['a', 'b', 'c', 'd', 'e'].slice(0, n).map(stage))),
    reminders: fc
      .integer({ min: 0, max: 2 })
      .chain((n) =>
        fc.tuple(...Array.from({ length: n }, (_, i) => outreach(`series-${i}`, ['end', 'notice', 'invoice']))),
      ),
    risk: fc.subarray([...RISKS]),
  })
  .map((parts) => ({ ...PLAYBOOK, ...parts }));

export const anyLadder: fc.Arbitrary<ApprovalLadder> = fc
  .record({
    order: fc.constantFrom('serial' as const, 'parallel' as const),
    silence: fc.constantFrom('deny' as const, 'next level' as const),
    due: span,
  })
  .map(({ order, silence, due }) => ({ ...LADDER, order, sla: { due, remindAtPercent: 50, silence } }));
