import test from 'ava';
import * as fc from 'fast-check';
import { ERROR_TABLE, explain } from '../../../domain/errors/index.ts';
import { formatMoney, MAX_MINOR, money, moneyDigits } from '../../../domain/money/money.ts';
import { parseMoney } from '../../../domain/money/parse.ts';
import type { MoneyOptions } from '../../../domain/money/parse.ts';

const reads = test.macro({
  exec(t, text: string, currency: string, expected: number | string, options: MoneyOptions = {}) {
    const cell = parseMoney(text, currency, options);
    t.is<string | number, string | number>(cell.ok ? cell.value.minor : cell.problem.code, expected);
  },
  title: (
    note: string | undefined,
    text: string,
    currency: string,
    expected: number | string,
    options?: MoneyOptions,
  ) => `${note ?? ''} "${text}" in ${currency}${options ? ` with ${JSON.stringify(options)}` : ''} is ${expected}`,
});
const comma = { decimal: ',' } as const;
// B044
test(reads, '1.234,56', 'EUR', 123_456, comma);
test(reads, '1.234,56', 'EUR', 'money.format');
test(reads, '1,234.56', 'USD', 123_456);
test(reads, '1,234.56', 'EUR', 'money.format', comma);
test(reads, '12 345,6', 'EUR', 1_234_560, comma);
test('with no-break spaces', reads, '12\u00a0345,6', 'EUR', 1_234_560, comma);
test(reads, '12 345,6', 'EUR', 'money.format');
test(reads, "1'234'567.5", 'CHF', 123_456_750);
test(reads, '$1k', 'USD', 'money.short');
test(reads, '1.2345k', 'USD', 'money.format');
test(reads, '3千', 'CNY', 'money.short');
test(reads, '１２３', 'CNY', 12_300);
test(reads, '1e5', 'CNY', 'money.format');
test(reads, '-100', 'CNY', 'money.negative');
test(reads, '-¥1,200.50', 'CNY', 'money.negative');
test(reads, '-1.2万', 'CNY', 'money.negative');
test(reads, '-100', 'CNY', -10_000, { negative: true });
test(reads, '-¥100', 'CNY', -10_000, { negative: true });
test(reads, '0.1+0.2', 'CNY', 'money.format');
test(reads, '', 'CNY', 'money.format');
test(reads, '12,34', 'CNY', 'money.format');
test(reads, '1,2345', 'CNY', 'money.format');
test(reads, '1,234 567', 'CNY', 'money.format');
test(reads, '1234.', 'CNY', 'money.format');
test(reads, '.5', 'CNY', 'money.format');
test(reads, '12万', 'CNY', 12_000_000);
test(reads, '1.2万元', 'CNY', 1_200_000);
test(reads, '1.234567万', 'CNY', 1_234_567);
test(reads, '1.2345678万', 'CNY', 'money.scale');
test(reads, '0.00万', 'JPY', 0);
test(reads, '￥1,200 万', 'CNY', 1_200_000_000);
test(reads, '1,5万', 'EUR', 1_500_000, comma);
test(reads, '3亿', 'CNY', 30_000_000_000);
test(reads, '1.2万', 'JPY', 12_000);
test(reads, '12万8', 'CNY', 'money.format');
test(reads, '万', 'CNY', 'money.format');
test(reads, '12万亿', 'CNY', 'money.format');
test(reads, '99999999亿', 'CNY', 'money.range');

test('a short amount is refused with the amount in full', (t) => {
  const cell = parseMoney('1.5k', 'CNY');
  t.like(cell, { ok: false, problem: { code: 'money.short', params: { full: '1500' } } });
});
test(reads, 'NaN', 'CNY', 'money.format');
test(reads, '120000', 'CNY', 12_000_000);
test(reads, '120,000.50', 'CNY', 12_000_050);
test(reads, '0', 'CNY', 0);
test(reads, '-0', 'CNY', 0, { negative: true });
test(reads, '000123', 'CNY', 12_300);
test(reads, '¥120,000', 'CNY', 12_000_000);
test(reads, '￥120,000', 'CNY', 12_000_000);
test(reads, '120000元', 'CNY', 12_000_000);
test(reads, 'RMB 120000', 'CNY', 12_000_000);
test(reads, 'US$1,200.00', 'USD', 120_000);
test(reads, '1200 usd', 'USD', 120_000);
test(reads, '$1200', 'HKD', 120_000);
test(reads, '€1200', 'USD', 'money.currency');
test(reads, '1,200 欧元', 'USD', 'money.currency');
test(reads, '$1200', 'EUR', 'money.currency');
test(reads, 'US$ 1200', 'EUR', 'money.currency');
test(reads, '§1200', 'USD', 'money.format');
test(reads, '1200 EUR', 'USD', 'money.currency');
test(reads, 'CNY 1200', 'USD', 'money.currency');
// B045
test(reads, '100.005 USD', 'USD', 'money.scale');
test(reads, '100.500', 'USD', 'money.scale');
test(reads, '1.000', 'USD', 'money.scale');
test(reads, '1.5 JPY', 'JPY', 'money.scale');
test(reads, '1200.00', 'JPY', 1200);
test(reads, '1.000', 'JPY', 'money.scale');
test(reads, '1.234', 'KWD', 1234);
test(reads, '1.2345', 'KWD', 'money.scale');
// B047
test(reads, '9,007,199,254,740,993.00', 'USD', 'money.range');
test(reads, '9007199254740993', 'JPY', 'money.range');
test(reads, '1e30', 'USD', 'money.format');
test(reads, '1'.repeat(400), 'USD', 'money.range');
test(reads, '100,000,000,000.00', 'CNY', MAX_MINOR);
test(reads, '100,000,000,000.01', 'CNY', 'money.range');

test('a code that is none is a bug of the caller, not of the cell (B045)', (t) => {
  t.throws(() => parseMoney('0.0001', 'BTC'), { message: 'currency.unknown' });
});

test('full-width characters are read, with a note that says how', (t) => {
  const cell = parseMoney('１２，３４５．６０', 'CNY');
  if (!cell.ok) {
    t.fail();
    return;
  }
  t.is(cell.value.minor, 1_234_560);
  t.deepEqual(
    cell.notes.map((note) => [note.code, note.severity, explain(note, 'en').what]),
    [['money.full_width', 'warning', 'The amount "１２，３４５．６０" was read as 12345.60']],
  );
  const sign = parseMoney('￥100', 'CNY');
  t.deepEqual(sign.ok ? sign.notes : undefined, []);
});

test('a range problem says the limits', (t) => {
  const cell = parseMoney('1'.repeat(20), 'CNY');
  t.is(cell.ok ? '' : explain(cell.problem, 'en').fix, 'Give an amount from 0 to 100000000000.00');
});

test('what is shown or written reads back exactly', (t) => {
  const currencies = fc.constantFrom('CNY', 'USD', 'JPY', 'KWD', 'CHF', 'EUR', 'KRW', 'TWD');
  fc.assert(
    fc.property(fc.integer({ min: -MAX_MINOR, max: MAX_MINOR }), currencies, (minor, currency) => {
      const value = money(minor, currency);
      return [moneyDigits(value), formatMoney(value, 'en'), formatMoney(value, 'zh-CN')].every((text) => {
        const cell = parseMoney(text, currency, { negative: true });
        return cell.ok && cell.value.minor === value.minor;
      });
    }),
  );
  t.pass();
});

test('any text is an amount or a known problem', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const cell = parseMoney(text, 'CNY');
      return cell.ok ? Number.isSafeInteger(cell.value.minor) : cell.problem.code in ERROR_TABLE;
    }),
  );
  t.pass();
});
