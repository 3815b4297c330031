import type { Money } from '../money/types.ts';
import type { Contract } from '../people/contract.ts';
import type { Instant } from '../time/types.ts';
import { PAYMENT_METHODS } from './facts.ts';
import type { PaymentMethod } from './facts.ts';
import type { RenewalState } from './state.ts';

/** What the client owes for the new term: the invoice, else what was accepted, else the current amount. */
export function amountDue(state: RenewalState, contract: Contract): Money {
  return (
    state.invoice?.amount ?? (state.accepted !== null ? (state.quote?.amount ?? contract.amount) : contract.amount)
  );
}

/**
 * When the whole amount was there, or null. Payments count in the order in which they came in, so that
 * one told late gives the same answer as one told in time. Before anything was accepted or invoiced
 * there is nothing to pay.
 */
export function paidAt(state: RenewalState, contract: Contract): Instant | null {
  if (state.accepted === null && state.invoice === null) return null;
  const due = amountDue(state, contract);
  let sum = 0;
  for (const payment of [...state.payments].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    if (payment.amount.currency !== due.currency) continue;
    sum += payment.amount.minor;
    if (sum >= due.minor) return payment.at;
  }
  return null;
}

/** What came in so far, in the currency that is owed. */
export function paidSoFar(state: RenewalState, currency: string): Money {
  const own = state.payments.filter((payment) => payment.amount.currency === currency);
  return { minor: own.reduce((sum, payment) => sum + payment.amount.minor, 0), currency };
}

/** Other ways to write a method, in lower case. */
const SPELLINGS: Readonly<Record<PaymentMethod, readonly string[]>> = {
  'bank transfer': ['bank', 'transfer', 'wire', '银行转账', '转账', '汇款', '电汇', '对公转账'],
  card: ['credit card', 'debit card', '银行卡', '信用卡', '刷卡'],
  cheque: ['check', '支票'],
  cash: ['现金'],
  online: ['alipay', 'wechat', 'wechat pay', '支付宝', '微信', '微信支付', '在线支付', '线上支付'],
  other: ['其他', '其它'],
};

/** The method that a person means, in English or Chinese; undefined where it is none that we know. */
export function parsePaymentMethod(text: string): PaymentMethod | undefined {
  const word = text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, ' ');
  return PAYMENT_METHODS.find((method) => method === word || SPELLINGS[method].includes(word));
}

/** The methods as an error lists them. */
export function knownMethods(): string {
  return PAYMENT_METHODS.map((method) => `@method.${method}`).join(', ');
}
