import test from 'ava';
import * as fc from 'fast-check';
import { FIRST_DAY, fromEpochDay, LAST_DAY } from '../../../domain/time/civil.ts';
import { fromExcelSerial, parseDateCell } from '../../../domain/time/flexible-date.ts';
import type { DateOrder } from '../../../domain/time/flexible-date.ts';

const reads = test.macro({
  exec(t, text: string, expected: string, order?: DateOrder) {
    const cell = parseDateCell(text, order === undefined ? {} : { order });
    t.is<string, string>(cell.ok ? cell.value : cell.problem.code, expected);
  },
  title: (_: string | undefined, text: string, expected: string, order?: DateOrder) =>
    `"${text}"${order === undefined ? '' : ` in a ${order} column`} is ${expected}`,
});
test(reads, '2026-03-01', '2026-03-01');
test(reads, ' 2026-03-01 ', '2026-03-01');
test(reads, '2026/3/1', '2026-03-01');
test(reads, '2026.3.1', '2026-03-01');
test(reads, '20260301', '2026-03-01');
test(reads, '2026年3月1日', '2026-03-01');
test(reads, '2026 年 3 月 1 日', '2026-03-01');
test(reads, '2026年12月31号', '2026-12-31');
test(reads, '２０２６－０３－０１', '2026-03-01');
test(reads, '２０２６／３／１', '2026-03-01');
test(reads, '２０２６年３月１日', '2026-03-01');
test(reads, '1 Mar 2026', '2026-03-01');
test(reads, '01-Mar-2026', '2026-03-01');
test(reads, '1st March 2026', '2026-03-01');
test(reads, 'Mar 1, 2026', '2026-03-01');
test(reads, 'March 1 2026', '2026-03-01');
test(reads, 'Sept. 30, 2026', '2026-09-30');
test(reads, '2026-03-01 00:00:00', '2026-03-01');
test(reads, '2026-03-01T00:00', '2026-03-01');
test(reads, '25/04/2026', '2026-04-25');
test(reads, '04/25/2026', '2026-04-25');
test(reads, '31.12.2026', '2026-12-31');
test(reads, '04/04/2026', '2026-04-04');
// B041
test(reads, '03/04/2026', 'date.ambiguous');
test(reads, '03.04.2026', 'date.ambiguous');
test(reads, '03/04/2026', 'date.ambiguous', 'ymd');
test(reads, '03/04/2026', '2026-04-03', 'dmy');
test(reads, '03/04/2026', '2026-03-04', 'mdy');
test(reads, '04/25/2026', 'date.invalid', 'dmy');
test(reads, '2026-03-04', '2026-03-04', 'dmy');
// B042
test(reads, '2026-02-30', 'date.invalid');
test(reads, '2026-13-01', 'date.invalid');
test(reads, '0000-00-00', 'date.invalid');
test(reads, '99999-01-01', 'date.range');
test(reads, '1999-12-31', 'date.range');
test(reads, '31/12/1999', 'date.range');
test(reads, '31.12.26', 'date.format');
test(reads, '26-03-01', 'date.format');
test(reads, '1 Mar 26', 'date.format');
test(reads, '30/02/2026', 'date.invalid');
test(reads, '1 Foo 2026', 'date.format');
test(reads, '2026-03/01', 'date.format');
test(reads, '2026-03-01 09:00', 'date.format');
test(reads, '', 'date.format');
test(reads, 'next Friday', 'date.format');
test(reads, '45000', 'date.format');

test('an ambiguous date names both readings', (t) => {
  const cell = parseDateCell('03/04/2026');
  t.deepEqual(cell.ok ? {} : cell.problem.params, { value: '03/04/2026', first: '2026-04-03', second: '2026-03-04' });
});

const serial = test.macro({
  exec(t, value: number, date1904: boolean, expected: string) {
    const cell = fromExcelSerial(value, { date1904 });
    t.is<string, string>(cell.ok ? cell.value : cell.problem.code, expected);
  },
  title: (_: string | undefined, value: number, date1904: boolean, expected: string) =>
    `serial ${value} of the ${date1904 ? 1904 : 1900} system is ${expected} (B040)`,
});
test(serial, 45000, false, '2023-03-15');
test(serial, 45000.75, false, '2023-03-15');
test(serial, 43538, true, '2023-03-15');
test(serial, 36526, false, '2000-01-01');
test(serial, 36525, false, 'date.serial');
test(serial, 73415, false, '2100-12-31');
test(serial, 73416, false, 'date.serial');
test(serial, 60, false, 'date.serial');
test(serial, 2026, false, 'date.serial');
test(serial, -1, false, 'date.serial');
test(serial, NaN, false, 'date.serial');

test('any text is a date or a problem, and every date reads back from all its spellings', (t) => {
  fc.assert(fc.property(fc.string(), (text) => typeof parseDateCell(text).ok === 'boolean'));
  fc.assert(
    fc.property(fc.integer({ min: FIRST_DAY, max: LAST_DAY }), (day) => {
      const date = fromEpochDay(day);
      const [y = '', m = '', d = ''] = date.split('-');
      const spellings = [date, `${y}${m}${d}`, `${y}/${Number(m)}/${Number(d)}`, `${y}年${Number(m)}月${Number(d)}日`];
      return spellings.every((text) => {
        const cell = parseDateCell(text);
        return cell.ok && cell.value === date;
      });
    }),
  );
  t.pass();
});
