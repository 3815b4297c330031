import { isUtf8 } from 'node:buffer';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import test from 'ava';
import * as fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';

import { PerennialError } from '../../../domain/errors/index.ts';
import { detectEncoding } from '../../../operations/import/read/encoding.ts';
import { openTable } from '../../../operations/import/read/open-table.ts';
import type { Source } from '../../../operations/import/read/source.ts';
import { cellText } from '../../../operations/import/table.ts';

const bytes = (text: string | Buffer) => ({ name: 'c.csv', bytes: Buffer.from(text) });

async function readAll(text: string | Buffer) {
  const table = await openTable(bytes(text));
  const rows: { row: number; cells: string[] }[] = [];
  for await (const { row, cells } of table.rows) rows.push({ row, cells: cells.map(cellText) });
  return { table, rows };
}

async function problemOf(text: string | Buffer) {
  try {
    await readAll(text);
  } catch (error) {
    if (error instanceof PerennialError) return error.problems[0];
    throw error;
  }
  return undefined;
}

/** 合同号,客户 / 云杉科技 in GB18030. */
const GB18030 = Buffer.from('bacf cdac bac5 2c bfcd bba7 0a 31 2c d4c6 c9bc bfc6 bcbc 0a'.replaceAll(' ', ''), 'hex');

const reads = test.macro({
  async exec(t, input: string | Buffer, encoding: string, delimiter: string, rows: string[][]) {
    const { table, rows: got } = await readAll(input);
    t.is(table.encoding, encoding as typeof table.encoding);
    t.is(table.delimiter, delimiter as typeof table.delimiter);
    t.deepEqual([[...table.header], ...got.map((r) => r.cells)], rows);
  },
  title: (given) => `reads ${given}`,
});

test('a comma file', reads, 'a,b\n1,2\n', 'utf-8', ',', [
  ['a', 'b'],
  ['1', '2'],
]);
test('semicolons with decimal commas (B029)', reads, 'a;b\n1,5;2\n', 'utf-8', ';', [
  ['a', 'b'],
  ['1,5', '2'],
]);
test('tabs (B029)', reads, 'a\tb,c\n1\t2\n', 'utf-8', '\t', [
  ['a', 'b,c'],
  ['1', '2'],
]);
test('a delimiter inside a quoted header is not counted', reads, '"a;b;c",d\n1,2\n', 'utf-8', ',', [
  ['a;b;c', 'd'],
  ['1', '2'],
]);
test('a byte order mark and CRLF', reads, '\ufeffa,b\r\n1,2\r\n', 'utf-8', ',', [
  ['a', 'b'],
  ['1', '2'],
]);
test('mixed line ends', reads, 'a,b\r\n1,2\n3,4\r5,6', 'utf-8', ',', [
  ['a', 'b'],
  ['1', '2'],
  ['3', '4'],
  ['5', '6'],
]);
test('GB18030 (B030)', reads, GB18030, 'gb18030', ',', [
  ['合同号', '客户'],
  ['1', '云杉科技'],
]);
test('UTF-16 with a mark (B030)', reads, Buffer.from('\ufeffa,客户\n1,云\n', 'utf16le'), 'utf-16le', ',', [
  ['a', '客户'],
  ['1', '云'],
]);
test('UTF-16 without a mark (B030)', reads, Buffer.from('number,client\n1,x\n', 'utf16le'), 'utf-16le', ',', [
  ['number', 'client'],
  ['1', 'x'],
]);
test('Latin-1 (B030)', reads, Buffer.from('a,b\nM\u00fcller,Gen\u00e8ve\n', 'latin1'), 'windows-1252', ',', [
  ['a', 'b'],
  ['Müller', 'Genève'],
]);
test('quotes inside an unquoted cell', reads, 'a,b\n5" pipe,2\n', 'utf-8', ',', [
  ['a', 'b'],
  ['5" pipe', '2'],
]);
test('a line break inside a cell', reads, 'a,b\n"x\ny",2\n', 'utf-8', ',', [
  ['a', 'b'],
  ['x\ny', '2'],
]);
test(
  'empty lines before the header and a header with trailing empty columns',
  reads,
  '\n\na,b,,\n1,2,,\n',
  'utf-8',
  ',',
  [
    ['a', 'b'],
    ['1', '2', '', ''],
  ],
);

test('rows are numbered as a spreadsheet program shows them, with multi-line cells and empty rows', async (t) => {
  const { rows } = await readAll('a,b\n"x\ny",1\n\n,\nz,2\n');
  t.deepEqual(
    rows.map((r) => [r.row, r.cells[0]]),
    [
      [2, 'x\ny'],
      [5, 'z'],
    ],
  );
});

const refuses = test.macro({
  async exec(t, input: string | Buffer, code: string, place: object, params: object = {}) {
    const found = await problemOf(input);
    t.is(found?.code, code as never);
    t.like(found?.place, { file: 'c.csv', ...place });
    for (const [name, value] of Object.entries(params)) t.is(found?.params[name], value);
  },
  title: (given) => `refuses ${given}`,
});

