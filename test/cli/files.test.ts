import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { zipSync } from 'fflate';
import { writeBeside } from '../../cli/files.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('a file that is there already is never replaced: the new one is numbered', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'list-errors.xlsx');
  t.is(await writeBeside(file, bytes('first')), file);
  await writeFile(file, 'mended by hand');
  t.is(await writeBeside(file, bytes('second')), join(folder, 'list-errors-2.xlsx'));
  t.is(await writeBeside(file, bytes('third')), join(folder, 'list-errors-3.xlsx'));
  t.is(await readFile(file, 'utf8'), 'mended by hand');
});

test('the same bytes again need no second file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'list-errors.csv');
  await writeBeside(file, bytes('same'));
  t.is(await writeBeside(file, bytes('same')), file);
  t.deepEqual(await readdir(folder), ['list-errors.csv']);
});

test('the same workbook written at another time needs no second file, one with another cell does', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'list-errors.xlsx');
  const book = (cell: string, mtime: string) => zipSync({ 'xl/sheet1.xml': [bytes(cell), { mtime }] });
  await writeBeside(file, book('a', '2027-01-01T00:00:00'));
  t.is(await writeBeside(file, book('a', '2027-01-02T00:00:00')), file);
  t.is(await writeBeside(file, book('b', '2027-01-02T00:00:00')), join(folder, 'list-errors-2.xlsx'));
});

test('a place that cannot be written is told as such', async (t) => {
  await t.throwsAsync(writeBeside('/nonexistent/folder/list.csv', bytes('x')), { message: 'cli.file_write' });
});
