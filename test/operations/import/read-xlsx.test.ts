import test from 'ava';
import readXlsxFile from 'read-excel-file/node';

import { PerennialError } from '../../../domain/errors/index.ts';
import { writeCells } from '../../../operations/export/table-file.ts';
import { openTable } from '../../../operations/import/read/open-table.ts';
import { cellText } from '../../../operations/import/table.ts';
import type { Cell } from '../../../operations/import/table.ts';
import { workbook, zip } from './zip-writer.ts';

const file = (bytes: Uint8Array) => ({ name: 'w.xlsx', bytes });

async function readAll(bytes: Uint8Array, sheet?: string) {
  const table = await openTable(file(bytes), sheet === undefined ? {} : { sheet });
  const rows: { row: number; cells: readonly Cell[] }[] = [];
  for await (const row of table.rows) rows.push(row);
  return { table, rows };
}

async function problemOf(bytes: Uint8Array) {
  const error = await t_throws(() => readAll(bytes));
  return error.problems[0];
}

async function t_throws(run: () => Promise<unknown>): Promise<PerennialError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof PerennialError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>';
const STRINGS = [
  '<t>编号</t>',
  '<r><t>到期</t></r><r><t>日</t></r><rPh><t>xx</t></rPh>',
  '<t>金额 &amp; 币种_x000A_</t>',
];

test('cells keep their kind: exact digits, dates by number format, formulas with their cached value, errors', async (t) => {
  const rows = `${HEADER}
    <row r="3"><c r="A3"><v>123</v></c><c r="B3" s="1"><v>46720</v></c><c r="C3" s="3"><f>A1*2</f><v>9007199254740993.01</v></c></row>
    <row r="4"><c r="A4" t="inlineStr"><is><t>甲&lt;乙&#x4E59;</t></is></c><c r="B4" s="2"><v>46720.5</v></c><c r="C4" t="e"><f>[1]x!A1</f><v>#REF!</v></c></row>
    <row r="5"><c r="A5" t="str"><f>"a"</f><v>a</v></c><c r="B5" t="b"><v>1</v></c><c r="C5" s="1"/></row>`;
  const { table, rows: got } = await readAll(workbook({ rows, strings: STRINGS }));
  t.is(table.sheet, '合同');
  t.deepEqual(table.header, ['编号', '到期日', '金额 & 币种\n']);
  t.deepEqual(got, [
    {
      row: 3,
      cells: [
        { kind: 'number', text: '123' },
        { kind: 'date', text: '46720' },
        { kind: 'number', text: '9007199254740993.01', formula: true },
      ],
    },
    {
      row: 4,
      cells: ['甲<乙乙', { kind: 'date', text: '46720.5' }, { kind: 'error', text: '#REF!', formula: true }],
    },
    { row: 5, cells: [{ kind: 'text', text: 'a', formula: true }, { kind: 'boolean', text: 'true' }, ''] },
  ]);
});

test('a hidden first sheet is passed over, and a sheet can be chosen by name', async (t) => {
  const bytes = workbook({ rows: HEADER, strings: STRINGS, hiddenFirst: true });
  t.is((await readAll(bytes)).table.sheet, '合同');
  t.deepEqual((await readAll(bytes, 'Lists')).table.header, ['hidden']);
  const error = await t_throws(() => readAll(bytes, '合同2'));
  t.is(error.problems[0]?.code, 'xlsx.sheet');
});

test('the 1904 date system is told (B040)', async (t) => {
  t.true((await readAll(workbook({ rows: HEADER, strings: STRINGS, date1904: true }))).table.date1904);
});

const refuses = test.macro({
  async exec(t, bytes: () => Uint8Array, code: string, params: Record<string, string | number> = {}) {
    const found = await problemOf(bytes());
    t.is(found?.code, code as never);
    t.is(found?.place?.file, 'w.xlsx');
    for (const [name, value] of Object.entries(params)) t.is(found?.params[name], value);
  },
  title: (given) => `refuses ${given}`,
});

const plain = (more: Parameters<typeof zip>[0]) => () => workbook({ rows: HEADER, strings: STRINGS, more });

