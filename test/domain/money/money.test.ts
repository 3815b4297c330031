import test from 'ava';
import * as fc from 'fast-check';
import { explain, PerennialError } from '../../../domain/errors/index.ts';
import { CURRENCIES, minorDigits, parseCurrency } from '../../../domain/money/currencies.ts';
import {
  addMoney,
  compareMoney,
  discountBasisPoints,
  discounted,
  formatMoney,
  MAX_MINOR,
  money,
  moneyDigits,
  subtractMoney,
} from '../../../domain/money/money.ts';

const shown = test.macro({
  exec(t, minor: number, currency: string, en: string, zh: string) {
    t.is(formatMoney(money(minor, currency), 'en'), en);
    t.is(formatMoney(money(minor, currency), 'zh-CN'), zh);
  },
  title: (_: string | undefined, minor: number, currency: string, en: string) =>
    `${minor} minor units of ${currency} are shown as ${en}`,
});
test(shown, 12_000_000, 'CNY', '¥120,000.00', '¥120,000.00');
test(shown, 120_000, 'USD', 'US$1,200.00', 'US$1,200.00');
test(shown, 5, 'EUR', '€0.05', '€0.05');
test(shown, -500, 'EUR', '-€5.00', '-€5.00');
test(shown, 1200, 'JPY', 'JP¥1,200', 'JP¥1,200');
test(shown, 1_234_567, 'KWD', 'KWD 1,234.567', 'KWD 1,234.567');
test(shown, 120_000, 'CHF', 'CHF 1,200.00', 'CHF 1,200.00');
test(shown, 1000, 'KRW', '₩1,000', '￦1,000');
test(shown, MAX_MINOR, 'CNY', '¥100,000,000,000.00', '¥100,000,000,000.00');
test(shown, 0, 'GBP', '£0.00', '£0.00');

test('the table knows the currencies of the trade and their smallest units', (t) => {
  t.true(CURRENCIES.length >= 45);
  t.deepEqual(
    ['CNY', 'USD', 'EUR', 'GBP', 'JPY', 'KRW', 'KWD', 'BHD', 'BRL', 'INR'].map(minorDigits),
    [2, 2, 2, 2, 0, 0, 3, 3, 2, 2],
  );
});

const notCurrency = test.macro({
  exec(t, text: string, hint: RegExp) {
    const read = parseCurrency(text);
    if (typeof read === 'string') {
      t.fail(read);
      return;
    }
    t.is(read.problem.code, 'currency.unknown');
    t.regex(explain(read.problem, 'en').fix, hint);
    t.regex(explain(read.problem, 'zh-CN').fix, hint);
  },
  title: (_: string | undefined, text: string) => `"${text}" is no currency (B046)`,
});
test(notCurrency, 'RMB', /RMB → CNY/);
test(notCurrency, 'rmb', /RMB → CNY/);
test(notCurrency, '¥', /¥ → CNY/);
test(notCurrency, '￥', /¥ → CNY/);
test(notCurrency, '$', /\$ → USD \/ HKD/);
test(notCurrency, 'XXX', /EUR$/);
test(notCurrency, 'BTC', /EUR$/);
test(notCurrency, '', /EUR$/);
test(notCurrency, 'constructor', /EUR$/);

test('a currency code is read in any case and width', (t) => {
  t.is(parseCurrency(' cny '), 'CNY');
  t.is(parseCurrency('ＵＳＤ'), 'USD');
});

test('amounts in two currencies never mix', (t) => {
  const [yuan, dollars] = [money(100, 'CNY'), money(100, 'USD')];
  for (const mix of [addMoney, subtractMoney, compareMoney, discountBasisPoints]) {
    t.throws(() => mix(yuan, dollars), { instanceOf: PerennialError, message: 'money.currency' }, mix.name);
  }
});

test('money is whole minor units within the range', (t) => {
  t.throws(() => money(0.5, 'CNY'), { instanceOf: RangeError });
  t.throws(() => money(MAX_MINOR + 1, 'CNY'), { message: 'money.range' });
  t.throws(() => addMoney(money(MAX_MINOR, 'CNY'), money(1, 'CNY')), { message: 'money.range' });
  t.throws(() => money(1, 'BTC'), { message: 'currency.unknown' });
  t.is(addMoney(money(150, 'CNY'), money(-50, 'CNY')).minor, 100);
  t.true(compareMoney(money(1, 'CNY'), money(2, 'CNY')) < 0);
  t.is(moneyDigits(money(-5, 'CNY')), '-0.05');
});

const less = test.macro({
  exec(t, minor: number, basisPoints: number, expected: number) {
    t.is(discounted(money(minor, 'CNY'), basisPoints).minor, expected);
  },
  title: (_: string | undefined, minor: number, basisPoints: number, expected: number) =>
    `${minor} less ${basisPoints} basis points is ${expected}`,
});
test(less, 12_000_000, 1500, 10_200_000);
test(less, 12_000_000, 0, 12_000_000);
test(less, 12_000_000, 10_000, 0);
test(less, 12_000_000, -500, 12_600_000);
test(less, 1, 5000, 1);
test(less, 1, 5001, 0);
test(less, -1, 5000, -1);
test(less, 333, 3333, 222);
test(less, MAX_MINOR, 1, MAX_MINOR - 1_000_000_000);
test(less, 9_999_999_999_999, 3333, 6_666_999_999_999);

test('a discount is exact to the half unit, at any size', (t) => {
  const size = fc.integer({ min: -MAX_MINOR, max: MAX_MINOR });
  fc.assert(
    fc.property(size, fc.integer({ min: 0, max: 10_000 }), (minor, points) => {
      const net = BigInt(discounted(money(minor, 'CNY'), points).minor) * 10_000n;
      const exact = BigInt(minor) * BigInt(10_000 - points);
      const off = net - exact;
      // Half away from zero: a half is always rounded to the larger amount.
      return minor >= 0 ? off > -5_000n && off <= 5_000n : off < 5_000n && off >= -5_000n;
    }),
  );
  t.throws(() => discounted(money(1, 'CNY'), 10_001), { instanceOf: RangeError });
  t.throws(() => discounted(money(1, 'CNY'), 1.5), { instanceOf: RangeError });
});

test('the discount reads back from list and net', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 10_000, max: MAX_MINOR }), fc.integer({ min: 0, max: 10_000 }), (minor, points) => {
      const list = money(minor, 'CNY');
      return Math.abs(discountBasisPoints(list, discounted(list, points)) - points) <= (minor < 20_000 ? 1 : 0);
    }),
  );
  t.is(discountBasisPoints(money(100_000, 'CNY'), money(105_000, 'CNY')), -500);
  t.is(discountBasisPoints(money(0, 'CNY'), money(5, 'CNY')), 0);
  t.is(discountBasisPoints(money(3, 'CNY'), money(2, 'CNY')), 3333);
});
