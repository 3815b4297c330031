import { excerpt, PerennialError, problem } from '../../../domain/errors/index.ts';
import type { Problem } from '../../../domain/errors/index.ts';
import { CURRENCIES, parseMoney } from '../../../domain/money/index.ts';
import { fromMs, parseCivilDate, parseInstant } from '../../../domain/time/index.ts';
import type { Condition, Conversion, Literal, Value } from './language.ts';

/** Where paths begin. */
export interface Scope {
  readonly payload: unknown;
  readonly element: unknown;
}

/** Signs of one text; longer ones are cut, so that a long remark keeps nobody's fact from arriving. */
const MAX_TEXT = 2000;

/** What stands at a path; undefined where nothing does, and where null does. Own keys only. */
export function at(path: string, { payload, element }: Scope): unknown {
  if (path === '.') return element ?? undefined;
  const fromRoot = path.startsWith('$');
  let here: unknown = fromRoot ? payload : element;
  for (const [, key, index] of path.replace(/^\$\.?/, '').matchAll(/([\p{L}\p{N}_-]+)|\[(\d+)\]/gu)) {
    if (typeof here !== 'object' || here === null) return undefined;
    if (index !== undefined) here = Array.isArray(here) ? (here as readonly unknown[])[Number(index)] : undefined;
    else here = key !== undefined && Object.hasOwn(here, key) ? (here as Record<string, unknown>)[key] : undefined;
  }
  return here ?? undefined;
}

/** Works out a value; undefined where it is left out. Throws {@link PerennialError} `mapping.absent`, `mapping.value`, `money.…`. */
export function valueOf(value: Value, scope: Scope): unknown {
  if ('const' in value) return value.const;
  if ('join' in value) {
    const parts = value.join.map((part) => valueOf(part, scope));
    return parts.includes(undefined) ? undefined : parts.map((part) => asText(part, 'join')).join(value.with ?? '');
  }
  if ('money' in value) return moneyOf(value, scope);
  const found = at(value.path, scope);
  if (found === undefined || found === '') {
    if (value.default !== undefined) return value.default;
    if (value.optional === true) return undefined;
    throw PerennialError.of('mapping.absent', { path: value.path });
  }
  if (value.table !== undefined) return fromTable(found, value.table, value.default, value.path);
  return value.as === undefined ? found : converted(found, value.as, value.path);
}

function fromTable(
  found: unknown,
  table: Readonly<Record<string, Literal>>,
  otherwise: Literal | undefined,
  path: string,
): Literal {
  const key = isPlain(found) ? String(found) : '';
  if (Object.hasOwn(table, key)) return table[key] as Literal;
  if (otherwise !== undefined) return otherwise;
  throw unfit(found, path, Object.keys(table).join(', '));
}

function moneyOf(value: Extract<Value, { money: Value }>, scope: Scope): unknown {
  const [amount, currency] = [valueOf(value.money, scope), valueOf(value.currency, scope)];
  if (amount === undefined || currency === undefined) return undefined;
  const code = asText(currency, 'currency').toUpperCase();
  if (!CURRENCIES.includes(code)) throw unfit(currency, 'currency', '@type.currency');
  if (value.in === 'minor') return { minor: converted(amount, 'whole number', 'money'), currency: code };
  const read = parseMoney(asText(amount, 'money'), code);
  if (!read.ok) throw new PerennialError([read.problem]);
  return read.value;
}

/** Dates and instants are read from ISO texts and from milliseconds since 1970, which many systems send. */
function converted(found: unknown, as: Conversion, path: string): unknown {
  if (!isPlain(found)) throw unfit(found, path, `@type.${as}`);
  const text = String(found);
  const asNumber = typeof found === 'number' ? found : /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
  switch (as) {
    case 'text':
      return text.slice(0, MAX_TEXT);
    case 'number':
      if (asNumber !== undefined) return asNumber;
      break;
    case 'whole number':
      if (asNumber !== undefined && Number.isSafeInteger(asNumber)) return asNumber;
      break;
    case 'yes-no':
      if (found === true || text === 'true') return true;
      if (found === false || text === 'false') return false;
      break;
    case 'date': {
      const date = asNumber === undefined ? text.slice(0, 10) : moment(asNumber)?.slice(0, 10);
      if (date !== undefined && parseCivilDate(date) !== undefined) return date;
      break;
    }
    case 'instant': {
      const read = asNumber === undefined ? parseInstant(withColon(text)) : moment(asNumber);
      if (typeof read === 'string') return read;
      break;
    }
    default:
      return as satisfies never;
  }
  throw unfit(found, path, `@type.${as}`);
}

function moment(ms: number): string | undefined {
  try {
    return fromMs(ms);
  } catch {
    return undefined;
  }
}

/** `+0000` is how some write an offset. */
function withColon(text: string): string {
  return text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
}

export function meets(path: string, condition: Condition, scope: Scope): boolean {
  const found = at(path, scope);
  if (typeof condition === 'object' && !Array.isArray(condition)) return (found !== undefined) === condition.present;
  const wanted: readonly Literal[] = Array.isArray(condition) ? condition : [condition];
  return wanted.some((one) => found === one || (isPlain(found) && String(found) === String(one)));
}

/** A value as text. Throws `mapping.value` where it is a list or an object. */
export function asText(found: unknown, path: string): string {
  if (!isPlain(found)) throw unfit(found, path, '@type.text');
  return String(found);
}

function isPlain(value: unknown): value is Literal {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function unfit(found: unknown, path: string, expected: string): PerennialError {
  const wrong: Problem = problem('mapping.value', { found: excerpt(found), path, expected }, { field: path });
  return new PerennialError([wrong]);
}
