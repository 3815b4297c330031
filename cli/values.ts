import { excerpt, problem } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import { parseMoney } from '../domain/money/index.ts';
import type { Money } from '../domain/money/index.ts';
import { parseDateCell } from '../domain/time/index.ts';
import type { CivilDate } from '../domain/time/types.ts';
import { CONTRACT_FIELDS, TEAM_FIELDS } from '../operations/import/fields.ts';
import { UsageError } from './failure.ts';

/** Values of options: each throws a {@link UsageError} that names the option as its place. */

/** A date in any form that an import reads too: `2027-12-31`, `2027/12/31`, `31.12.2027`, `2027年12月31日`. */
export function dateValue(text: string, option: string): CivilDate {
  const read = parseDateCell(text);
  if (read.ok) return read.value;
  throw new UsageError([at(read.problem, option)]);
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
  const match = /^(\d{1,3}(?:\.\d{1,2})?)\s*(%?)$/.exec(text.normalize('NFKC').trim());
  const basisPoints = match?.[1] === undefined ? NaN : Math.round(Number(match[1]) * 100);
  // 0.18 may be a share as well as a percentage: a hundred times as much or as little.
  if (basisPoints > 0 && basisPoints < 100 && match?.[2] === '') {
    const params = { value: match[1] ?? '', share: String(basisPoints) };
    throw UsageError.of('cli.percent_share', params, { field: option });
  }
  if (basisPoints >= 0 && basisPoints <= 10_000) return basisPoints;
  throw UsageError.of('cli.percent', { value: excerpt(text) }, { field: option });
}

/** An amount in the currency that is known already; `98000`, `98,000.50`, `98000 CNY`. */
export function moneyValue(text: string, currency: string, option: string): Money {
  const cell = parseMoney(text, currency);
  if (!cell.ok) {
    const { code, params } = cell.problem;
    // There is one amount only here: what the other one is in is said.
    const other = code === 'money.currency' ? problem('cli.currency', { value: excerpt(text), currency }) : undefined;
    throw new UsageError([at(other ?? problem(code, params), option)]);
  }
  return cell.value;
}

/** `ACV=amount`, `年费=合同金额` → the header and the field it stands for. */
export function mapValue(text: string): readonly [header: string, field: string] {
  const cut = text.lastIndexOf('=');
  const header = text.slice(0, Math.max(0, cut)).trim();
  const wanted = text.slice(cut + 1).trim();
  if (cut < 1 || header === '' || wanted === '')
    throw UsageError.of('cli.map', { value: excerpt(text) }, { field: '--map' });
  const fields = { ...TEAM_FIELDS, ...CONTRACT_FIELDS };
  const lower = wanted.toLowerCase();
  const field = Object.entries(fields).find(
    ([name, { label }]) => name.toLowerCase() === lower || Object.values(label).some((one) => one === lower),
  )?.[0];
  if (field !== undefined) return [header, field];
  const choices = Object.keys({ ...CONTRACT_FIELDS, ...TEAM_FIELDS }).filter((name) => name !== 'tenant');
  throw UsageError.of('cli.choice', { value: excerpt(wanted), option: '--map', choices: choices.join(', ') });
}

/** One of two options that cannot both be given. */
export function exclusive(first: string, second: string, bothGiven: boolean): void {
  if (bothGiven) throw UsageError.of('cli.exclusive', { first, second });
}

/**
 * A text that may hold anything, but where it is written like a date must be one: `2026-02-30` among promises
 * would never be noticed again.
 */
export function textOrDate(text: string | undefined, option: string): string | null {
  if (text === undefined) return null;
  const likeDate = /^\d{4,6}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?$/.test(text.normalize('NFKC').trim());
  const read = likeDate ? parseDateCell(text) : undefined;
  if (read?.ok === false) throw new UsageError([at(read.problem, option)]);
  return text;
}

const OPTIONS: Readonly<Record<string, string>> = {
  nextStep: '--next',
  contactId: '--contact',
  receivedOn: '--on',
  complaintId: '--complaint',
};
const ARGUMENTS = ['step', 'action', 'score'];

/** The field of a body as it is typed: `quote.validUntil` → `--valid-until`. */
export function optionOf(field: string): string {
  if (/^(--|<)/.test(field)) return field;
  // Of a query, as the API names it.
  const parts = field.replace(/^\?/, '').split('.');
  const name = (parts.at(-1) === 'minor' || parts.at(-1) === 'currency' ? parts.at(-2) : parts.at(-1)) ?? field;
  if (ARGUMENTS.includes(name)) return `<${name}>`;
  return OPTIONS[name] ?? `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function at(found: Problem, option: string): Problem {
  return problem(found.code, found.params, { field: option });
}
