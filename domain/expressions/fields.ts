import type { LocalText } from '../text.ts';

/** What a field of a rule may hold. Numbers are doubles; amounts are whole currency units, never cents. */
export type FieldType = 'text' | 'number' | 'yes-no';

export interface FieldSpec {
  readonly type: FieldType;
  readonly about: LocalText;
  /** The only values the field can have; a comparison with another text is a slip of the pen. */
  readonly values?: readonly string[];
}

/**
 * Every field a condition may name: the one table behind the checker, the evaluation and the reference page.
 * Days are counted on civil dates, from the date of evaluation in the client's zone.
 */
export const FIELDS = {
  client: {
    tier: { type: 'text', values: ['A', 'B', 'C'], about: { en: 'tier of the client', 'zh-CN': '客户等级' } },
    name: { type: 'text', about: { en: 'name of the client', 'zh-CN': '客户名称' } },
    locale: {
      type: 'text',
      values: ['en', 'zh-CN'],
      about: { en: 'language of the client', 'zh-CN': '客户使用的语言' },
    },
  },
  contract: {
    amount: {
      type: 'number',
      about: {
        en: 'amount of the current term, in whole currency units',
        'zh-CN': '本期合同金额（以元等整币种单位计）',
      },
    },
    currency: { type: 'text', about: { en: 'currency, ISO 4217', 'zh-CN': '币种（ISO 4217）' } },
    autoRenew: {
      type: 'yes-no',
      about: { en: 'the contract renews by itself unless notice is given', 'zh-CN': '合同是否自动续约' },
    },
    termMonths: { type: 'number', about: { en: 'length of the term in months', 'zh-CN': '合同期限（月）' } },
    product: { type: 'text', about: { en: 'product', 'zh-CN': '产品' } },
    paymentDays: { type: 'number', about: { en: 'days to pay an invoice', 'zh-CN': '付款账期（天）' } },
    daysUntilEnd: {
      type: 'number',
      about: { en: 'days until the contract ends; negative afterwards', 'zh-CN': '距合同到期的天数，到期后为负数' },
    },
    daysUntilNotice: {
      type: 'number',
      about: {
        en: 'days until the notice deadline, or until the end where the contract names no deadline',
        'zh-CN': '距通知截止日的天数；合同没有约定时按合同到期日计算',
      },
    },
  },
  quote: {
    amount: {
      type: 'number',
      about: { en: 'amount of the quote, in whole currency units', 'zh-CN': '报价金额（以元等整币种单位计）' },
    },
    discountPercent: { type: 'number', about: { en: 'discount in percent', 'zh-CN': '折扣比例（%）' } },
    upliftPercent: {
      type: 'number',
      about: { en: 'rise of the price against the current term, in percent', 'zh-CN': '相对本期的涨价比例（%）' },
    },
    termMonths: { type: 'number', about: { en: 'length of the offered term in months', 'zh-CN': '报价期限（月）' } },
    paymentDays: { type: 'number', about: { en: 'days to pay that are offered', 'zh-CN': '报价中的付款账期（天）' } },
  },
  health: {
    score: {
      type: 'number',
      about: {
        en: 'health score from 0 to 100; says nothing while health.known is false',
        'zh-CN': '健康分（0–100）;health.known 为 false 时没有意义',
      },
    },
    known: { type: 'yes-no', about: { en: 'there is enough data for a score', 'zh-CN': '数据是否足以评分' } },
  },
  facts: {
    complaintOpen: { type: 'yes-no', about: { en: 'a complaint is open', 'zh-CN': '有未结投诉' } },
    championLeft: {
      type: 'yes-no',
      about: { en: 'our champion has left the client', 'zh-CN': '客户方关键支持者已离职' },
    },
    noticeGiven: { type: 'yes-no', about: { en: 'notice was given', 'zh-CN': '客户已发出不续约通知' } },
    paymentLateDays: {
      type: 'number',
      about: { en: 'days the oldest payment is late', 'zh-CN': '最早一笔逾期款的逾期天数' },
    },
    usageDropPercent: {
      type: 'number',
      about: { en: 'drop of usage against the usual level, in percent', 'zh-CN': '使用量相对平时的下降比例（%）' },
    },
    repliesCount: { type: 'number', about: { en: 'replies in this renewal', 'zh-CN': '本次续费中客户的回复次数' } },
  },
} as const satisfies Record<string, Record<string, FieldSpec>>;

export type FieldGroup = keyof typeof FIELDS;

/** Which groups a condition may name, by the place it stands in. */
export const SCOPES = {
  /** `applies` of a playbook. */
  applies: ['client', 'contract'],
  /** `when` of a step. */
  step: ['client', 'contract', 'health', 'facts'],
  /** `when` of a risk rule. */
  risk: ['client', 'contract', 'health', 'facts'],
  /** `when` of a row of an approval ladder. */
  approval: ['client', 'contract', 'quote'],
} as const satisfies Record<string, readonly FieldGroup[]>;

export type Scope = keyof typeof SCOPES;

type ValueOf<T extends FieldType> = T extends 'text' ? string : T extends 'number' ? number : boolean;

type GroupValues<G extends FieldGroup> = {
  readonly [F in keyof (typeof FIELDS)[G]]: (typeof FIELDS)[G][F] extends { readonly type: infer T extends FieldType }
    ? ValueOf<T>
    : never;
};

/** What a condition of the scope is judged on: `{ client: { tier, … }, contract: { amount, … } }`. */
export type RuleValues<S extends Scope> = { readonly [G in (typeof SCOPES)[S][number]]: GroupValues<G> };

/** The fields of a group, or undefined where the scope has no such group. Own keys only. */
export function fieldsOf(scope: Scope, group: string): Readonly<Record<string, FieldSpec>> | undefined {
  const known = SCOPES[scope].find((name) => name === group);
  return known === undefined ? undefined : FIELDS[known];
}
