import test from 'ava';
import * as fc from 'fast-check';
import readXlsxFile from 'read-excel-file/node';

import { escapeFormula, writeTable } from '../../../operations/export/index.ts';
import type { OutColumn, TableToWrite } from '../../../operations/export/index.ts';
import { cleanCell } from '../../../operations/import/rows/text.ts';

const COLUMNS: readonly OutColumn[] = [
  { key: 'number', header: { en: 'Contract', 'zh-CN': '合同编号' }, kind: 'text' },
  { key: 'end', header: { en: 'End date', 'zh-CN': '合同到期日' }, kind: 'date' },
  { key: 'amount', header: { en: 'Amount', 'zh-CN': '合同金额' }, kind: 'money' },
  { key: 'days', header: { en: 'Days', 'zh-CN': '天数' }, kind: 'number' },
];

const table = (over: Partial<TableToWrite>): TableToWrite => ({
  name: 'renewals',
  columns: COLUMNS,
  rows: [
    { number: '00123', end: '2027-06-30', amount: { minor: 12_000_050, currency: 'CNY' }, days: -5 },
    {
      number: '=HYPERLINK("http://evil.example","x")',
      end: null,
      amount: { minor: 1200, currency: 'JPY' },
      days: undefined,
    },
  ],
  format: 'csv',
  locale: 'zh-CN',
  ...over,
});

test('CSV: byte order mark, CRLF, the headers of the language, money as a plain number, formulas escaped', async (t) => {
  const file = await writeTable(table({}));
  t.is(file.name, 'renewals.csv');
  t.is(
    Buffer.from(file.bytes).toString('utf8'),
    '\ufeff合同编号,合同到期日,合同金额,天数\r\n00123,2027-06-30,120000.50,-5\r\n"\'=HYPERLINK(""http://evil.example"",""x"")",,1200,\r\n',
  );
});

test('.xlsx: real dates and numbers, texts stay texts, formulas escaped', async (t) => {
  const file = await writeTable(table({ format: 'xlsx', locale: 'en' }));
  const [sheet] = await readXlsxFile(Buffer.from(file.bytes));
  t.deepEqual(sheet?.data as unknown, [
    ['Contract', 'End date', 'Amount', 'Days'],
    ['00123', new Date(Date.UTC(2027, 5, 30)), 120000.5, -5],
    ['\'=HYPERLINK("http://evil.example","x")', null, 1200, null],
  ]);
});

const escapes = test.macro({
  exec(t, text: string, expected: string) {
    t.is(escapeFormula(text), expected);
  },
  title: (_, text, expected) => `${JSON.stringify(text)} is written as ${JSON.stringify(expected)}`,
});
for (const text of ['=1', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '\0=1', '\uff1dx', '+86 21 5555'])
  test(escapes, text, `'${text}`);
for (const text of ['-5', '+5.5', 'a=1', '', "'x", '2027-06-30', '12万']) test(escapes, text, text);

test('the import takes off what the export put on, and no written text can be run', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 10 }), (text) => {
      const written = escapeFormula(text);
      t.true(!/^[=@]/.test(written) && (!/^[+-]/.test(written) || /^[+-][\d.]+$/.test(written)));
      if (/^\S/.test(text) && /\S$/.test(text) && !/[\u200b\ufeff]/.test(text) && !text.startsWith("'")) {
        t.is(cleanCell(written), text);
      }
    }),
  );
});

test('an amount of more than 15 digits stays exact in a workbook', async (t) => {
  const file = await writeTable(
    table({ format: 'xlsx', rows: [{ number: 'x', days: 1 }], columns: COLUMNS.slice(0, 1) }),
  );
  const [sheet] = await readXlsxFile(Buffer.from(file.bytes));
  t.deepEqual(sheet?.data as unknown, [['合同编号'], ['x']]);
});
