import test from 'ava';

import { explain } from '../../../domain/errors/index.ts';
import { importFile } from '../../../operations/import/import-file.ts';
import { openTable } from '../../../operations/import/read/open-table.ts';
import { SAMPLE_FAULTS, sampleTeamFile, sampleWorkbook } from '../../../operations/import/sample-files.ts';
import { writeCells } from '../../../operations/export/table-file.ts';
import type { OutCell } from '../../../operations/export/table-file.ts';
import { cellText } from '../../../operations/import/table.ts';
import { contractStore, importOptions, teamStore, TODAY } from './memory-store.ts';

test('a workbook of 200 rows with five wrong ones gives 195 contracts and five errors with row, column, value and remedy', async (t) => {
  const file = await sampleWorkbook({ today: TODAY, locale: 'zh-CN' });
  const store = contractStore();
  const report = await importFile(file, importOptions({ store, locale: 'zh-CN' }));
  t.deepEqual(report.counts, { new: 195, changed: 0, same: 0, wrong: 5 });
  t.is(store.records.size, 195);
  const errors = report.problems.filter((p) => p.severity === 'error');
  t.deepEqual(
    errors.map((e) => [e.code, e.place?.row, e.place?.field]),
    [
      ['date.invalid', 17, '合同到期日'],
      ['date.ambiguous', 58, '合同到期日'],
      ['money.format', 99, '合同金额'],
      ['currency.unknown', 140, '币种'],
      ['email.syntax', 181, '联系人邮箱'],
    ],
  );
  for (const [i, error] of errors.entries()) {
    const value = SAMPLE_FAULTS[i]?.text ?? '?';
    for (const locale of ['en', 'zh-CN'] as const) {
      const told = explain(error, locale);
      t.true(told.what.includes(value), told.what);
      t.true(told.where.includes(String(error.place?.row)), told.where);
      t.true(told.where.includes(error.place?.field ?? '?'), told.where);
      t.regex(told.fix, locale === 'en' ? /\w{3}/ : /\p{Script=Han}{2}/u);
      t.notRegex(told.what + told.fix, /\{\w+\}/);
    }
  }
  t.true(explain(errors[3] ?? t.fail(), 'zh-CN').fix.includes('CNY'));
});

test('the errors file holds only the wrong rows, and once mended it is imported without a word about its extra columns', async (t) => {
  const store = contractStore();
  const first = await importFile(
    await sampleWorkbook({ today: TODAY, locale: 'zh-CN' }),
    importOptions({ store, locale: 'zh-CN' }),
  );
  const errors = first.errorsFile;
  if (!errors) throw new Error('no errors file');
  t.is(errors.name, '示例合同-errors.xlsx');
  const table = await openTable(errors);
  t.deepEqual(table.header.slice(-2), ['错误/Error', '怎么改/How to fix']);
  const mended: OutCell[][] = [];
  for await (const { cells } of table.rows) {
    const texts = cells.map(cellText);
    t.true((texts.at(-2) ?? '').length > 5 && (texts.at(-1) ?? '').length > 5);
    mended.push(
      table.header.map((header, i) => {
        const cell = cells[i];
        const repair: Record<string, [RegExp, string]> = {
          合同到期日: [/^(2026-02-30|03\/04\/2027)$/, '2027-02-28'],
          合同金额: [/万/, '128000'],
          币种: [/RMB/, 'CNY'],
          联系人邮箱: [/example$/, 'zhang.chen@example.com'],
        };
        const [broken, right] = repair[header] ?? [/^\b$/, ''];
        if (broken.test(cellText(cell))) return { kind: 'text', text: right };
        if (typeof cell === 'object' && cell.kind === 'number') return { kind: 'number', text: cell.text };
        if (typeof cell === 'object' && cell.kind === 'date') {
          return { kind: 'number', text: cell.text };
        }
        return cellText(cell) === '' ? null : { kind: 'text', text: cellText(cell) };
      }),
    );
  }
  t.is(mended.length, 5);
  const again = await importFile(
    await writeCells('mended', 'xlsx', table.header, mended),
    importOptions({ store, locale: 'zh-CN' }),
  );
  t.deepEqual(
    again.problems.filter((p) => p.severity === 'error'),
    [],
  );
  t.deepEqual(again.counts, { new: 5, changed: 0, same: 0, wrong: 0 });
  t.deepEqual(again.mapping.ignored, []);
  t.is(store.records.size, 200);
});

test('the sample team is read as a team, superiors before those who report to them', async (t) => {
  const team = teamStore();
  const report = await importFile(
    await sampleTeamFile('zh-CN'),
    importOptions({ teamStore: team, people: [], mode: 'all' }),
  );
  t.is(report.kind, 'team');
  t.deepEqual(report.counts, { new: 9, changed: 0, same: 0, wrong: 0 });
  const order = [...team.records.keys()];
  for (const { values } of team.records.values()) {
    if (values.manager !== undefined) t.true(order.indexOf(values.manager) < order.indexOf(values.email));
  }
});
