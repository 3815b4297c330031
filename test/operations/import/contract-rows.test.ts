import test from 'ava';

import type { Problem } from '../../../domain/errors/index.ts';
import { explain } from '../../../domain/errors/index.ts';
import { civilDate } from '../../../domain/time/index.ts';
import { mapHeader } from '../../../operations/import/headers.ts';
import { readContractRow } from '../../../operations/import/rows/contract-row.ts';
import { PeopleIndex } from '../../../operations/import/rows/people-index.ts';
import { FileColumns } from '../../../operations/import/rows/row-cells.ts';
import type { ImportSettings } from '../../../operations/import/settings.ts';
import type { Cell } from '../../../operations/import/table.ts';
import { importOptions, PEOPLE, TODAY } from './memory-store.ts';

const BASE: Record<string, Cell> = {
  合同编号: 'HT-1',
  客户名称: '云杉科技',
  合同到期日: '2027-06-30',
  合同金额: '120000',
  币种: 'CNY',
  联系人邮箱: 'a@example.com',
};

function read(over: Record<string, Cell>, settings: Partial<ImportSettings> = {}, date1904 = false) {
  const row = { ...BASE, ...over };
  const header = Object.keys(row);
  const { mapping, problems } = mapHeader('contracts', header, {}, { file: 'c.csv', row: 1 });
  if (problems.length > 0) throw new Error(problems.map((p) => p.code).join());
  const { value, problems: found } = readContractRow(
    { row: 7, cells: Object.values(row) },
    {
      columns: new FileColumns({ file: 'c.csv', date1904 }, mapping),
      people: new PeopleIndex(PEOPLE),
      settings: { ...importOptions().settings, ...settings },
      locale: mapping.locale,
      today: TODAY,
    },
  );
  return {
    value,
    errors: found.filter((p) => p.severity === 'error'),
    warnings: found.filter((p) => p.severity === 'warning'),
  };
}

const codes = (problems: readonly Problem[]) => problems.map((p) => p.code);
const num = (text: string): Cell => ({ kind: 'number', text });

test('a row with the least there can be takes its defaults', (t) => {
  const { value, errors, warnings } = read({});
  t.deepEqual([...errors, ...warnings], []);
  t.like(value?.values, {
    tier: 'B',
    locale: 'zh-CN',
    zone: 'Asia/Shanghai',
    calendarId: 'cn',
    ownerId: 'li',
    noticeDate: null,
    termMonths: 12,
    autoRenew: false,
    paymentDays: 30,
    target: { minor: 12_000_000, currency: 'CNY' },
  });
  t.deepEqual([...(value?.given ?? [])].sort().map(String), ['amount', 'clientName', 'contacts', 'endDate', 'number']);
  t.deepEqual(value?.values.contacts, [{ name: 'a@example.com', email: 'a@example.com', roles: ['decision-maker'] }]);
});

const gives = test.macro({
  exec(t, over: Record<string, Cell>, field: string, expected: unknown, settings: Partial<ImportSettings> = {}) {
    const { value, errors } = read(over, settings);
    t.deepEqual(errors, []);
    t.deepEqual((value?.values as unknown as Record<string, unknown> | undefined)?.[field], expected);
  },
  title: (given: string | undefined, over: Record<string, Cell>, field: string) =>
    given ??
    `${Object.entries(over)
      .map(([h, c]) => `${h} ${JSON.stringify(c)}`)
      .join(', ')} gives ${field}`,
});