test(
  '10,000 parts (B037)',
  refuses,
  () => zip(Array.from({ length: 10_000 }, (_, i) => ({ name: `x${i}`, data: '', stored: true }))),
  'xlsx.entries',
  { got: 10_000 },
);
test('a part that leaves the archive (B037)', refuses, plain([{ name: '../../etc/x', data: '1' }]), 'xlsx.path');
test('a part with an absolute path (B037)', refuses, plain([{ name: '/x', data: '1' }]), 'xlsx.path');
test('an encrypted part (B037)', refuses, plain([{ name: 'x', data: '1', flags: 1 }]), 'xlsx.encrypted');
test('zip64 sizes (B037)', refuses, plain([{ name: 'x', data: '1', claims: 0xffffffff }]), 'xlsx.corrupt');
test('two parts of one name', refuses, plain([{ name: 'xl/workbook.xml', data: '<x/>' }]), 'xlsx.corrupt');
test(
  'a password-protected workbook',
  refuses,
  () =>
    Buffer.concat([
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0]),
      Buffer.alloc(600),
      Buffer.from('EncryptedPackage', 'utf16le'),
    ]),
  'xlsx.encrypted',
);
test(
  'a DOCTYPE inside (B039)',
  refuses,
  () =>
    zip([
      {
        name: 'xl/workbook.xml',
        data: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook>&e;</workbook>',
      },
    ]),
  'xlsx.xml_entity',
  { value: 'xl/workbook.xml' },
);
test('a Word document (B038)', refuses, () => zip([{ name: 'word/document.xml', data: '<x/>' }]), 'file.type', {
  got: '.docx',
});
test(
  'a zip of zips (B037)',
  refuses,
  () => zip([{ name: 'inner.zip', data: zip([{ name: 'x', data: '1' }]) }]),
  'file.type',
  { got: 'zip' },
);
test(
  'an OpenDocument file (B038)',
  refuses,
  () => zip([{ name: 'mimetype', data: 'application/vnd.oasis.opendocument.spreadsheet', stored: true }]),
  'file.type',
  { got: '.ods' },
);
test('a file cut in half', refuses, () => plain([])().subarray(0, 400), 'xlsx.corrupt');
test('a shared text that is not there', refuses, () => workbook({ rows: HEADER }), 'xlsx.corrupt');
test('rows out of order', refuses, () => workbook({ rows: '<row r="2"/><row r="1"/>' }), 'xlsx.corrupt');
test('an empty sheet (B028)', refuses, () => workbook({ rows: '<row r="1"><c r="A1"/></row>' }), 'import.empty');
test(
  '50,001 rows (B051)',
  refuses,
  () => workbook({ rows: HEADER + '<row><c><v>1</v></c></row>'.repeat(50_001), strings: STRINGS }),
  'import.limit',
  { max: 50_000 },
);
test('11 MB (B051)', refuses, () => Buffer.concat([Buffer.from('PK'), Buffer.alloc(11 * 1024 * 1024)]), 'import.limit');

test('a small file that unpacks to 200 MB is refused by its directory, fast and without the memory (B036)', async (t) => {
  const bytes = plain([{ name: 'xl/media/bomb.xml', data: Buffer.alloc(200 * 1024 * 1024, 32) }])();
  t.true(bytes.length < 600 * 1024);
  const before = process.memoryUsage();
  const found = await problemOf(bytes);
  const after = process.memoryUsage();
  t.is(found?.code, 'xlsx.unpacked_size');
  t.true(after.rss + after.external - before.rss - before.external < 50 * 1024 * 1024);
});

test('a part that is larger than its directory claims is never unpacked beyond the claim (B036)', async (t) => {
  const lie = zip([{ name: 'xl/workbook.xml', data: Buffer.alloc(50 * 1024 * 1024, 32), claims: 1000 }]);
  t.is((await problemOf(lie))?.code, 'xlsx.corrupt');
});

test('what our writer writes, another reader reads, and ours reads the same', async (t) => {
  const written = await writeCells(
    'x',
    'xlsx',
    ['编号', '日期', '金额'],
    [
      [
        { kind: 'text', text: '001' },
        { kind: 'date', text: '2027-02-28' },
        { kind: 'number', text: '1234.56' },
      ],
      [{ kind: 'text', text: '<&>"\n换行' }, null, { kind: 'number', text: '-5' }],
    ],
  );
  const [sheet] = await readXlsxFile(Buffer.from(written.bytes));
  t.deepEqual(sheet?.data as unknown, [
    ['编号', '日期', '金额'],
    ['001', new Date(Date.UTC(2027, 1, 28)), 1234.56],
    ['<&>"\n换行', null, -5],
  ]);
  const { rows } = await readAll(written.bytes);
  t.deepEqual(
    rows.map((r) => r.cells.map(cellText)),
    [
      ['001', '46446', '1234.56'],
      ['<&>"\n换行', '', '-5'],
    ],
  );
});
