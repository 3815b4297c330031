import test from 'ava';
import { ERASED, hasSealed, isSealed, openPersonal, sealPersonal } from '../../../domain/history/index.ts';

const seal = (value: unknown, path: string) => ({ sealed: JSON.stringify([path, value]) });
const open = ({ sealed }: { sealed: string }, path: string) => {
  const [place, value] = JSON.parse(sealed) as [string, unknown];
  return place === path ? value : 'moved';
};

const sealed = test.macro({
  exec(t, field: string, value: unknown, expected: boolean) {
    const result = sealPersonal({ [field]: value }, seal);
    t.is(isSealed(result[field]), expected);
    t.deepEqual(openPersonal(result, open), { [field]: value });
  },
  title: (_, field, value, expected) => `${field} ${JSON.stringify(value)} is ${expected ? 'sealed' : 'left readable'}`,
});

test(sealed, 'note', 'Zoe will call back', true);
test(sealed, 'reason', 'budget cut by Zoe', true);
test(sealed, 'reason', 'newer due', false);
test(sealed, 'reason', '@quote.expired', true);
test(sealed, 'summary', '客户要求降价', true);
test(sealed, 'competitor', 'Example Rival', true);
test(sealed, 'text', 'write to zoe@example.org please', true);
test(sealed, 'decision', '@approval.approve', false);
test(sealed, 'template', 'renewal-intro', false);
test(sealed, 'name', { en: 'Quote', 'zh-CN': '报价' }, false);
test(sealed, 'name', 'Zoe', true);
test(sealed, 'note', '', false);
test(sealed, 'amount', { minor: 1, currency: 'CNY' }, false);

test('personal data are found wherever they are nested', (t) => {
  const detail = { quote: { number: 'Q-1', reason: 'old friend' }, votes: [{ by: 'wang', note: 'fine' }] };
  const result = sealPersonal(detail, seal);
  t.true(hasSealed(result));
  t.notRegex(JSON.stringify({ ...result, quote: { number: 'Q-1' } }), /old friend/);
  t.deepEqual(openPersonal(result, open), detail);
});

test('a ciphertext put into another place does not open there', (t) => {
  const { a, b } = sealPersonal({ a: { note: 'one' }, b: { note: 'two' } }, seal) as { a: object; b: object };
  t.deepEqual(openPersonal({ a: b, b: a }, open), { a: { note: 'moved' }, b: { note: 'moved' } });
});

test('what looks sealed can not be brought in from outside', (t) => {
  t.throws(() => sealPersonal({ x: { sealed: 'v1.1.forged' } }, seal), { message: /looks sealed/ });
});

test('an erased value is told apart from any other', (t) => {
  const result = sealPersonal({ note: 'gone' }, seal);
  t.deepEqual(
    openPersonal(result, () => ERASED),
    { note: { erased: true } },
  );
});
