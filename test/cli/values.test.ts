import test from 'ava';
import { ERROR_TABLE, PerennialError } from '../../domain/errors/index.ts';
import { asTyped, exitCodeOf, Interrupted, problemsOf, UsageError } from '../../cli/failure.ts';
import { suggest } from '../../cli/suggest.ts';
import { dateValue, mapValue, moneyValue, numberValue, optionOf, percentValue, textOrDate } from '../../cli/values.ts';

const percent = test.macro({
  exec(t, text: string, expected: number | null) {
    if (expected === null) t.throws(() => percentValue(text, '--discount'), { instanceOf: UsageError });
    else t.is(percentValue(text, '--discount'), expected);
  },
  title: (_, text: string, expected: number | null) =>
    `the discount ${JSON.stringify(text)} is ${expected === null ? 'refused' : `${expected} basis points`}`,
});
test(percent, '18%', 1800);
test(percent, '18', 1800);
test(percent, '7.5 %', 750);
test(percent, '１８％', 1800);
test(percent, '0', 0);
test(percent, '0.18%', 18);
test(percent, '0.18', null);
test(percent, '0.5', null);
test(percent, '1', 100);
test(percent, '100%', 10_000);
test(percent, '100.01%', null);
test(percent, '-5%', null);
test(percent, '1e1', null);
test(percent, '', null);
test(percent, '0.18.0', null);

test('a share is not taken for a percentage: both readings are named', (t) => {
  const error = t.throws(() => percentValue('0.18', '--discount'), { instanceOf: UsageError });
  t.like(error?.problems[0], { code: 'cli.percent_share', params: { value: '0.18', share: '18' } });
});

test('a date is read in every form that an import reads', (t) => {
  for (const text of ['2027-12-31', '2027/12/31', '31.12.2027', '2027年12月31日', '２０２７年１２月３１日']) {
    t.is<string, string>(dateValue(text, '--end-date'), '2027-12-31', text);
  }
  const code = (text: string) => {
    const error = t.throws(() => dateValue(text, '--end-date'), { instanceOf: UsageError });
    t.is(error?.problems[0]?.place?.field, '--end-date');
    return error?.problems[0]?.code;
  };
  t.is(code('31.12.27'), 'date.format');
  t.is(code('soon'), 'date.format');
  t.is(code('2027-02-30'), 'date.invalid');
  t.is(code('03/04/2027'), 'date.ambiguous');
});

test('an amount below zero and one in another currency are told as such', (t) => {
  const first = (text: string) =>
    t.throws(() => moneyValue(text, 'EUR', '--amount'), { instanceOf: UsageError })?.problems[0];
  t.like(first('-100'), { code: 'money.negative' });
  t.like(first('$100'), { code: 'cli.currency', params: { value: '$100', currency: 'EUR' } });
  t.like(first('100 CNY'), { code: 'cli.currency' });
});

test('an amount is read in the currency that is known, and in no other', (t) => {
  t.deepEqual(moneyValue('98,000.50', 'CNY', '--amount'), { minor: 9_800_050, currency: 'CNY' });
  t.deepEqual(moneyValue('98000 CNY', 'CNY', '--amount'), { minor: 9_800_000, currency: 'CNY' });
  const error = t.throws(() => moneyValue('98000 USD', 'CNY', '--amount'), { instanceOf: UsageError });
  t.is(error?.problems[0]?.place?.field, '--amount');
  t.throws(() => moneyValue('1.5', 'JPY', '--amount'), { message: 'money.scale' });
});

test('whole numbers keep to their range', (t) => {
  t.is(numberValue('12', '--limit', 1, 100), 12);
  for (const text of ['0', '101', '1.5', '-3', 'ten', '']) {
    t.throws(() => numberValue(text, '--limit', 1, 100), { message: 'cli.number' }, text);
  }
});

test('a mapping may have = in its header', (t) => {
  t.deepEqual(mapValue('A=B=amount'), ['A=B', 'amount']);
  for (const text of ['amount', '=amount', 'ACV=']) t.throws(() => mapValue(text), { message: 'cli.map' }, text);
});

