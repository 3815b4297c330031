import type { BusinessCalendar } from '../../domain/calendar/index.ts';
import type { Client, Contract } from '../../domain/people/contract.ts';
import type { Person } from '../../domain/people/types.ts';
import type { ApprovalLadder, Playbook, SavePlanSet } from '../../domain/playbook/types.ts';
import type { Command, CommandKind, Event, EventKind } from '../../domain/renewal/facts.ts';
import type { Snapshot } from '../../domain/renewal/snapshot.ts';
import { civilDate } from '../../domain/time/civil.ts';
import { instant } from '../../domain/time/instant.ts';
import type { Instant, ZoneId, ZoneOffsets } from '../../domain/time/types.ts';
import { wallTime } from '../../domain/time/wall-time.ts';

const both = (en: string) => ({ en, 'zh-CN': en });

export const SHANGHAI: ZoneOffsets = {
  zone: 'Asia/Shanghai' as ZoneId,
  changes: [{ from: instant('2000-01-01T00:00:00.000Z'), minutes: 480 }],
  source: 'fixed',
};

/** Monday to Friday, 09:00 to 18:00 in Shanghai, no days off: dates in tests are easy to count. */
export const PLAIN_CALENDAR: BusinessCalendar = {
  id: 'plain',
  version: 1,
  name: both('plain'),
  zone: SHANGHAI,
  workWeek: [1, 2, 3, 4, 5],
  hours: { open: wallTime('09:00'), close: wallTime('18:00') },
  daysOff: {},
  extraWorkDays: {},
  coveredYears: Array.from({ length: 101 }, (_, i) => 2000 + i),
  source: 'test',
};

/** The mid-market playbook in small: five stages, one reminder series, every kind of step. */
export const PLAYBOOK: Playbook = {
  id: 'test',
  name: both('Test'),
  description: both('Test'),
  applies: 'true',
  priority: 1,
  mode: 'standard',
  opens: { anchor: 'end', amount: -120, unit: 'days' },
  lapses: { anchor: 'end', amount: 14, unit: 'days' },
  outreach: {
    window: { from: wallTime('09:00'), to: wallTime('17:00') },
    atMost: { count: 8, days: 60 },
    catchUpDays: 14,
    quietHours: 20,
  },
  stages: [
    {
      id: 'contact',
      name: both('First contact'),
      owner: 'sales-rep',
      starts: { anchor: 'end', amount: -120, unit: 'days' },
      due: { amount: 5, unit: 'business days' },
      waitsFor: 'team',
      steps: [
        { kind: 'task', id: 'call', name: both('Call'), owner: 'sales-rep', due: { amount: 3, unit: 'business days' } },
        {
          kind: 'outreach',
          id: 'intro',
          template: 'renewal-intro',
          to: 'decision-maker',
          at: [
            { anchor: 'end', amount: -120, unit: 'days' },
            { anchor: 'end', amount: -105, unit: 'days' },
          ],
          stopOn: ['reply', 'meeting booked', 'opted out', 'bounce'],
          atMost: { count: 3, days: 60 },
          legal: false,
        },
      ],
      doneWhen: ['client contacted'],
      stalled: [
        { at: 50, action: { kind: 'warn owner' } },
        { at: 100, action: { kind: 'escalate', to: 'sales-manager' } },
        { at: 200, action: { kind: 'escalate', to: 'director' } },
      ],
      timeout: { after: { amount: 20, unit: 'business days' }, action: { kind: 'escalate', to: 'director' } },
    },
    {
      id: 'quote',
      name: both('Quote'),
      owner: 'sales-manager',
      starts: { anchor: 'end', amount: -90, unit: 'days' },
      due: { amount: 5, unit: 'business days' },
      waitsFor: 'team',
      steps: [
        {
          kind: 'task',
          id: 'prepare-quote',
          name: both('Quote'),
          owner: 'sales-rep',
          due: { amount: 5, unit: 'business days' },
        },
      ],
      doneWhen: ['quote issued', 'quote approved'],
      stalled: [{ at: 100, action: { kind: 'escalate', to: 'director' } }],
      timeout: { after: { amount: 10, unit: 'business days' }, action: { kind: 'escalate', to: 'director' } },
    },
    {
      id: 'review',
      name: both('Review'),
      owner: 'legal',
      starts: { anchor: 'end', amount: -60, unit: 'days' },
      due: { amount: 5, unit: 'business days' },
      waitsFor: 'team',
      steps: [
        {
          kind: 'task',
          id: 'review-contract',
          name: both('Review'),
          owner: 'legal',
          due: { amount: 5, unit: 'business days' },
        },
      ],
      doneWhen: ['tasks done'],
      stalled: [{ at: 100, action: { kind: 'escalate', to: 'director' } }],
      timeout: { after: { amount: 10, unit: 'business days' }, action: { kind: 'escalate', to: 'director' } },
    },
    {
      id: 'confirmation',
      name: both('Confirmation'),
      owner: 'client-rep',
      starts: { anchor: 'end', amount: -45, unit: 'days' },
      due: { amount: 5, unit: 'business days' },
      waitsFor: 'client',
      steps: [],
      doneWhen: ['client accepted'],
      stalled: [],
      timeout: { after: { amount: 10, unit: 'business days' }, action: { kind: 'escalate', to: 'sales-manager' } },
    },
    {
      id: 'payment',
      name: both('Payment'),
      owner: 'finance',
      starts: { anchor: 'end', amount: -30, unit: 'days' },
      due: { amount: 5, unit: 'business days' },
      waitsFor: 'client',
      steps: [
        {
          kind: 'task',
          id: 'invoice',
          name: both('Invoice'),
          owner: 'finance',
          due: { amount: 2, unit: 'business days' },
        },
      ],
      doneWhen: ['payment received'],
      stalled: [],
      timeout: { after: { amount: 30, unit: 'business days' }, action: { kind: 'escalate', to: 'director' } },
    },
  ],
  reminders: [
    {
      kind: 'outreach',
      id: 'expiry',
      template: 'renewal-reminder',
      to: 'decision-maker',
      at: [60, 30, 14, 7].map((days) => ({ anchor: 'end' as const, amount: -days, unit: 'days' as const })),
      stopOn: ['client accepted', 'opted out', 'bounce'],
      atMost: { count: 4, days: 90 },
      legal: false,
    },
  ],
  approvals: 'ladder',
  savePlans: 'standard',
  risk: [{ id: 'low-health', when: 'health.known && health.score < 50', cause: 'value', holdOutreach: true }],
  payment: { invoiceDueDays: 30, suspendAfterDays: 14, closeAfterDays: 30 },
};