test(gives, { 客户等级: '大客户' }, 'tier', 'A');
test(gives, { 客户等级: 'Mid-Market' }, 'tier', 'B');
test(gives, { tier: 'SMB' }, 'tier', 'C');
test(gives, { 自动续约: '是' }, 'autoRenew', true);
test(gives, { 自动续约: 'No' }, 'autoRenew', false);
test(gives, { 自动续约: { kind: 'boolean', text: 'true' } }, 'autoRenew', true);
test(gives, { 自动续约: num('1') }, 'autoRenew', true);
test(gives, { 语言: '英文' }, 'locale', 'en');
test(gives, { 时区: 'Europe/Berlin' }, 'zone', 'Europe/Berlin');
test(gives, { 提前通知天数: '60天' }, 'noticeDate', '2027-05-01');
test(gives, { 合同开始日期: '2025年7月1日' }, 'termMonths', 24);
test(gives, { 合同开始日期: '2026/7/1' }, 'termMonths', 12);
test(gives, { 负责人: '王磊' }, 'ownerId', 'wang');
test(gives, { owner: 'ANNA@example.com' }, 'ownerId', 'anna');
test(gives, { 目标金额: '130000.50' }, 'target', { minor: 13_000_050, currency: 'CNY' });
test(
  'a date cell of a workbook (B040)',
  gives,
  { 合同到期日: { kind: 'date', text: '46568.75' } },
  'endDate',
  '2027-06-30',
);
test('a bare serial number in a date column (B040)', gives, { 合同到期日: num('46568') }, 'endDate', '2027-06-30');
test('a date written as the number 20270630', gives, { 合同到期日: num('20270630') }, 'endDate', '2027-06-30');
test('a declared order of day and month (B041)', gives, { 合同到期日: '03/04/2027' }, 'endDate', '2027-04-03', {
  dateOrder: 'dmy',
});
test('the binary tail of a number cell is no decimals', gives, { 合同金额: num('1234.5599999999999') }, 'amount', {
  minor: 123_456,
  currency: 'CNY',
});
test('an exponent of a number cell is read', gives, { 合同金额: num('1.2E5') }, 'amount', {
  minor: 12_000_000,
  currency: 'CNY',
});
test('full-width digits (B044)', gives, { 合同金额: '\uff11\uff12\uff13' }, 'amount', {
  minor: 12_300,
  currency: 'CNY',
});
test(
  'a decimal comma where it is declared (B044)',
  gives,
  { 合同金额: '1.234,56' },
  'amount',
  { minor: 123_456, currency: 'CNY' },
  { decimal: ',' },
);
test(
  'the apostrophe of an export goes off a text again (B034)',
  gives,
  { 产品: "'=HYPERLINK(1)" },
  'product',
  '=HYPERLINK(1)',
);
test('a formula as text stays a text (B034)', gives, { 产品: '-2+3' }, 'product', '-2+3');
test(
  'names stay as they are written (B110)',
  gives,
  { 客户名称: "Zoe\u0308 \u{1f469}\u200d\u{1f469}\u200d\u{1f467} O'Brien & <b>Al</b>" },
  'clientName',
  "Zoe\u0308 \u{1f469}\u200d\u{1f469}\u200d\u{1f467} O'Brien & <b>Al</b>",
);
test('a number of a workbook as contract number', gives, { 合同编号: num('123') }, 'number', '123');

test('the unit in the header of the amount is honoured, exactly', (t) => {
  const { 合同金额: _, 币种: __, ...rest } = BASE;
  const amountOf = (header: string, text: Cell, more: Record<string, Cell> = {}) => {
    const row = { ...rest, [header]: text, ...more };
    const { mapping } = mapHeader('contracts', Object.keys(row), {}, { file: 'c.csv', row: 1 });
    const { value, problems } = readContractRow(
      { row: 2, cells: Object.values(row) },
      {
        columns: new FileColumns({ file: 'c.csv', date1904: false }, mapping),
        people: new PeopleIndex(PEOPLE),
        settings: importOptions().settings,
        locale: 'zh-CN',
        today: TODAY,
      },
    );
    return value?.values.amount ?? codes(problems);
  };
  t.deepEqual(amountOf('金额\uff08万元\uff09', '12.345678'), { minor: 12_345_678, currency: 'CNY' });
  t.deepEqual(amountOf('金额(万元)', num('0.1')), { minor: 100_000, currency: 'CNY' });
  t.deepEqual(amountOf('合同金额/万元', '1,200'), { minor: 1_200_000_000, currency: 'CNY' });
  t.deepEqual(amountOf('金额(万元)', '10', { 币种: 'USD' }), { minor: 10_000_000, currency: 'USD' });
  t.deepEqual(amountOf('amount (k USD)', '1.5'), { minor: 150_000, currency: 'USD' });
  t.deepEqual(amountOf('金额(万元)', '1,5'), ['money.format']);
  t.deepEqual(amountOf('金额', '1.2万', { 币种: 'CNY' }), { minor: 1_200_000, currency: 'CNY' });
  t.deepEqual(amountOf('金额', '3k', { 币种: 'CNY' }), ['money.short']);
  t.deepEqual(amountOf('金额(万元)', '12万'), { minor: 12_000_000, currency: 'CNY' });
  t.deepEqual(amountOf('金额(万元)', '1.2亿'), ['money.format'], 'another unit than that of the header');
  t.deepEqual(amountOf('amount (USD)', '5', { 币种: 'EUR' }), ['currency.conflict']);
  t.deepEqual(amountOf('金额', '5'), ['currency.missing']);
});

