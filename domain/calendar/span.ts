import { excerpt, PerennialError, problem } from '../errors/index.ts';
import type { Problem } from '../errors/index.ts';
import type { Locale } from '../text.ts';
import type { Span } from './types.ts';

const UNITS: readonly { readonly unit: Span['unit']; readonly words: readonly string[] }[] = [
  { unit: 'business days', words: ['business day', 'business days', '个工作日', '工作日'] },
  { unit: 'business hours', words: ['business hour', 'business hours', '个工作小时', '工作小时'] },
  { unit: 'days', words: ['day', 'days', '天', '个自然日', '自然日'] },
];

/** Ten years: a longer wait is a slip of the keyboard. */
const MAX_AMOUNT: Readonly<Record<Span['unit'], number>> = {
  'business days': 2500,
  'business hours': 25_000,
  days: 3650,
};

/**
 * A length as playbooks write it, "5 business days", or the problem: `duration.unit` for a bare number,
 * `duration.syntax` for anything else. Takes what a YAML document may hold.
 */
export function readSpan(value: unknown): Span | Problem {
  if (typeof value === 'number' || (typeof value === 'string' && /^\s*-?\d+\s*$/.test(value))) {
    return problem('duration.unit', { value: excerpt(value).trim() });
  }
  const invalid = problem('duration.syntax', { value: excerpt(value) });
  if (typeof value !== 'string') return invalid;
  const match = /^(\d{1,5})\s*(\D+)$/.exec(value.normalize('NFKC').trim());
  if (!match) return invalid;
  const amount = Number(match[1]);
  const word = (match[2] ?? '').trim().replace(/\s+/g, ' ').toLowerCase();
  const unit = UNITS.find((entry) => entry.words.includes(word))?.unit;
  return unit === undefined || amount > MAX_AMOUNT[unit] ? invalid : { amount, unit };
}

/** Like {@link readSpan}, throwing the problem. */
export function parseSpan(text: string): Span {
  const read = readSpan(text);
  if ('unit' in read) return read;
  throw new PerennialError([read]);
}

/** "5 business days", "1 business day"; in Chinese "5 个工作日", "24 个工作小时", "10 天". */
export function formatSpan(span: Span, locale: Locale): string {
  if (locale === 'zh-CN') {
    const words = { 'business days': '个工作日', 'business hours': '个工作小时', days: '天' } as const;
    return `${span.amount} ${words[span.unit]}`;
  }
  return `${span.amount} ${span.amount === 1 ? span.unit.slice(0, -1) : span.unit}`;
}
