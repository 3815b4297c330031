import { PerennialError, problem } from '../errors/index.ts';
import type { Locale } from '../text.ts';
import { currencyPrefix, minorDigits } from './currencies.ts';
import type { Money } from './types.ts';

/** Largest amount, in minor units, either side of zero; sums of thousands of them are still exact. */
export const MAX_MINOR = 10_000_000_000_000;

/** Whole minor units of a known currency as money; throws `currency.unknown`, `money.range`. */
export function money(minor: number, currency: string): Money {
  const scale = minorDigits(currency);
  if (!Number.isSafeInteger(minor)) throw new RangeError(`money: ${minor} is not a whole number of minor units`);
  if (Math.abs(minor) > MAX_MINOR) {
    const max = formatMinor(MAX_MINOR, scale);
    throw new PerennialError([problem('money.range', { value: formatMinor(minor, scale), min: `-${max}`, max })]);
  }
  return { minor: minor === 0 ? 0 : minor, currency };
}

function sameCurrency(a: Money, b: Money): string {
  if (a.currency !== b.currency) throw PerennialError.of('money.currency', { left: a.currency, right: b.currency });
  return a.currency;
}

/** Throws `money.currency` for two currencies, `money.range`. */
export function addMoney(a: Money, b: Money): Money {
  return money(a.minor + b.minor, sameCurrency(a, b));
}

/** Throws `money.currency` for two currencies, `money.range`. */
export function subtractMoney(a: Money, b: Money): Money {
  return money(a.minor - b.minor, sameCurrency(a, b));
}

/** Negative, zero or positive as for `sort`; throws `money.currency` for two currencies. */
export function compareMoney(a: Money, b: Money): number {
  sameCurrency(a, b);
  return a.minor - b.minor;
}

/**
 * The amount less a discount in basis points (1 % = 100; negative for an uplift; at most 10,000).
 * Rounded to whole minor units, half away from zero. Throws `money.range`.
 */
export function discounted(list: Money, basisPoints: number): Money {
  if (!Number.isInteger(basisPoints) || basisPoints > 10_000 || basisPoints < -1_000_000) {
    throw new RangeError(`discounted: ${basisPoints} basis points`);
  }
  const keep = 10_000 - basisPoints;
  // The product may pass 2^53: whole ten-thousands and the rest are multiplied apart.
  const size = Math.abs(list.minor);
  const tens = Math.floor(size / 10_000);
  const net = tens * keep + Math.floor(((size - tens * 10_000) * keep + 5_000) / 10_000);
  return money(list.minor < 0 ? -net : net, list.currency);
}

/**
 * The discount from list to net in basis points, rounded half away from zero; negative for an uplift, 0 where the
 * list price is 0. Throws `money.currency` for two currencies.
 */
export function discountBasisPoints(list: Money, net: Money): number {
  sameCurrency(list, net);
  if (list.minor === 0) return 0;
  const size = BigInt(Math.abs(list.minor));
  const difference = BigInt(list.minor - net.minor) * (list.minor < 0 ? -1n : 1n);
  const scaled = (difference < 0n ? -difference : difference) * 10_000n;
  const points = Number((scaled * 2n + size) / (size * 2n));
  return difference < 0n && points !== 0 ? -points : points;
}

/** Minor units as plain digits with a point: 12050, 2 → "120.50". */
export function formatMinor(minor: number, scale: number): string {
  const digits = String(Math.abs(minor)).padStart(scale + 1, '0');
  const sign = minor < 0 ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Money for people: `¥120,000.00`, `US$1,200.00`, `JP¥1,200`, `CHF 1,200.00`, `-€5.00`. The same on every machine. */
export function formatMoney(value: Money, locale: Locale): string {
  const text = formatMinor(Math.abs(value.minor), minorDigits(value.currency));
  const [whole = '', decimals] = text.split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  const prefix = `${value.minor < 0 ? '-' : ''}${currencyPrefix(value.currency, locale)}`;
  return decimals === undefined ? `${prefix}${grouped}` : `${prefix}${grouped}.${decimals}`;
}

/** Money as plain text for files: "120000.50". The currency stands in its own column. */
export function moneyDigits(value: Money): string {
  return formatMinor(value.minor, minorDigits(value.currency));
}
