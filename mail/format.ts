import type { Locale } from '../domain/text.ts';
import type { CivilDate } from '../domain/time/types.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** `1 December 2026` or `2026年12月1日`. */
export function formatDate(date: CivilDate, locale: Locale): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  switch (locale) {
    case 'en':
      return `${day} ${MONTHS[month - 1] ?? ''} ${year}`;
    case 'zh-CN':
      return `${year}年${month}月${day}日`;
    default: {
      const never: never = locale;
      throw new Error(`unknown locale ${String(never)}`);
    }
  }
}

/** "1 day", "30 days", "30天"; the sign is dropped. */
export function dayCount(days: number, locale: Locale): string {
  const count = Math.abs(days);
  if (locale === 'zh-CN') return `${count}天`;
  return count === 1 ? '1 day' : `${count} days`;
}

/** A distance from today as people say it: "in 30 days", "tomorrow", "today", "yesterday", "5 days ago". */
export function relativeDay(days: number, locale: Locale): string {
  const zh = locale === 'zh-CN';
  if (days === 0) return zh ? '今天' : 'today';
  if (days === 1) return zh ? '明天' : 'tomorrow';
  if (days === -1) return zh ? '昨天' : 'yesterday';
  const count = dayCount(days, locale);
  if (days > 0) return zh ? `${count}后` : `in ${count}`;
  return zh ? `${count}前` : `${count} ago`;
}
