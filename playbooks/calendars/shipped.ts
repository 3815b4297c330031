import type { BusinessCalendar } from '../../domain/calendar/types.ts';
import type { LocalText } from '../../domain/text.ts';
import type { Instant } from '../../domain/time/types.ts';
import { compileCalendar } from '../../operations/calendars/compile.ts';

/** Years before and after the present one: running terms on one side, the longest usual terms on the other. */
const YEARS_BACK = 2;
const YEARS_AHEAD = 10;

const SHIPPED: readonly {
  readonly id: string;
  readonly kind: string;
  readonly zone: string;
  readonly name: LocalText;
}[] = [
  { id: 'cn', kind: 'CN', zone: 'Asia/Shanghai', name: { en: 'China (mainland)', 'zh-CN': '中国大陆' } },
  { id: 'us', kind: 'US', zone: 'America/New_York', name: { en: 'United States', 'zh-CN': '美国' } },
  { id: 'de', kind: 'DE', zone: 'Europe/Berlin', name: { en: 'Germany', 'zh-CN': '德国' } },
  {
    id: 'gb',
    kind: 'GB-ENG',
    zone: 'Europe/London',
    name: { en: 'United Kingdom (England)', 'zh-CN': '英国（英格兰）' },
  },
  { id: 'hk', kind: 'HK', zone: 'Asia/Hong_Kong', name: { en: 'Hong Kong', 'zh-CN': '中国香港' } },
  { id: 'sg', kind: 'SG', zone: 'Asia/Singapore', name: { en: 'Singapore', 'zh-CN': '新加坡' } },
  { id: 'jp', kind: 'JP', zone: 'Asia/Tokyo', name: { en: 'Japan', 'zh-CN': '日本' } },
  { id: 'always', kind: 'always', zone: 'UTC', name: { en: 'Around the clock', 'zh-CN': '全天候（7×24）' } },
];

export const SHIPPED_CALENDAR_IDS: readonly string[] = SHIPPED.map((row) => row.id);

/**
 * The calendars that come with the product, for the years around `now`, version 1. Compiled from holiday data and
 * time-zone tables, none written by hand; takes some hundred milliseconds.
 */
export function shippedCalendars(now: Instant): readonly BusinessCalendar[] {
  const year = Number(now.slice(0, 4));
  return SHIPPED.map((row) => compileCalendar({ ...row, years: { from: year - YEARS_BACK, to: year + YEARS_AHEAD } }));
}
