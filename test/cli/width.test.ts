import test from 'ava';
import fc from 'fast-check';
import { cropLine, fit, fold, longestWord, shorten, textWidth, wrap } from '../../cli/output/width.ts';

const width = test.macro({
  exec(t, text: string, expected: number) {
    t.is(textWidth(text), expected);
  },
  title: (_, text, expected) => `${JSON.stringify(text)} takes ${expected} columns`,
});
test(width, '', 0);
test(width, 'quote', 5);
test(width, '续费报价', 8);
test(width, '¥120,000.00', 11);
test(width, '（示例）', 8);
test(width, '\u001b[32m完成\u001b[39m', 4);
test(width, 'Zoe\u0308', 3);
test(width, '● 完成', 6);

const MIXED = fc.string({ unit: fc.constantFrom('a', 'B', '7', ' ', '续', '费', '，', '（', '）', '。', '-', '¥') });

test('a fitted text has exactly the width asked for', (t) => {
  fc.assert(
    fc.property(MIXED, fc.integer({ min: 2, max: 30 }), (text, columns) => textWidth(fit(text, columns)) === columns),
  );
  t.is(fit('12', 5, 'right'), '   12');
});

test('a shortened text is never wider than asked, and a short one is left alone', (t) => {
  fc.assert(
    fc.property(
      MIXED,
      fc.integer({ min: 2, max: 30 }),
      (text, columns) => textWidth(shorten(text, columns)) <= columns,
    ),
  );
  t.is(shorten('合同审核', 8), '合同审核');
  t.is(shorten('合同审核', 7), '合同审…');
});

test('wrapping loses nothing but blanks, and lines fit', (t) => {
  fc.assert(
    fc.property(MIXED, fc.integer({ min: 8, max: 30 }), (text, columns) => {
      const lines = wrap(text, columns);
      const bare = (value: string) => value.replaceAll(/\s/g, '');
      return (
        bare(lines.join('')) === bare(text) &&
        lines.every((line) => textWidth(line) <= columns || !/[续费 ]/.test(line))
      );
    }),
  );
  t.deepEqual(wrap('赵敏（法务部）', 12), ['赵敏（法务', '部）']);
  t.deepEqual(wrap('waits for the client', 10), ['waits for', 'the client']);
});

test('a coloured line is cut by what is seen, and its colours end', (t) => {
  t.is(cropLine('\u001b[31m合同审核\u001b[39m', 6), '\u001b[31m合同…\u001b[0m');
  t.is(cropLine('short', 6), 'short');
});

test('a word longer than the line is broken, and nothing of it is lost', (t) => {
  t.deepEqual(wrap('see abcdefghij now', 6), ['see', 'abcdef', 'ghij', 'now']);
  t.is(wrap('\u001b[1mabcdefghij\u001b[22m', 6).join(''), '\u001b[1mabcdefghij\u001b[22m');
});

test('no line of a folded text is wider than the window, and no character but blanks is lost', (t) => {
  const bare = (text: string) => text.replaceAll(/\s/g, '');
  fc.assert(
    fc.property(MIXED, fc.integer({ min: 24, max: 60 }), (text, columns) => {
      const folded = fold(text, columns);
      return folded.split('\n').every((line) => textWidth(line) <= columns) && bare(folded) === bare(text);
    }),
  );
  t.pass();
});

test('what is folded stands under the text behind its label', (t) => {
  t.is(
    fold('Contacts   Petra <petra@example.org>', 28),
    'Contacts   Petra\n           <petra@example.or\n           g>',
  );
  t.is(fold('  ○ one two three', 13), '  ○ one two\n    three');
  t.is(fold('short', 12), 'short');
});

test('the longest word of a Chinese text is one character', (t) => {
  t.is(longestWord('客户 confirmation'), 12);
  t.is(longestWord('客户确认'), 2);
  t.is(longestWord(''), 0);
});