test('an empty file (B028)', refuses, '', 'import.empty', {});
test('a file of blanks (B028)', refuses, ' \n\n', 'import.empty', {});
test(
  'a broken byte in UTF-8 with row and byte (B030)',
  refuses,
  Buffer.concat([Buffer.from('编号,客户\n1,云\n2,'), Buffer.from([0xe4, 0xba]), Buffer.from('\n')]),
  'csv.encoding',
  { row: 3 },
  { encoding: 'UTF-8' },
);
test(
  'an unclosed quotation mark at the row where it opened (B031)',
  refuses,
  'a,b\n1,2\n3,"4\n5,6\n7,8\n',
  'csv.quote',
  { row: 3 },
);
test('an unclosed quotation mark behind many rows', refuses, `a,b\n${'1,2\n'.repeat(5000)}"3,4\n`, 'csv.quote', {
  row: 5002,
});
test('a header divided by a full-width comma (B029)', refuses, '合同编号\uff0c客户\n1\uff0c2\n', 'csv.delimiter', {
  row: 1,
});
test('a cell of 1 MB (B051)', refuses, `a,b\n1,${'x'.repeat(900_000)}\n`, 'import.limit', { row: 2, column: 2 });
test(
  '301 columns (B051)',
  refuses,
  `${Array.from({ length: 301 }, (_, i) => `h${i}`).join(',')}\n`,
  'import.limit',
  {},
);
test(
  "a PNG under a table's name (B038)",
  refuses,
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10]),
  'file.type',
  {},
  { got: 'PNG' },
);
test('an old .xls (B038)', refuses, Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2]), 'file.type', {}, { got: '.xls' });
test("HTML under a table's name (B038)", refuses, '\n<html><table><tr><td>1', 'file.type', {}, { got: 'HTML' });
test('JSON', refuses, '[{"a":1}]', 'file.type', {}, { got: 'JSON' });
test('PDF', refuses, '%PDF-1.7', 'file.type', {}, { got: 'PDF' });

test('more than 1,000,000 rows are refused while streaming, without holding them (B051)', async (t) => {
  const found = await problemOf(Buffer.from(`a\n${'1\n'.repeat(1_000_001)}`));
  t.is(found?.code, 'import.limit');
  t.like(found?.params, { max: 1_000_000, got: 1_000_001 });
});

test('a file on disk is read as the same bytes are', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-csv-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'contracts.csv');
  await writeFile(path, GB18030);
  const table = await openTable(path);
  t.is(table.file, 'contracts.csv');
  const rows = [];
  for await (const row of table.rows) rows.push(row.cells);
  t.deepEqual(rows, [['1', '云杉科技']]);
});

test('a path that is not there is a problem with the file name', async (t) => {
  const error = await t.throwsAsync(openTable('/nowhere/contracts.csv'), { instanceOf: PerennialError });
  t.is(error.problems[0]?.code, 'import.file');
});

test('whatever a CSV writer writes comes back cell by cell', async (t) => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 }), async (rows) => {
      const { rows: got } = await readAll(stringify([['a', 'b', 'c'], ...rows]));
      const filled = rows.filter((r) => r.some((c) => c.trim() !== ''));
      t.deepEqual(
        got.map((r) => r.cells),
        filled,
      );
    }),
    { numRuns: 200 },
  );
});

test('a file that comes in pieces is told as the whole one, wherever the pieces end', async (t) => {
  const whole = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text.replaceAll('\0', ''), 'utf8')),
    fc.uint8Array({ min: 1, maxLength: 40 }).map((array) => Buffer.from(array)),
  );
  const cuts = fc.array(fc.nat(40), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(whole, cuts, async (content, at) => {
      const ends = [...at.map((cut) => Math.min(cut, content.length)), content.length].sort((a, b) => a - b);
      const pieces = ends.map((end, i) => content.subarray(i === 0 ? 0 : ends[i - 1], end));
      t.deepEqual(await encodingOf([...pieces]), await encodingOf([content]));
      if (isUtf8(content) && zeroFree(content)) t.is(await encodingOf([...pieces]), 'utf-8');
    }),
  );
});

const zeroFree = (content: Buffer) => !content.includes(0) && !/^(?:fffe|feff)/.test(content.toString('hex'));

/** The encoding, or the place of the byte that does not fit. */
async function encodingOf(pieces: readonly Buffer[]): Promise<unknown> {
  const content = Buffer.concat(pieces);
  const source: Source = {
    name: 'c.csv',
    size: content.length,
    head: content,
    async *chunks() {
      for (const piece of pieces) yield await Promise.resolve(piece);
    },
    bytes: () => Promise.resolve(content),
  };
  try {
    return await detectEncoding(source);
  } catch (error) {
    if (error instanceof PerennialError) return error.problems;
    throw error;
  }
}
