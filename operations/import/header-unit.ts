import type { DateOrder } from '../../domain/time/index.ts';

/** What the text in brackets behind a header says: `金额(万元)`, `amount (USD)`, `end date [dd/mm/yyyy]`. */
export interface HeaderUnit {
  /** Amounts are written in 10^power of the currency: 4 for 万. */
  readonly power?: number;
  readonly currency?: string;
  readonly order?: DateOrder;
}

/** Magnitudes, longest first, so that 万元 is never read as 元. */
const POWERS: readonly (readonly [RegExp, number])[] = [
  [/亿/, 8],
  [/百万|\bmillions?\b|\bmio\b|\bmm\b/, 6],
  [/万/, 4],
  [/千|\bthousands?\b|\bk\b|^k(?=[a-z]{3}$)/, 3],
];

const CURRENCIES: readonly (readonly [RegExp, string])[] = [
  [/美元|美金/, 'USD'],
  [/欧元/, 'EUR'],
  [/英镑/, 'GBP'],
  [/日元/, 'JPY'],
  [/港[元币]/, 'HKD'],
  [/人民币|\brmb\b/, 'CNY'],
];

/** The three letters are a guess until the currency is checked with the amount. */
const CODE = /\b(?:k\s*)?([a-z]{3})\b/;
const NO_CODES = new Set(['net', 'tax', 'vat', 'inc', 'mio', 'max', 'min', 'day', 'est']);

export function readUnit(text: string): HeaderUnit {
  const unit = text.normalize('NFKC').trim().toLowerCase();
  const order = dateOrder(unit);
  if (order !== undefined) return { order };
  const power = POWERS.find(([pattern]) => pattern.test(unit))?.[1];
  const named = CURRENCIES.find(([pattern]) => pattern.test(unit))?.[1];
  const code = CODE.exec(unit)?.[1];
  // A bare 元 or 万元 is yuan; behind another currency's name it is part of that name.
  const currency =
    named ?? (code !== undefined && !NO_CODES.has(code) ? code.toUpperCase() : /元/.test(unit) ? 'CNY' : undefined);
  return { ...(power === undefined ? {} : { power }), ...(currency === undefined ? {} : { currency }) };
}

function dateOrder(unit: string): DateOrder | undefined {
  const letters = unit
    .replace(/[^ymd年月日]/g, '')
    .replace(/年/g, 'y')
    .replace(/月/g, 'm')
    .replace(/日/g, 'd');
  if (!/^[ymd\s/.年月日-]+$/.test(unit)) return undefined;
  if (/^y+m+d+$/.test(letters)) return 'ymd';
  if (/^d+m+y+$/.test(letters)) return 'dmy';
  if (/^m+d+y+$/.test(letters)) return 'mdy';
  return undefined;
}