export const LADDER: ApprovalLadder = {
  id: 'ladder',
  name: both('Ladder'),
  order: 'serial',
  rules: [
    {
      id: 'rep',
      name: both('rep'),
      when: 'quote.discountPercent > 0 && quote.discountPercent <= 10',
      approvers: [],
      mode: 'any of',
      reasonRequired: true,
    },
    {
      id: 'manager',
      name: both('manager'),
      when: 'quote.discountPercent > 10',
      approvers: ['sales-manager'],
      mode: 'any of',
      reasonRequired: true,
    },
    {
      id: 'director',
      name: both('director'),
      when: 'quote.discountPercent > 20',
      approvers: ['director', 'finance'],
      mode: 'all of',
      reasonRequired: true,
    },
  ],
  sla: { due: { amount: 3, unit: 'business days' }, remindAtPercent: 50, silence: 'deny' },
};

export const SAVE_PLANS: SavePlanSet = {
  id: 'standard',
  name: both('Standard'),
  plans: ['value', 'price', 'competitor'].map((cause) => ({
    cause,
    name: both(cause),
    actions: [
      { id: 'review-usage', name: both('Review usage'), owner: 'sales-rep', due: { amount: 3, unit: 'business days' } },
      {
        id: 'leader-call',
        name: both('Leader call'),
        owner: 'sales-manager',
        due: { amount: 5, unit: 'business days' },
      },
    ],
    concessionCapPercent: cause === 'price' ? 10 : 0,
    concessionNote: both(''),
    due: { amount: 20, unit: 'business days' },
  })),
  lossReasons: [
    { id: 'price', name: both('Price'), details: [{ id: 'budget', name: both('Budget cut') }] },
    { id: 'competitor', name: both('Competitor'), details: [{ id: 'price', name: both('Cheaper') }] },
  ],
};

function person(id: string, roles: Person['roles'], manager?: string): Person {
  const base = {
    id,
    name: id,
    email: `${id}@example.com`,
    roles,
    locale: 'zh-CN' as const,
    zone: 'Asia/Shanghai' as ZoneId,
    active: true,
  };
  return manager === undefined ? base : { ...base, manager };
}

export const PEOPLE: Readonly<Record<string, Person>> = Object.fromEntries(
  [
    person('li', ['sales-rep'], 'wang'),
    person('wang', ['sales-manager'], 'chen'),
    person('chen', ['director'], 'gm'),
    person('gm', ['general-manager']),
    person('zhao', ['legal']),
    person('sun', ['finance']),
    person('zhou', ['client-rep']),
    person('ops', ['ops']),
  ].map((p) => [p.id, p]),
);

