import { excerpt, PerennialError, problem } from '../errors/index.ts';
import type { Problem } from '../errors/index.ts';
import type { Locale } from '../text.ts';

/** ISO 4217: digits after the decimal sign. */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  AED: 2,
  ARS: 2,
  AUD: 2,
  BDT: 2,
  BGN: 2,
  BHD: 3,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CLP: 0,
  CNY: 2,
  COP: 2,
  CZK: 2,
  DKK: 2,
  EGP: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  HUF: 2,
  IDR: 2,
  ILS: 2,
  INR: 2,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KES: 2,
  KRW: 0,
  KWD: 3,
  KZT: 2,
  LKR: 2,
  MAD: 2,
  MOP: 2,
  MXN: 2,
  MYR: 2,
  NGN: 2,
  NOK: 2,
  NZD: 2,
  OMR: 3,
  PEN: 2,
  PHP: 2,
  PKR: 2,
  PLN: 2,
  QAR: 2,
  RON: 2,
  RUB: 2,
  SAR: 2,
  SEK: 2,
  SGD: 2,
  THB: 2,
  TND: 3,
  TRY: 2,
  TWD: 2,
  UAH: 2,
  USD: 2,
  VND: 0,
  ZAR: 2,
};

export const CURRENCIES: readonly string[] = Object.keys(MINOR_DIGITS);

/** Signs for display; a currency without one is shown by its code. */
const SIGNS: Readonly<Record<string, string>> = {
  CNY: '¥',
  USD: 'US$',
  EUR: '€',
  GBP: '£',
  JPY: 'JP¥',
  HKD: 'HK$',
  TWD: 'NT$',
  SGD: 'S$',
  KRW: '₩',
  INR: '₹',
  AUD: 'A$',
  CAD: 'CA$',
  NZD: 'NZ$',
  BRL: 'R$',
};
/** Where Chinese readers are used to another sign. */
const CHINESE_SIGNS: Readonly<Record<string, string>> = { KRW: '￦', AUD: 'AU$' };

/** Signs and words accepted beside an amount whose currency is known already. */
const ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  CNY: ['¥', 'RMB', '人民币', '元'],
  JPY: ['¥', '円', '日元'],
  USD: ['$', '美元'],
  HKD: ['$', '港币', '港元'],
  TWD: ['$', '新台币'],
  SGD: ['$'],
  AUD: ['$'],
  CAD: ['$'],
  NZD: ['$'],
  EUR: ['欧元'],
  GBP: ['英镑'],
};

const HINTS: Readonly<Record<string, string>> = {
  RMB: 'RMB → CNY',
  CNH: 'CNH → CNY',
  '¥': '¥ → CNY',
  元: '元 → CNY',
  人民币: '人民币 → CNY',
  $: '$ → USD / HKD / SGD / AUD / CAD …',
  美元: '美元 → USD',
  '€': '€ → EUR',
  欧元: '欧元 → EUR',
  '£': '£ → GBP',
  NTD: 'NTD → TWD',
};

/** Digits after the decimal sign; throws `currency.unknown`. */
export function minorDigits(currency: string): number {
  const digits = Object.hasOwn(MINOR_DIGITS, currency) ? MINOR_DIGITS[currency] : undefined;
  if (digits === undefined) throw new PerennialError([unknownCurrency(currency)]);
  return digits;
}

function unknownCurrency(value: string): Problem {
  const key = value.normalize('NFKC').trim().toUpperCase();
  const hint = Object.hasOwn(HINTS, key) ? ` (${HINTS[key]})` : '';
  return problem('currency.unknown', { value: excerpt(value), hint });
}

/** A currency code in capitals, or the problem `currency.unknown` with a hint where we can guess (RMB → CNY). */
export function parseCurrency(text: string): string | { readonly problem: Problem } {
  const code = text.normalize('NFKC').trim().toUpperCase();
  return Object.hasOwn(MINOR_DIGITS, code) ? code : { problem: unknownCurrency(text) };
}

/** Sign or code for display, with the blank that a code needs. */
export function currencyPrefix(currency: string, locale: Locale): string {
  const sign = (locale === 'zh-CN' ? CHINESE_SIGNS[currency] : undefined) ?? SIGNS[currency];
  return sign ?? `${currency} `;
}

/** What may stand beside an amount in `currency`, longest first. */
export function acceptedMarks(currency: string): readonly string[] {
  return [currency, ...(ACCEPTED[currency] ?? []), ...(SIGNS[currency] === undefined ? [] : [SIGNS[currency]])].sort(
    (a, b) => b.length - a.length,
  );
}

/** The currency that a sign or word stands for; the sign itself where several have it, undefined where none has. */
export function currencyOfMark(mark: string): string | undefined {
  const having = CURRENCIES.filter((code) => acceptedMarks(code).some((one) => one.normalize('NFKC') === mark));
  return having.length > 1 ? mark : having[0];
}
