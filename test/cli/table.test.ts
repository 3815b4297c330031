import test from 'ava';
import { styleFor } from '../../cli/output/style.ts';
import { renderTable } from '../../cli/output/table.ts';
import { textWidth } from '../../cli/output/width.ts';
import { fakeIo } from './fake-io.ts';

const COLUMNS = [
  { title: '合同' },
  { title: '客户', flexible: true, min: 8 },
  { title: '金额', align: 'right' },
] as const;
const ROWS = [
  ['HT-2026-0001', '云杉科技（示例）有限公司上海分公司', '¥864,400.00'],
  ['HT-2026-0002', 'Example Lantern Inc.', 'US$79.00'],
] as const;
const plain = styleFor(fakeIo(), 'out');
const colourful = styleFor(fakeIo({ tty: true }), 'out');

/** Column at which a text begins on a line. */
const columnOf = (line: string, text: string): number => textWidth(line.slice(0, line.indexOf(text)));

test('columns stand under each other also with Chinese in them', (t) => {
  const lines = renderTable(COLUMNS, ROWS, { width: 100, style: plain }).split('\n');
  t.is(lines.length, 3);
  t.is(columnOf(lines[1] ?? '', '云杉'), columnOf(lines[2] ?? '', 'Example'));
  t.is(columnOf(lines[0] ?? '', '客户'), columnOf(lines[1] ?? '', '云杉'));
  t.is(textWidth(lines[1] ?? ''), textWidth(lines[2] ?? ''), 'amounts end in the same column');
});

for (const width of [60, 80, 100]) {
  test(`a table in ${width} columns is never wider, boxed or not`, (t) => {
    for (const boxed of [true, false]) {
      for (const line of renderTable(COLUMNS, ROWS, { width, style: plain, boxed }).split('\n')) {
        t.true(textWidth(line) <= width, line);
      }
    }
  });
}

test('boxed tables wrap long cells, others cut them', (t) => {
  t.false(renderTable(COLUMNS, ROWS, { width: 50, style: plain, boxed: true }).includes('…'));
  t.true(renderTable(COLUMNS, ROWS, { width: 50, style: plain }).includes('…'));
});

test('where the window is too narrow spare columns go, the highest number first', (t) => {
  const columns = [COLUMNS[0], { ...COLUMNS[1], spare: 1 }, { ...COLUMNS[2], spare: 2 }];
  t.regex(renderTable(columns, ROWS, { width: 40, style: plain }), /金额/);
  const one = renderTable(columns, ROWS, { width: 30, style: plain });
  t.notRegex(one, /金额/);
  t.regex(one, /客户/);
  t.notRegex(renderTable(columns, ROWS, { width: 16, style: plain }), /客户/);
});

for (const boxed of [true, false]) {
  test(`a table that cannot fit${boxed ? ' into its box' : ''} becomes a block of lines for each row, nothing lost`, (t) => {
    const text = renderTable(COLUMNS, ROWS, { width: 26, style: plain, boxed });
    for (const line of text.split('\n')) t.true(textWidth(line) <= 26, line);
    t.regex(text, /^HT-2026-0001$/m);
    t.regex(text, /^ {2}金额 {2}US\$79\.00$/m);
    t.true(text.replaceAll(/\s/g, '').includes('云杉科技（示例）有限公司上海分公司'));
  });
}

test('a box breaks no word while another column can give way', (t) => {
  const columns = [
    { title: 'step', flexible: true, min: 4 },
    { title: 'note', flexible: true, min: 4 },
  ];
  const text = renderTable(columns, [['Client confirmation', 'waits for the word of the client']], {
    width: 32,
    style: plain,
    boxed: true,
  });
  t.regex(text, /confirmation/);
  t.notRegex(text, /…/);
});

test('the edges of a box are straight', (t) => {
  const lines = renderTable(COLUMNS, ROWS, { width: 60, style: plain, boxed: true }).split('\n');
  t.is(new Set(lines.map(textWidth)).size, 1);
});

test('paint changes no width', (t) => {
  const painted = ROWS.map((row) => row.map((text) => ({ text, paint: colourful.bad })));
  const bare = (text: string) => text.split('\n').map(textWidth);
  const options = { width: 60, boxed: true } as const;
  const coloured = renderTable(COLUMNS, painted, { ...options, style: colourful });
  t.true(coloured.includes('\u001b[31m'));
  t.deepEqual(bare(coloured), bare(renderTable(COLUMNS, ROWS, { ...options, style: plain })));
});