export const CLIENT: Client = {
  id: 'cli_1',
  name: 'Example Harbor',
  tier: 'B',
  locale: 'zh-CN',
  zone: 'Asia/Shanghai' as ZoneId,
  calendarId: 'plain',
  ownerId: 'li',
  contacts: [
    {
      id: 'con_1',
      name: 'Zoe',
      email: 'zoe@example.org',
      roles: ['decision-maker'],
      locale: 'zh-CN',
      zone: 'Asia/Shanghai' as ZoneId,
    },
    {
      id: 'con_2',
      name: 'Bo',
      email: 'bo@example.org',
      roles: ['billing'],
      locale: 'zh-CN',
      zone: 'Asia/Shanghai' as ZoneId,
    },
  ],
};

/** A contract that ends on Monday 2027-05-31; T-120 is Sunday 2027-01-31, so it opens on Monday 2027-02-01. */
export const CONTRACT: Contract = {
  id: 'ctr_1',
  number: 'C-1',
  clientId: 'cli_1',
  product: 'Suite',
  term: 1,
  startDate: civilDate('2026-06-01'),
  endDate: civilDate('2027-05-31'),
  noticeDate: null,
  termMonths: 12,
  autoRenew: false,
  amount: { minor: 12_000_000, currency: 'CNY' },
  target: { minor: 12_000_000, currency: 'CNY' },
  paymentDays: 30,
  knownSince: instant('2026-06-01T01:00:00.000Z'),
};

export const RENEWAL = 'renewal:ctr_1:1';

export interface WorldOptions {
  readonly contract?: Partial<Contract>;
  readonly client?: Partial<Client>;
  readonly playbook?: Partial<Playbook>;
  readonly ladder?: Partial<ApprovalLadder>;
  readonly calendar?: BusinessCalendar;
}

export function snapshot(options: WorldOptions = {}): Snapshot {
  const calendar = options.calendar ?? PLAIN_CALENDAR;
  return {
    contract: { ...CONTRACT, ...options.contract },
    client: { ...CLIENT, ...options.client },
    playbook: { id: 'test', version: 1, digest: '0', definition: { ...PLAYBOOK, ...options.playbook } },
    ladder: { ...LADDER, ...options.ladder },
    savePlans: SAVE_PLANS,
    people: PEOPLE,
    teamCalendar: calendar,
    clientCalendar: calendar,
    zones: { 'Asia/Shanghai': SHANGHAI },
    clientSavePlan: null,
  };
}

/** Ten in the morning in Shanghai on that date, or the given hour. */
export function at(date: string, hour = 10): Instant {
  const utc = hour - 8;
  return utc >= 0
    ? instant(`${date}T${String(utc).padStart(2, '0')}:00:00.000Z`)
    : instant(new Date(Date.parse(`${date}T00:00:00Z`) + utc * 3_600_000).toISOString());
}

let count = 0;
type Body<T> = T extends unknown ? Omit<T, 'id' | 'at' | 'by' | 'kind'> : never;

export function command<K extends CommandKind>(
  kind: K,
  when: Instant,
  by: string,
  body: Body<Extract<Command, { kind: K }>>,
  id = `cmd_${(count += 1)}`,
): Command {
  return { id, at: when, by: { kind: 'person', id: by }, kind, ...body } as Command;
}

export function event<K extends EventKind>(
  kind: K,
  when: Instant,
  body: Body<Extract<Event, { kind: K }>>,
  id = `evt_${(count += 1)}`,
): Event {
  return { id, at: when, by: { kind: 'system', id: 'test' }, kind, ...body } as unknown as Event;
}

/** A quote whose figures agree: the list price is what the term costs now, or the amount where that is more. */
export function quote(
  discountBasisPoints: number,
  change: Partial<Extract<Command, { kind: 'quote issued' }>['quote']> = {},
): Extract<Command, { kind: 'quote issued' }>['quote'] {
  const termMonths = change.termMonths ?? 12;
  const current = (CONTRACT.amount.minor * termMonths) / CONTRACT.termMonths;
  const amount = change.amount ?? {
    minor: Math.round((current * (10_000 - discountBasisPoints)) / 10_000),
    currency: 'CNY',
  };
  const listAmount = change.listAmount ?? { minor: Math.max(current, amount.minor), currency: amount.currency };
  const share = (part: number, whole: number) => Math.round((part * 10_000) / whole);
  return {
    number: 'Q-1',
    amount,
    listAmount,
    discountBasisPoints: share(listAmount.minor - amount.minor, listAmount.minor),
    upliftBasisPoints: share(listAmount.minor - current, current),
    termMonths,
    paymentDays: 30,
    startDate: civilDate('2027-06-01'),
    validUntil: civilDate('2027-05-20'),
    reason: 'volume',
    ...change,
  };
}

export function logged(reached = true): Body<Extract<Command, { kind: 'communication logged' }>> {
  return { channel: 'call', contactId: 'con_1', reached, note: 'talked', promise: null, nextStep: null };
}
