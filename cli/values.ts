import { excerpt, PerennialError, problem } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import { parseMoney } from '../domain/money/index.ts';
import type { Money } from '../domain/money/index.ts';
import { civilDate } from '../domain/time/civil.ts';
import type { CivilDate } from '../domain/time/types.ts';
import { UsageError } from './failure.ts';

/** Values of options: each throws a {@link UsageError} that names the option as its place. */

export function dateValue(text: string, option: string): CivilDate {
  return asUsage(() => civilDate(text), option);
}

export function optionalDate(text: string | undefined, option: string): CivilDate | null {
  return text === undefined ? null : dateValue(text, option);
}

/** A whole number from `min` to `max`. */
export function numberValue(text: string, option: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw UsageError.of('cli.number', { value: excerpt(text), option, min, max }, { field: option });
}

/** `18%`, `18`, `7.5 %`, `１８％` → basis points. */
export function percentValue(text: string, option: string): number {
  const match = /^(\d{1,3}(?:\.\d{1,2})?)\s*%?$/.exec(text.normalize('NFKC').trim());
  const basisPoints = match?.[1] === undefined ? NaN : Math.round(Number(match[1]) * 100);
  if (basisPoints >= 0 && basisPoints <= 10_000) return basisPoints;
  throw UsageError.of('cli.percent', { value: excerpt(text) }, { field: option });
}

/** An amount in the currency that is known already; `98000`, `98,000.50`, `98000 CNY`. */
export function moneyValue(text: string, currency: string, option: string): Money {
  const cell = parseMoney(text, currency);
  if (!cell.ok) throw new UsageError([at(cell.problem, option)]);
  return cell.value;
}

/** `ACV=amount` → the header and the field it stands for. */
export function mapValue(text: string): readonly [header: string, field: string] {
  const cut = text.lastIndexOf('=');
  const header = text.slice(0, Math.max(0, cut)).trim();
  const field = text.slice(cut + 1).trim();
  if (cut < 1 || header === '' || field === '')
    throw UsageError.of('cli.map', { value: excerpt(text) }, { field: '--map' });
  return [header, field];
}

/** One of two options that cannot both be given. */
export function exclusive(first: string, second: string, bothGiven: boolean): void {
  if (bothGiven) throw UsageError.of('cli.exclusive', { first, second });
}

function asUsage<T>(parse: () => T, option: string): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof PerennialError)) throw error;
    throw new UsageError(error.problems.map((p) => at(p, option)));
  }
}

function at(found: Problem, option: string): Problem {
  return problem(found.code, found.params, { field: option });
}
