import test from 'ava';
import { explain, PerennialError } from '../../domain/errors/index.ts';
import type { ErrorCode } from '../../domain/errors/index.ts';
import type { Contract } from '../../domain/people/contract.ts';
import { LOCALES } from '../../domain/text.ts';
import type { CivilDate, Instant } from '../../domain/time/types.ts';
import { makeCommand } from '../../operations/commands.ts';
import { quoteTerms } from '../../operations/quote-terms.ts';

const STAMP = { id: 'cmd_1', at: '2026-11-23T01:00:00.000Z' as Instant, by: { kind: 'person', id: 'per_li' } } as const;
const CONTRACT: Contract & { readonly endDate: CivilDate } = {
  id: 'ctr_1',
  number: 'HT-1',
  clientId: 'cli_1',
  product: 'CRM',
  term: 2,
  startDate: '2026-01-01' as CivilDate,
  endDate: '2026-12-31' as CivilDate,
  noticeDate: null,
  termMonths: 12,
  autoRenew: false,
  amount: { minor: 10_000_000, currency: 'CNY' },
  target: { minor: 11_000_000, currency: 'CNY' },
  paymentDays: 30,
  knownSince: '2026-01-01T00:00:00.000Z' as Instant,
};
const WISH = {
  discountBasisPoints: null,
  amount: null,
  termMonths: null,
  paymentDays: null,
  validUntil: null,
  reason: '',
};
const TODAY = '2026-11-23' as CivilDate;

test('a quote takes its discount off the target, and the rest from the contract', (t) => {
  t.deepEqual(quoteTerms(CONTRACT, { ...WISH, discountBasisPoints: 1800, reason: 'two years' }, 0, TODAY), {
    number: 'Q-HT-1-2-1',
    amount: { minor: 9_020_000, currency: 'CNY' },
    listAmount: { minor: 11_000_000, currency: 'CNY' },
    discountBasisPoints: 1800,
    upliftBasisPoints: 1000,
    termMonths: 12,
    paymentDays: 30,
    startDate: '2027-01-01' as CivilDate,
    validUntil: '2026-12-23' as CivilDate,
    reason: 'two years',
  });
});

test('a price below the target is a discount, one above it an uplift', (t) => {
  const below = quoteTerms(CONTRACT, { ...WISH, amount: { minor: 8_800_000, currency: 'CNY' } }, 3, TODAY);
  t.is(below.discountBasisPoints, 2000);
  t.is(below.number, 'Q-HT-1-2-4');
  const above = quoteTerms(CONTRACT, { ...WISH, amount: { minor: 12_000_000, currency: 'CNY' } }, 0, TODAY);
  t.is(above.discountBasisPoints, 0);
  t.is(above.upliftBasisPoints, 2000);
  t.deepEqual(above.listAmount, above.amount);
});

test('a command carries its stamp, and its texts come without outer blanks', (t) => {
  t.deepEqual(makeCommand('paused', { reason: '  merger  ', until: null }, STAMP), {
    kind: 'paused',
    reason: 'merger',
    until: null,
    ...STAMP,
  });
});

const refused = test.macro({
  exec(t, make: () => unknown, code: ErrorCode, field: string) {
    const error = t.throws(make, { instanceOf: PerennialError });
    t.is(error?.problems[0]?.code, code);
    t.is(error?.problems[0]?.place?.field, field);
  },
  title: (title = '') => title,
});
const reason = (text: string) => () => makeCommand('step skipped', { step: 'review', reason: text }, STAMP);
test('an empty reason is refused', refused, reason('   '), 'command.text_empty', 'reason');
test('a reason of 2,001 characters is refused', refused, reason('x'.repeat(2001)), 'command.text_long', 'reason');
test(
  'a text that turns the reading direction is refused',
  refused,
  reason('a\u202eb'),
  'command.text_control',
  'reason',
);
test('line ends of other systems and tabs of pasted text are no reason to refuse it', (t) => {
  const command = makeCommand('resumed', { note: 'a\r\nb\rc\td' }, STAMP);
  t.is(command.kind === 'resumed' ? command.note : '', 'a\nb\nc d');
});
test('a NUL is refused', refused, reason('a\u0000b'), 'command.text_control', 'reason');
test(
  'a date that does not exist is refused',
  refused,
  () => makeCommand('paused', { reason: 'x', until: '2026-02-30' as CivilDate }, STAMP),
  'command.field',
  'until',
);
test(
  'half a cent is refused',
  refused,
  () =>
    makeCommand(
      'payment received',
      { amount: { minor: 1.5, currency: 'CNY' }, receivedOn: TODAY, method: 'bank transfer', receipt: null },
      STAMP,
    ),
  'command.field',
  'amount.minor',
);

test('a price that can only be a slip of the keyboard is refused with the limit', (t) => {
  const wish = (minor: number) => () => quoteTerms(CONTRACT, { ...WISH, amount: { minor, currency: 'CNY' } }, 0, TODAY);
  t.notThrows(wish(1_000_000_000));
  const error = t.throws(wish(1_000_000_001), { instanceOf: PerennialError });
  t.like(error?.problems[0], {
    code: 'command.quote_amount',
    params: { value: '10000000.01 CNY', limit: '10000000.00 CNY' },
  });
});

const amount = (minor: number) => () => {
  const body = { number: 'INV-1', amount: { minor, currency: 'CNY' }, dueDate: TODAY };
  return makeCommand('invoice issued', body, STAMP);
};
test('too much is refused in words of ours', refused, amount(1e15), 'command.too_large', 'amount.minor');
test('too little is refused in words of ours', refused, amount(-1), 'command.too_small', 'amount.minor');

test('no refusal has words of the library in it', (t) => {
  const error = t.throws(amount(1e15), { instanceOf: PerennialError });
  const [said] = error?.problems ?? [];
  if (said === undefined) return t.fail();
  for (const locale of LOCALES) t.notRegex(explain(said, locale).what, /expected|Too big|Invalid/);
  return t.regex(explain(said, 'en').fix, /10000000000000/);
});

test('line breaks and Chinese stay in a text', (t) => {
  const command = makeCommand('resumed', { note: '第一行\n第二行' }, STAMP);
  t.is(command.kind === 'resumed' ? command.note : '', '第一行\n第二行');
});

const paidBy = (method: string) => () => {
  const body = { amount: { minor: 5, currency: 'CNY' }, receivedOn: TODAY, method: method as never, receipt: null };
  return makeCommand('payment received', body, STAMP);
};
test('a way to pay that nobody knows is refused with the list', (t) => {
  const error = t.throws(paidBy('barter'), { instanceOf: PerennialError });
  t.like(error?.problems[0], { code: 'payment.method', place: { field: 'method' } });
  t.regex(String(error?.problems[0]?.params['known']), /bank transfer.*card.*cheque.*cash.*online.*other/);
});

for (const [text, method] of [
  ['bank transfer', 'bank transfer'],
  ['Bank-Transfer', 'bank transfer'],
  ['银行转账', 'bank transfer'],
  ['支票', 'cheque'],
  ['WeChat Pay', 'online'],
  ['支付宝', 'online'],
] as const) {
  test(`paid by ${text} is ${method}`, (t) => t.like(paidBy(text)(), { method }));
}
