import type { Locale } from '../../domain/text.ts';
import { addDays, addMonths, yearOf } from '../../domain/time/index.ts';
import type { CivilDate, ZoneId } from '../../domain/time/index.ts';
import type { ContractField } from './fields.ts';
import type { TeamValues } from './rows/values.ts';
import { SAMPLE_COMPANIES, SAMPLE_PRODUCTS } from './sample-names.ts';

/** One contract as a table holds it: text by field. */
export type SampleContract = Partial<Readonly<Record<ContractField, string>>>;

export interface SampleOptions {
  readonly today: CivilDate;
  /** 60 where not set. */
  readonly count?: number;
  /** Language of steps, tiers and yes/no. */
  readonly locale: Locale;
  /** The same seed gives the same contracts. */
  readonly seed?: number;
  /** What the contract numbers begin with; `HT` where not set. */
  readonly prefix?: string;
}

/** Steps that have stood still for so many days on the day the sample is taken in. */
const STALLED: readonly (readonly [stage: string, days: number, endsIn: number])[] = [
  ['contact', 20, 80],
  ['quote', 30, 20],
  ['review', 25, 12],
  ['confirmation', 40, 10],
  ['payment', 35, -10],
  ['quote', 45, 8],
];

const STAGE_NAMES: Readonly<Record<string, string>> = {
  contact: '初步沟通',
  quote: '续费报价',
  review: '合同审核',
  confirmation: '客户确认',
  payment: '付款处理',
};

const TIER_AMOUNTS = { A: [300_000, 1_200_000], B: [60_000, 300_000], C: [8_000, 60_000] } as const;

/**
 * Invented contracts that end from 20 days ago to 400 days ahead: all tiers, some renewing by themselves, six with
 * a step that stands still, two with a health score under 50. Addresses are in example.com, .org and .net only.
 */
export function sampleContracts({
  today,
  count = 60,
  locale,
  seed = 1,
  prefix = 'HT',
}: SampleOptions): readonly SampleContract[] {
  const random = randomFrom(seed);
  const zh = locale === 'zh-CN';
  const isReminded = firstFew();
  return Array.from({ length: count }, (_, i) => {
    const company = SAMPLE_COMPANIES[i % SAMPLE_COMPANIES.length] ?? SAMPLE_COMPANIES[0];
    if (company === undefined) throw new Error('no companies');
    const branch = Math.floor(i / SAMPLE_COMPANIES.length);
    // Every tenth contract is used for a step that stands still, as long as there are such steps left.
    const stalled = i % 10 === 3 ? STALLED[Math.floor(i / 10)] : undefined;
    const tier = tierOf(company.slug);
    const autoRenew = i % 5 === 1;
    const spread = -20 + Math.round((420 * i) / Math.max(1, count - 1));
    const due = i > 3 && i < count - 1 && stalled === undefined && !autoRenew && isReminded(company.zone);
    const end = addDays(today, stalled?.[2] ?? (due ? REMINDED_ENDS_IN : spread));
    const [low, high] = TIER_AMOUNTS[tier];
    const amount = Math.round((low + random() * (high - low)) / (company.currency === 'CNY' ? 1 : 7) / 100) * 100;
    const months = random() < 0.25 ? 24 : 12;
    const host = (['example.com', 'example.org', 'example.net'] as const)[i % 3];
    const product = SAMPLE_PRODUCTS[company.locale][Math.floor(random() * 5)] ?? '';
    return {
      number: `${prefix}-${yearOf(today)}-${String(i + 1).padStart(4, '0')}`,
      client: company.name,
      tier: zh ? { A: '大客户', B: '中型客户', C: '小型客户' }[tier] : tier,
      product: branch === 0 ? product : `${product} ${branch + 1}`,
      startDate: addMonths(addDays(end, 1), -months),
      endDate: end,
      noticeDays: autoRenew ? '60' : '30',
      termMonths: String(months),
      autoRenew: zh ? (autoRenew ? '是' : '否') : autoRenew ? 'yes' : 'no',
      amount: `${amount}.00`,
      currency: company.currency,
      target: i % 4 === 0 ? `${Math.round(amount * 1.1)}.00` : '',
      paymentDays: tier === 'A' ? '60' : '30',
      contactName: company.contact,
      contactEmail: `${company.slug}@${host}`,
      contactRole: zh ? '决策人' : 'decision-maker',
      contact2Name: company.second,
      contact2Email: `finance.${company.slug}@${host}`,
      contact2Role: zh ? '财务' : 'billing',
      locale: company.locale,
      zone: company.zone,
      owner: company.locale === 'zh-CN' ? 'li@example.com' : 'anna@example.com',
      stage: stalled === undefined ? '' : zh ? (STAGE_NAMES[stalled[0]] ?? '') : stalled[0],
      stageSince: stalled === undefined ? '' : addDays(today, -stalled[1]),
      healthScore: i === 7 ? '38' : i === 16 ? '45' : String(60 + Math.floor(random() * 40)),
      rootCause: '',
      calendar: 'always',
      // Like the product, in the language of the client's papers.
      remarks: stalled === undefined ? '' : company.locale === 'zh-CN' ? '等待推进' : 'waiting for the next move',
    };
  });
}