const fails = test.macro({
  exec(t, over: Record<string, Cell>, code: string, field?: string) {
    const { value, errors } = read(over);
    t.deepEqual(codes(errors), [code as never]);
    t.is(value, undefined);
    t.like(errors[0]?.place, { file: 'c.csv', row: 7 });
    const header = field ?? Object.keys(over)[0];
    t.is(errors[0]?.place?.field, header);
    for (const locale of ['en', 'zh-CN'] as const) {
      const told = explain(errors[0] ?? t.fail(), locale);
      t.notRegex(told.what + told.fix, /\{\w+\}/);
    }
  },
  title: (given: string | undefined, over: Record<string, Cell>, code: string, _field?: string) =>
    given ?? `${JSON.stringify(over)} is ${code}`,
});

test(fails, { 合同编号: '' }, 'field.missing');
test(fails, { 合同金额: '' }, 'field.missing');
test(fails, { 合同到期日: '03/04/2026' }, 'date.ambiguous');
test(fails, { 合同到期日: '2026-02-30' }, 'date.invalid');
test(fails, { 合同到期日: '2026-13-01' }, 'date.invalid');
test(fails, { 合同到期日: '0000-00-00' }, 'date.invalid');
test(fails, { 合同到期日: '99999-01-01' }, 'date.range');
test(fails, { 合同到期日: '31.12.26' }, 'date.format');
test(fails, { 合同到期日: num('60') }, 'date.serial');
test(fails, { 合同到期日: { kind: 'error', text: '#N/A' } }, 'xlsx.cell_error');
test(fails, { 合同开始日期: '2028-01-01' }, 'contract.dates', '合同到期日');
test(fails, { 通知截止日: '2027-07-01' }, 'contract.dates', '合同到期日');
test(fails, { 期限月数: '0' }, 'number.format');
test(fails, { 提前通知天数: '很久' }, 'number.format');
test(fails, { 健康分: '101' }, 'number.format');
for (const amount of ['1.234,56', '$1k', '1e5', '0.1+0.2']) test(fails, { 合同金额: amount }, 'money.format');
test(fails, { 合同金额: '-100' }, 'money.negative');
test(fails, { 合同金额: '100.005' }, 'money.scale');
test(fails, { 合同金额: '9,007,199,254,740,993.00' }, 'money.range');
test(fails, { 合同金额: num('1e30') }, 'money.format');
for (const currency of ['RMB', '$', 'XXX']) test(fails, { 币种: currency }, 'currency.unknown');
test(fails, { 联系人邮箱: 'a@b' }, 'email.syntax');
test(fails, { 联系人邮箱: '名@example.com' }, 'email.utf8_unsupported');
test(fails, { 联系人邮箱: 'a@example.com;c@example.org' }, 'email.multiple');
test(fails, { 联系人邮箱: 'a@example.com\r\nBcc: x@example.org' }, 'email.control_char');
test(fails, { 联系人邮箱: `${'a'.repeat(300)}@example.com` }, 'email.syntax');
test(fails, { 客户等级: 'D' }, 'field.choice');
test(fails, { 自动续约: '也许' }, 'field.choice');
test(fails, { 当前步骤: '装修' }, 'field.choice');
test(fails, { 时区: 'EST5' }, 'zone.unknown');
test(fails, { 时区: 'UTC+8' }, 'zone.unknown');
test(fails, { 负责人: '不存在' }, 'owner.unknown');
test(fails, { 负责人: 'gone@example.com' }, 'owner.disabled');
test(fails, { 客户名称: 'evil\u202egnp.exe' }, 'text.bidi_control');
test(fails, { 客户名称: 'a\u200bb' }, 'text.bidi_control');
test(fails, { 客户名称: 'a\u00adb' }, 'text.bidi_control');
test('a NUL in a name (B112)', fails, { 客户名称: 'a\0b' }, 'text.invalid_char');
test('a line break in a name (B112)', fails, { 客户名称: 'a\nb' }, 'text.invalid_char');
test('half a surrogate pair (B112)', fails, { 客户名称: 'a\ud800b' }, 'text.invalid_char');
test('U+FFFE (B112)', fails, { 客户名称: 'a\ufffeb' }, 'text.invalid_char');
test('the mark of broken encoding', fails, { 客户名称: 'a\ufffdb' }, 'text.invalid_char');
test('a name of 201 characters (B110)', fails, { 客户名称: '云'.repeat(201) }, 'text.too_long');

test('200 family emoji are 200 characters', (t) => {
  t.deepEqual(read({ 客户名称: '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}'.repeat(200) }).errors, []);
});

