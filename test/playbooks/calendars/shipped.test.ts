import test from 'ava';
import { isWorkday } from '../../../domain/calendar/workdays.ts';
import { isCovered } from '../../../domain/calendar/coverage.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import { instant } from '../../../domain/time/instant.ts';
import { SHIPPED_CALENDAR_IDS, shippedCalendars } from '../../../playbooks/calendars/shipped.ts';

const calendars = shippedCalendars(instant('2026-11-23T00:00:00Z'));

test('the shipped calendars are named in both languages', (t) => {
  t.deepEqual(
    calendars.map(({ id }) => id),
    ['cn', 'us', 'de', 'gb', 'hk', 'sg', 'jp', 'always'],
  );
  t.deepEqual(
    SHIPPED_CALENDAR_IDS,
    calendars.map(({ id }) => id),
  );
  for (const { id, name, version } of calendars) {
    t.regex(name['zh-CN'], /\p{Script=Han}/u, id);
    t.regex(name.en, /^[A-Z]/, id);
    t.is(version, 1);
  }
});

test('every day off has an English and a Chinese name', (t) => {
  for (const { id, daysOff, extraWorkDays } of calendars) {
    for (const [date, name] of [...Object.entries(daysOff), ...Object.entries(extraWorkDays)]) {
      t.regex(name['zh-CN'], /\p{Script=Han}/u, `${id} ${date}`);
      t.notRegex(name['zh-CN'], /\p{Script=Hira}|\p{Script=Kana}/u, `${id} ${date}`);
      t.notRegex(name.en, /\p{Script=Han}/u, `${id} ${date}`);
    }
  }
});

test('all but the one that never closes are closed on New Year 2027, and China says that it only expects so', (t) => {
  const newYear = civilDate('2027-01-01');
  t.deepEqual(
    calendars.filter((calendar) => isWorkday(calendar, newYear)).map(({ id }) => id),
    ['always'],
  );
  t.deepEqual(
    calendars.filter((calendar) => !isCovered(calendar, newYear)).map(({ id }) => id),
    ['cn', 'sg'],
  );
});

test('they are plain JSON', (t) => {
  t.deepEqual(JSON.parse(JSON.stringify(calendars)), calendars);
});