test('a header is mapped to a field by its id or by its name in either language', (t) => {
  t.deepEqual(mapValue('年费=合同金额'), ['年费', 'amount']);
  t.deepEqual(mapValue('ACV=End Date'), ['ACV', 'endDate']);
  const error = t.throws(() => mapValue('ACV=badfield'), { instanceOf: UsageError });
  t.like(error?.problems[0], { code: 'cli.choice', params: { value: 'badfield', option: '--map' } });
  t.regex(String(error?.problems[0]?.params['choices']), /amount, .*endDate|endDate.*amount/);
});

test('a text that is written like a date must be one', (t) => {
  t.is(textOrDate('signs on 30 February', '--promise'), 'signs on 30 February');
  t.is(textOrDate('2026-02-28', '--promise'), '2026-02-28');
  t.is(textOrDate(undefined, '--promise'), null);
  for (const text of ['2026-02-30', '2026/13/1', '2026年2月30日', '２０２６-02-30']) {
    const error = t.throws(() => textOrDate(text, '--promise'), { instanceOf: UsageError });
    t.like(error?.problems[0], { code: 'date.invalid', place: { field: '--promise' } }, text);
  }
});

test('a field of a command is named by the option it was typed as', (t) => {
  t.is(optionOf('reason'), '--reason');
  t.is(optionOf('quote.validUntil'), '--valid-until');
  t.is(optionOf('quote.amount.minor'), '--amount');
  t.is(optionOf('nextStep'), '--next');
  t.is(optionOf('step'), '<step>');
  t.is(optionOf('--amount'), '--amount');
});

test('a refusal of what was typed is a mistake of usage, and no other refusal is', (t) => {
  t.is(exitCodeOf(asTyped(PerennialError.of('risk.unknown_cause', { cause: 'x', known: 'y' }))), 2);
  t.is(exitCodeOf(asTyped(PerennialError.of('contract.end_before_start', { end: '1', start: '2' }))), 2);
  t.is(exitCodeOf(asTyped(PerennialError.of('renewal.closed', { outcome: '', at: '' }))), 5);
  t.is(exitCodeOf(PerennialError.of('cli.ambiguous', { id: 'x', matches: 'y' })), 2);
  t.is(exitCodeOf(PerennialError.of('file.type', { name: 'x', got: 'y' })), 1);
});

test('exit codes follow the class of the first error', (t) => {
  t.is(exitCodeOf(UsageError.of('cli.actor_missing')), 2);
  t.is(exitCodeOf(PerennialError.of('renewal.not_found', { id: 'x' })), 3);
  t.is(exitCodeOf(PerennialError.of('approval.own_request', { by: 'x' })), 4);
  t.is(exitCodeOf(PerennialError.of('renewal.closed', { outcome: '', at: '' })), 5);
  t.is(exitCodeOf(PerennialError.of('cli.not_running', { folder: 'x' })), 1);
  t.is(exitCodeOf(new Error('boom')), 1);
  t.is(exitCodeOf(new Interrupted()), 130);
});

test('an error that is not for people is told as a bug, in one line', (t) => {
  t.deepEqual(problemsOf(new Error('first\nsecond')), PerennialError.of('cli.bug', { reason: 'first' }).problems);
});

test('every error class has an exit code that is not 0', (t) => {
  for (const code of Object.keys(ERROR_TABLE) as (keyof typeof ERROR_TABLE)[]) {
    t.true(exitCodeOf(PerennialError.of(code)) > 0, code);
  }
});

const meant = test.macro({
  exec(t, word: string, expected: string | undefined) {
    t.is(suggest(word, ['renewals', 'renewal', 'quote', 'import', 'pay']), expected);
  },
  title: (_, word: string, expected: string | undefined) =>
    `"${word}" ${expected === undefined ? 'is near nothing' : `means ${expected}`}`,
});
test(meant, 'renewls', 'renewals');
test(meant, 'qoute', 'quote');
test(meant, 'Import', 'import');
test(meant, 'payy', 'pay');
test(meant, 'delete', undefined);
