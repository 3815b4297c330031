import { z } from 'zod';
import { defineRoute } from '../contract.ts';
import { finding } from './findings.ts';
import { civilDate, id, instant, line, localText, wholeNumber } from './shapes.ts';

const YEARS = [2000, 2100] as const;
/** A file of a million characters, written in JSON. */
const TEXT_LIMIT = 4 * 1024 * 1024;

const params = z.strictObject({ calendarId: id });

const common = {
  id: z.string(),
  version: z.int(),
  name: localText,
  zone: z.string(),
  workWeek: z.array(z.int()).meta({ description: 'Weekdays that are worked, 1 = Monday' }),
  hours: z.strictObject({ open: z.string(), close: z.string() }),
  coveredYears: z.array(z.int()).meta({ description: 'Years whose days off are known; a plan beyond is provisional' }),
  source: z.string(),
  publishedAt: instant,
} as const;

const day = z
  .strictObject({
    date: civilDate,
    kind: z.enum(['off', 'work']).meta({ description: '`work`: worked although it is a weekend (调休)' }),
    name: localText,
  })
  .meta({ id: 'CalendarDay' });

export const listCalendars = defineRoute({
  id: 'listCalendars',
  method: 'GET',
  path: '/v1/calendars',
  tag: 'calendars',
  summary: { en: 'Business calendars, each in its newest version', 'zh-CN': '工作日历（最新版）' },
  access: 'read Calendar',
  response: z.strictObject({
    /** The one the team works by. */
    team: z.string(),
    items: z.array(z.strictObject({ ...common, daysOff: z.int(), makeUpDays: z.int() }).meta({ id: 'CalendarItem' })),
  }),
});

export const getCalendar = defineRoute({
  id: 'getCalendar',
  method: 'GET',
  path: '/v1/calendars/:calendarId',
  tag: 'calendars',
  summary: {
    en: 'One calendar with its days off and make-up days, where they come from, and the years it covers',
    'zh-CN': '工作日历详情：休息日、调休上班日、数据来源与覆盖年份',
  },
  access: 'read Calendar',
  params,
  query: z.strictObject({
    version: wholeNumber(1, 999_999).optional().meta({ description: 'The newest where left out' }),
    year: wholeNumber(...YEARS).optional(),
  }),
  response: z.strictObject({ ...common, days: z.array(day) }),
});

export const calendarVersions = defineRoute({
  id: 'listCalendarVersions',
  method: 'GET',
  path: '/v1/calendars/:calendarId/versions',
  tag: 'calendars',
  summary: { en: 'All versions of a calendar, the newest first', 'zh-CN': '工作日历的全部版本（由新到旧）' },
  access: 'read Calendar',
  params,
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        version: z.int(),
        digest: z.string(),
        source: common.source,
        coveredYears: common.coveredYears,
        publishedAt: instant,
      }),
    ),
  }),
});

const calendarFile = {
  file: line(200, 1).meta({ description: 'Name of the file; its ending (.csv, .yaml) tells the format' }),
  text: z.string(),
  covers: z
    .array(z.int().min(YEARS[0]).max(YEARS[1]))
    .max(50)
    .optional()
    .meta({ description: 'Years whose days off are complete with this file' }),
} as const;

export const checkCalendar = defineRoute({
  id: 'checkCalendar',
  method: 'POST',
  path: '/v1/calendars/:calendarId/check',
  tag: 'calendars',
  summary: {
    en: 'Check a calendar file, and see what it would change; nothing is kept',
    'zh-CN': '检查日历文件并预览变更（不保存）',
  },
  access: 'read Calendar',
  once: false,
  bodyLimit: TEXT_LIMIT,
  params,
  body: z.strictObject(calendarFile),
  response: z.strictObject({
    ok: z.boolean(),
    problems: z.array(finding),
    coveredYears: common.coveredYears,
    changes: z.array(z.strictObject({ date: civilDate, before: day.nullable(), after: day.nullable() })),
  }),
});

export const importCalendar = defineRoute({
  id: 'importCalendar',
  method: 'POST',
  path: '/v1/calendars/:calendarId/import',
  tag: 'calendars',
  summary: {
    en: 'Take over a calendar file as the next version; every renewal plans again',
    'zh-CN': '导入日历文件并发布新版本（所有续费重新排期）',
  },
  access: 'publish Calendar',
  bodyLimit: TEXT_LIMIT,
  params,
  body: z.strictObject(calendarFile),
  response: z.strictObject({
    id: z.string(),
    version: z.int(),
    changed: z.boolean(),
    woken: z.int(),
    warnings: z.array(finding),
  }),
});
