import { formatMoney } from '../domain/money/index.ts';
import type { Money } from '../domain/money/index.ts';
import type { Locale } from '../domain/text.ts';
import { dayOfMonth, daysBetween, isoWeekday, monthOf, parseCivilDate, yearOf } from '../domain/time/civil.ts';
import { toMs } from '../domain/time/instant.ts';
import type { CivilDate, Instant } from '../domain/time/types.ts';
import { translator } from './index.ts';

/** Dates, times and numbers as a reader of one language expects them. */
export interface Formats {
  /** `1 Dec 2026`, `2026年12月1日`. */
  date(date: CivilDate): string;
  /** The day of an instant in the reader's zone. */
  day(at: Instant): CivilDate;
  /** `2026-12-01 09:00` in the reader's zone: even widths for columns. */
  stamp(at: Instant): string;
  /** `Tue 1 Dec 2026, 09:00` for sentences. */
  moment(at: Instant): string;
  money(value: Money): string;
  /** Basis points: 1800 → `18%`. */
  percent(basisPoints: number): string;
  /** `in 12 days`, `today`, `3 days ago`. */
  away(date: CivilDate, today: CivilDate): string;
  /** How long something has lasted: `5 days`, `3 hours`. */
  lasting(from: Instant, to: Instant): string;
  weekday(date: CivilDate): string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @param zone IANA zone of the reader */
export function formats(locale: Locale, zone: string): Formats {
  const t = translator(locale);
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  const stamp = (at: Instant): string => parts.format(toMs(at)).replace(', ', ' ');
  const day = (at: Instant): CivilDate => parseCivilDate(stamp(at).slice(0, 10)) ?? (at.slice(0, 10) as CivilDate);
  const date = (value: CivilDate): string =>
    locale === 'zh-CN'
      ? `${yearOf(value)}年${monthOf(value)}月${dayOfMonth(value)}日`
      : `${dayOfMonth(value)} ${MONTHS[monthOf(value) - 1] ?? ''} ${yearOf(value)}`;
  const weekday = (value: CivilDate): string => t.code('words', `weekday.${isoWeekday(value)}`);
  return {
    date,
    day,
    stamp,
    weekday,
    moment(at) {
      const on = day(at);
      const time = stamp(at).slice(11);
      return locale === 'zh-CN' ? `${date(on)}（${weekday(on)}）${time}` : `${weekday(on)} ${date(on)}, ${time}`;
    },
    money: (value) => formatMoney(value, locale),
    percent: (basisPoints) => `${basisPoints / 100}%`,
    away(value, today) {
      const days = daysBetween(today, value);
      if (days === 0) return t('cli:days.today');
      return days > 0 ? t('cli:days.in', { count: days }) : t('cli:days.ago', { count: -days });
    },
    lasting(from, to) {
      const hours = Math.max(0, Math.floor((toMs(to) - toMs(from)) / 3_600_000));
      return hours < 24
        ? t('cli:lasting.hours', { count: hours })
        : t('cli:lasting.days', { count: Math.floor(hours / 24) });
    },
  };
}
