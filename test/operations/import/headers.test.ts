import test from 'ava';

import { LOCALES } from '../../../domain/text.ts';
import { CONTRACT_FIELDS, TEAM_FIELDS } from '../../../operations/import/fields.ts';
import type { FieldSpec } from '../../../operations/import/fields.ts';
import { readUnit } from '../../../operations/import/header-unit.ts';
import { guessKind, mapHeader } from '../../../operations/import/headers.ts';

const place = { file: 'c.csv', row: 1 };

const means = test.macro({
  exec(t, header: string, field: string | undefined) {
    const { mapping } = mapHeader('contracts', [header], {}, place);
    t.is(mapping.columns[0]?.field, field as never);
    t.deepEqual(mapping.ignored, field === undefined ? [header] : []);
  },
  title: (_: string | undefined, header: string, field: string | undefined) =>
    `the header "${header}" is ${field ?? 'nothing we know'}`,
});

test(means, '合同号', 'number');
test(means, 'Contract No.', 'number');
test(means, 'CONTRACT_NUMBER', 'number');
test(means, ' 到期日 ', 'endDate');
test(means, '合同到期日期*', 'endDate');
test(means, 'Expiry-Date', 'endDate');
test(means, 'End Date (dd/mm/yyyy)', 'endDate');
test(means, '金额\uff08万元\uff09', 'amount');
test(means, 'Amount [USD]', 'amount');
test(means, '提前通知\uff08天\uff09', 'noticeDays');
test(means, '期限(月)', 'termMonths');
test(means, '客户经理', 'owner');
test(means, '第二联系人邮箱', 'contact2Email');
test(means, '步骤开始日期', 'stageSince');
test(means, '健康分', 'healthScore');
test(means, '颜色', undefined);
test(means, 'status', undefined);

const unit = test.macro({
  exec(t, text: string, expected: object) {
    t.deepEqual(readUnit(text), expected);
  },
  title: (_: string | undefined, text: string, expected: object) =>
    `the unit "${text}" means ${JSON.stringify(expected)}`,
});
test(unit, '万元', { power: 4, currency: 'CNY' });
test(unit, '万美元', { power: 4, currency: 'USD' });
test(unit, '元', { currency: 'CNY' });
test(unit, '亿元', { power: 8, currency: 'CNY' });
test(unit, '千元', { power: 3, currency: 'CNY' });
test(unit, 'USD', { currency: 'USD' });
test(unit, 'k EUR', { power: 3, currency: 'EUR' });
test(unit, 'EUR thousand', { power: 3, currency: 'EUR' });
test(unit, 'net', {});
test(unit, '天', {});
test(unit, 'DD/MM/YYYY', { order: 'dmy' });
test(unit, 'mm-dd-yyyy', { order: 'mdy' });
test(unit, '年/月/日', { order: 'ymd' });

test('every alias means one field only', (t) => {
  for (const fields of [CONTRACT_FIELDS, TEAM_FIELDS] as Readonly<Record<string, FieldSpec>>[]) {
    const seen = new Map<string, string>();
    for (const [field, { aliases }] of Object.entries(fields)) {
      for (const alias of aliases) {
        const key = alias.toLowerCase().replace(/[\s\-_.*#]/g, '');
        if (key === '') continue;
        t.true(seen.get(key) === undefined || seen.get(key) === field, `${alias}: ${seen.get(key)} and ${field}`);
        seen.set(key, field);
      }
    }
  }
});

test('the field names in both languages are headers that are understood', (t) => {
  for (const locale of LOCALES) {
    const names = Object.entries(CONTRACT_FIELDS as Readonly<Record<string, FieldSpec>>).filter(
      ([f]) => f !== 'tenant',
    );
    const { mapping, problems } = mapHeader(
      'contracts',
      names.map(([, spec]) => spec.label[locale]),
      {},
      place,
    );
    t.deepEqual(problems, []);
    t.deepEqual(
      mapping.columns.map((c) => c.field as string),
      names.map(([field]) => field),
    );
    t.is(mapping.locale, locale);
  }
});

test('a team table is told from a contract table by its headers', (t) => {
  t.is(guessKind(['姓名', '邮箱', '角色']), 'team');
  t.is(guessKind(['Name', 'E-mail', 'Reports to', 'Roles']), 'team');
  t.is(guessKind(['合同编号', '客户', '邮箱', '姓名']), 'contracts');
  t.is(guessKind(['客户', '到期日']), 'contracts');
  t.is(guessKind(['foo', 'bar']), undefined);
  t.is(guessKind(['foo', 'bar'], { foo: 'number' }), 'contracts');
});

const header = ['合同编号', '客户名称', '合同到期日', '金额'];

test('a missing column, a doubled one, and a forbidden one are refused together, with their places (B033, B052)', (t) => {
  const { problems } = mapHeader('contracts', ['合同编号', 'End date', '到期日', '租户'], {}, place);
  t.deepEqual(
    problems.map((p) => [p.code, p.place?.column]),
    [
      ['csv.header_duplicate', 3],
      ['field.forbidden', 4],
      ['csv.header_missing', undefined],
      ['csv.header_missing', undefined],
    ],
  );
  t.deepEqual(problems[0]?.params, { field: '@field.endDate', first: 2, second: 3 });
  t.deepEqual(
    problems.slice(2).map((p) => p.params['header']),
    ['客户名称', '合同金额'],
  );
});

test('the user overrides the guess, and may leave a column out', (t) => {
  const { mapping, problems } = mapHeader(
    'contracts',
    [...header, '代号', '备注'],
    { 代号: 'product', 备注: null },
    place,
  );
  t.deepEqual(problems, []);
  t.like(mapping.columns[4], { header: '代号', field: 'product', how: 'chosen', column: 5 });
  t.deepEqual(mapping.ignored, ['备注']);
});

test('an override for a header that is not there, or to a field there is none of, is refused', (t) => {
  const { problems } = mapHeader('contracts', header, { 没有: 'product', 金额: 'amountt' }, place);
  t.deepEqual(
    problems.map((p) => p.code),
    ['csv.header_unknown', 'field.choice'],
  );
});
