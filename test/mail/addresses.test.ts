import test from 'ava';
import * as fc from 'fast-check';
import { PerennialError } from '../../domain/errors/index.ts';
import { calendarUidFor, fromHeader, messageIdFor, parseAddress, readAddress, toHeader } from '../../mail/addresses.ts';

const accepted = test.macro({
  exec(t, text: string, expected: string) {
    t.is(parseAddress(text), expected);
  },
  title: (_, text) => `B048: ${JSON.stringify(text)} is an address`,
});
test(accepted, 'li.na@example.com', 'li.na@example.com');
test(accepted, ' li.na@example.com\u3000', 'li.na@example.com');
test(accepted, 'Li.Na+renewal@Example.COM', 'Li.Na+renewal@example.com');
test(accepted, "o'brien/sales=1@example.co.uk", "o'brien/sales=1@example.co.uk");
test(accepted, 'a@xn--r8jz45g.jp', 'a@xn--r8jz45g.jp');
test(accepted, 'a@b.xn--p1ai', 'a@b.xn--p1ai');
test(accepted, 'info@例え.jp', 'info@xn--r8jz45g.jp');
test(accepted, `${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`);

const refused = test.macro({
  exec(t, text: string, code: string) {
    const error = t.throws(() => parseAddress(text, { place: { field: 'email' } }), { instanceOf: PerennialError });
    t.deepEqual(
      error?.problems.map((p) => [p.code, p.place?.field]),
      [[code, 'email']],
    );
  },
  title: (_, text: string, code: string) =>
    `B048/B049: ${JSON.stringify(text.slice(-40))} (${text.length} characters) is ${code}`,
});
for (const text of [
  '',
  '@',
  'a@',
  '@b.de',
  'a@b',
  'a b@c.de',
  '"x"@y.z',
  'a..b@c.de',
  '.a@c.de',
  'a.@c.de',
  'a@b..de',
  'a@-b.de',
  'a@b.de>',
  'Li <a@b.de>',
  'a@[10.0.0.1]',
  'a@b_c.de',
  'mailto:a@b.de',
]) {
  test(refused, text, 'email.syntax');
}
test(refused, `${'a'.repeat(300)}@example.com`, 'email.syntax');
test(refused, `${'a'.repeat(65)}@example.com`, 'email.syntax');
for (const text of ['a@b.de;c@d.de', 'a@b.de, c@d.de', 'a@b.de c@d.de', 'a@b.de；c@d.de', 'a@b.de、c@d.de']) {
  test(refused, text, 'email.multiple');
}
for (const text of [
  'a@b.de\r\nBcc: x@y.z',
  'a@b.de\n',
  'a\u0000@b.de',
  'a\u200B@b.de',
  'a@b.de\u2028x',
  'a\u202E@b.de',
]) {
  test(refused, text, 'email.control_char');
}
test(refused, '名@例え.jp', 'email.utf8_unsupported');
test(refused, 'müller@example.de', 'email.utf8_unsupported');

test('B048: letters outside ASCII pass where the mail server can deliver to them', (t) => {
  t.is(parseAddress('名@例え.jp', { smtpUtf8: true }), '名@xn--r8jz45g.jp');
});

test('B048: no text gives an address with a blank, a separator, a second @ or a control character', (t) => {
  const piece = fc.constantFrom(
    'a',
    '@',
    '.',
    'b.de',
    ' ',
    ';',
    ',',
    '\r',
    '\n',
    '<',
    '>',
    '"',
    '(',
    ')',
    '\\',
    ':',
    '名',
    '\u0000',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const read = readAddress(pieces.join(''), { smtpUtf8: true });
      return typeof read !== 'string' || /^[^\s\p{Cc}@;,<>"()\\:]+@[a-z0-9.-]+\.[a-z0-9-]+$/u.test(read);
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

test('B049: neither name nor address of a header can add a line', (t) => {
  t.deepEqual(fromHeader({ name: '李娜\r\nBcc: x@y.z', email: 'li.na@example.com' }), {
    name: '李娜 Bcc: x@y.z',
    address: 'li.na@example.com',
  });
  t.throws(() => toHeader({ name: 'x', email: 'a@b.de\r\nBcc: x@y.z' }), { instanceOf: PerennialError });
});

test('the Message-ID of an effect is always the same, and another effect has another', (t) => {
  const id = messageIdFor('renewal:C-1:2/contact/intro/1/mail/decision-maker', 'Mail.Example.com');
  t.regex(id, /^<[0-9a-f]{40}@mail\.example\.com>$/);
  t.is(messageIdFor('renewal:C-1:2/contact/intro/1/mail/decision-maker', 'mail.example.com'), id);
  t.not(messageIdFor('renewal:C-1:2/contact/intro/2/mail/decision-maker', 'mail.example.com'), id);
  t.not(`<${calendarUidFor('renewal:C-1:2/contact/intro/1/mail/decision-maker', 'mail.example.com')}>`, id);
});

test('a Message-ID is never made for a domain that is none', (t) => {
  for (const domain of ['', 'a b', 'x\r\ny', '-a.de', 'a@b.de'])
    t.throws(() => messageIdFor('x', domain), undefined, domain);
  t.throws(() => messageIdFor('', 'example.com'));
});