/** A reminder 30 days before the end was due yesterday: every shipped playbook has one. */
const REMINDED_ENDS_IN = 29;

/** Office hours in one of these zones at every hour of the day, so that a client mail leaves whenever the sample comes in. */
const AROUND_THE_CLOCK: readonly string[] = [
  'Pacific/Auckland',
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'America/Los_Angeles',
];
const REMINDED_IN_A_ZONE = 2;

/** True for the first few contracts of each of those zones. */
function firstFew(): (zone: string) => boolean {
  const seen = new Map<string, number>();
  return (zone) => {
    const n = (seen.get(zone) ?? 0) + 1;
    seen.set(zone, n);
    return AROUND_THE_CLOCK.includes(zone) && n <= REMINDED_IN_A_ZONE;
  };
}

/** One tier for each company, whichever contract names it. */
function tierOf(slug: string): 'A' | 'B' | 'C' {
  const sum = Array.from(slug).reduce((n, c) => n + c.charCodeAt(0), 0);
  return (['A', 'B', 'C'] as const)[sum % 3] ?? 'B';
}

/** Mulberry32: small, fast, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SHANGHAI = 'Asia/Shanghai' as ZoneId;

/** The invented team of the sample, superiors first. */
export function sampleTeam(): readonly TeamValues[] {
  const zh = { locale: 'zh-CN', zone: SHANGHAI } as const;
  return [
    { email: 'gm@example.com', name: '周远', roles: ['general-manager'], ...zh },
    { email: 'chen@example.com', name: '陈静', roles: ['director'], manager: 'gm@example.com', ...zh },
    { email: 'wang@example.com', name: '王磊', roles: ['sales-manager'], manager: 'chen@example.com', ...zh },
    { email: 'li@example.com', name: '李婷', roles: ['sales-rep'], manager: 'wang@example.com', ...zh },
    {
      email: 'anna@example.com',
      name: 'Anna Sample',
      roles: ['sales-rep'],
      manager: 'wang@example.com',
      locale: 'en',
      zone: 'Europe/Berlin' as ZoneId,
    },
    { email: 'zhao@example.com', name: '赵敏', roles: ['legal'], manager: 'gm@example.com', ...zh },
    { email: 'sun@example.com', name: '孙丽', roles: ['finance'], manager: 'gm@example.com', ...zh },
    { email: 'qian@example.com', name: '钱芳', roles: ['client-rep'], manager: 'wang@example.com', ...zh },
    { email: 'ops@example.com', name: '运营组', roles: ['ops'], manager: 'chen@example.com', ...zh },
  ];
}