test('a zone that people write is refused with the one they mean (B015)', (t) => {
  t.is(read({ 时区: 'Beijing' }).errors[0]?.params['suggestion'], 'Asia/Shanghai');
});

test('the 1904 date system shifts serial numbers (B040)', (t) => {
  t.is(read({ 合同到期日: { kind: 'date', text: '45106' } }, {}, true).value?.values.endDate, civilDate('2027-06-30'));
});

test('all faults of a row are told at once', (t) => {
  const { errors } = read({ 合同编号: '', 合同到期日: 'x', 合同金额: 'y', 联系人邮箱: 'z' });
  t.deepEqual(codes(errors), ['field.missing', 'date.format', 'money.format', 'email.syntax']);
});

test('an empty end date is taken in with a warning, and never guessed (A19)', (t) => {
  const { value, errors, warnings } = read({ 合同到期日: '', 合同开始日期: '2026-01-01', 期限月数: '12' });
  t.deepEqual(errors, []);
  t.deepEqual(codes(warnings), ['contract.end_missing']);
  t.is(value?.values.endDate, null);
  t.false(value?.given.includes('endDate'));
});

test('an end in the past is a warning: the day before, the day, the day after (B043)', (t) => {
  t.deepEqual(codes(read({ 合同到期日: '2026-11-22' }).warnings), ['contract.end_past']);
  t.deepEqual(codes(read({ 合同到期日: '2026-11-23' }).warnings), []);
  t.deepEqual(codes(read({ 合同到期日: '2026-11-24' }).warnings), []);
});

test('a formula is used with its cached value and said once for its column (B035)', (t) => {
  const { value, warnings } = read({ 合同金额: { kind: 'number', text: '240000', formula: true } });
  t.is(value?.values.amount.minor, 24_000_000);
  t.deepEqual(codes(warnings), ['xlsx.formula']);
});

test('a numeric cell as contract number warns of lost zeros (B050)', (t) => {
  t.deepEqual(codes(read({ 合同编号: num('123') }).warnings), ['id.leading_zero']);
});

test('two notice columns that disagree: the date counts, with a warning', (t) => {
  const { value, warnings } = read({ 通知截止日: '2027-05-15', 提前通知天数: '60' });
  t.is(value?.values.noticeDate, civilDate('2027-05-15'));
  t.deepEqual(codes(warnings), ['contract.notice_differs']);
});

test('a contact without an address is left out, and that is told', (t) => {
  const { value, warnings } = read({ 联系人邮箱: '', 联系人: '张晨' });
  t.deepEqual(value?.values.contacts, []);
  t.deepEqual(codes(warnings), ['contact.no_email']);
});

test('a second contact, with several roles', (t) => {
  const { value } = read({
    联系人: '张晨',
    第二联系人: '许静',
    第二联系人邮箱: 'B@Example.ORG',
    第二联系人角色: '财务、法务',
    联系人电话: '+86 21 5555',
  });
  t.deepEqual(value?.values.contacts, [
    { name: '张晨', email: 'a@example.com', phone: '+86 21 5555', roles: ['decision-maker'] },
    { name: '许静', email: 'B@example.org', roles: ['billing', 'legal'] },
  ]);
});

test('a domain that mixes alphabets is taken in its ASCII form and flagged (B111)', (t) => {
  const { value, warnings } = read({ 联系人邮箱: 'a@\u0430pple.com' });
  t.is(value?.values.contacts[0]?.email, 'a@xn--pple-43d.com');
  t.deepEqual(codes(warnings), ['email.lookalike']);
});

test('the step and its begin come in as the entry', (t) => {
  t.deepEqual(read({ 当前步骤: '续费报价', 步骤开始日期: '2026-10-24' }).value?.entry, {
    stage: 'quote',
    since: civilDate('2026-10-24'),
  });
  t.deepEqual(read({ 当前步骤: 'payment' }).value?.entry, { stage: 'payment', since: TODAY });
});

test('without a default owner an empty owner is an error', (t) => {
  const { ownerId: _, ...settings } = importOptions().settings;
  const { mapping } = mapHeader('contracts', Object.keys(BASE), {}, { file: 'c.csv', row: 1 });
  const { problems } = readContractRow(
    { row: 2, cells: Object.values(BASE) },
    {
      columns: new FileColumns({ file: 'c.csv', date1904: false }, mapping),
      people: new PeopleIndex(PEOPLE),
      settings,
      locale: 'zh-CN',
      today: TODAY,
    },
  );
  t.deepEqual(codes(problems), ['field.missing']);
  t.is(problems[0]?.params['field'], '@field.owner');
});
