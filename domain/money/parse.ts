import { excerpt, problem, warning } from '../errors/index.ts';
import type { Problem } from '../errors/index.ts';
import { acceptedMarks, CURRENCIES, currencyOfMark, minorDigits } from './currencies.ts';
import { formatMinor, MAX_MINOR } from './money.ts';
import type { Money } from './types.ts';

/** An amount read from text; `notes` are warnings about how it was read. */
export type MoneyCell =
  | { readonly ok: true; readonly value: Money; readonly notes: readonly Problem[] }
  | { readonly ok: false; readonly problem: Problem };

export interface MoneyOptions {
  /** The decimal sign of the column; the other one then separates thousands. Default: the point. */
  readonly decimal?: '.' | ',';
  /** Whether a minus is allowed (credit notes). Default: no, contracts are not negative. */
  readonly negative?: boolean;
}

/**
 * An amount as people write it: `120000`, `120,000.50`, `12 345,6` (decimal comma declared), with the sign or code
 * of its own currency before or after it; `1.2万` and `3亿` are read exactly. Nothing is guessed: `1.234,56` under a
 * decimal point, `1e5` and sums are `money.format`, `3k` is `money.short`, an amount below zero
 * `money.negative`; too many decimals `money.scale`; more than 10^13 minor units `money.range`; another
 * currency's code or sign beside it `money.currency`. Full-width characters are read, with a note. Throws
 * `currency.unknown` where `currency` is no code: check it first with `parseCurrency`.
 */
export function parseMoney(text: string, currency: string, options: MoneyOptions = {}): MoneyCell {
  const scale = minorDigits(currency);
  const plain = text
    .normalize('NFKC')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim();

  const bare = withoutMark(plain, currency);
  const other = otherCurrency(bare, currency);
  if (other !== undefined) return refuse(problem('money.currency', { left: currency, right: other }));

  const power = POWERS[bare.slice(-1)];
  const match = SHAPES[options.decimal ?? '.'].exec(power === undefined ? bare : bare.slice(0, -1).trimEnd());
  if (match?.[1] === '-' && options.negative !== true)
    return refuse(problem('money.negative', { value: excerpt(text) }));
  if (!match) {
    const format = problem('money.format', { value: excerpt(text), scale, example: exampleOf(scale) });
    return refuse(short(text, bare) ?? format);
  }
  const { whole, decimals } = moved(match[2] ?? '', match.groups?.['decimals'] ?? '', power ?? 0);
  // "1200.00" of a currency without decimals is harmless; "1.000" may be a thousand and is not.
  const harmless = scale === 0 && /^00?$/.test(decimals);
  if (decimals.length > scale && !harmless) {
    return refuse(problem('money.scale', { value: excerpt(text), currency, scale }));
  }

  const minor = whole.length > 15 ? Infinity : Number(whole + (harmless ? '' : decimals.padEnd(scale, '0')));
  if (minor > MAX_MINOR) return refuse(rangeProblem(text, scale, options.negative === true));
  const value: Money = { minor: match[1] === '-' && minor !== 0 ? -minor : minor, currency };
  const wide = /[\uff00-\uffef\u3000]/.test(text.replace(/[\uffe5]/g, ''));
  if (!wide) return { ok: true, value, notes: [] };
  const note = warning('money.full_width', { value: excerpt(text), read: formatMinor(value.minor, scale) });
  return { ok: true, value, notes: [note] };
}

/** Magnitudes that mean one thing only. `k`, `m` and 千 are read differently by different people. */
const POWERS: Readonly<Record<string, number>> = { 万: 4, 亿: 8 };

/** The digits before and after the point once it has moved `power` places to the right. */
function moved(whole: string, decimals: string, power: number): { readonly whole: string; readonly decimals: string } {
  const digits = whole.replace(/\D/g, '') + decimals.slice(0, power).padEnd(power, '0');
  const rest = decimals.slice(power);
  return { whole: digits.replace(/^0+(?=\d)/, ''), decimals: power === 0 ? rest : rest.replace(/0+$/, '') };
}

/** `3k`: what was probably meant is named, so that it can be written. */
function short(text: string, bare: string): Problem | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,3}))? ?[kK千]$/.exec(bare);
  if (match === null) return undefined;
  return problem('money.short', { value: excerpt(text), full: moved(match[1] ?? '', match[2] ?? '', 3).whole });
}

function refuse(reason: Problem): MoneyCell {
  return { ok: false, problem: reason };
}

function rangeProblem(text: string, scale: number, negative: boolean): Problem {
  const max = formatMinor(MAX_MINOR, scale);
  return problem('money.range', { value: excerpt(text), min: negative ? `-${max}` : '0', max });
}

function exampleOf(scale: number): string {
  return scale === 0 ? '120000' : `120000.${'5'.padEnd(scale, '0')}`;
}

/** Sign, whole part in full groups of three or without groups, decimals. Blank, ' and the other sign make groups. */
const SHAPES = { '.': shapeOf('.'), ',': shapeOf(',') } as const;

function shapeOf(decimal: '.' | ','): RegExp {
  const group = decimal === '.' ? "[, ']" : "[. ']";
  return new RegExp(
    `^(-?) ?(\\d+|\\d{1,3}(?<group>${group})\\d{3}(?:\\k<group>\\d{3})*)(?:\\${decimal}(?<decimals>\\d+))?$`,
  );
}

/** The text without the sign or code of its own currency, at one end; a minus may stand before a sign. */
function withoutMark(text: string, currency: string): string {
  // No mark begins or ends with a digit.
  if (/^\d/.test(text) && /\d$/.test(text)) return text;
  for (const mark of acceptedMarks(currency)) {
    const m = mark.normalize('NFKC');
    if (text.toUpperCase().startsWith(m)) return text.slice(m.length).trim();
    if (text.toUpperCase().startsWith(`-${m}`)) return `-${text.slice(m.length + 1).trim()}`;
    if (text.toUpperCase().endsWith(m)) return text.slice(0, -m.length).trim();
  }
  return text;
}

function otherCurrency(text: string, currency: string): string | undefined {
  const code = /^-?([A-Za-z]{3})(?=[\s\d-])|[\s\d]([A-Za-z]{3})$/.exec(text);
  const found = (code?.[1] ?? code?.[2])?.toUpperCase();
  if (found !== undefined && found !== currency && CURRENCIES.includes(found)) return found;
  const sign = /^-? ?([^\d\s.,'-]+) ?\d[\d.,' ]*$|^-? ?\d[\d.,' ]*?([^\d\s.,']+)$/.exec(text);
  const mark = (sign?.[1] ?? sign?.[2])?.toUpperCase();
  return mark === undefined ? undefined : currencyOfMark(mark);
}
