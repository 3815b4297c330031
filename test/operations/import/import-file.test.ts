import test from 'ava';

import { PerennialError } from '../../../domain/errors/index.ts';
import { importFile } from '../../../operations/import/import-file.ts';
import { contractStore, importOptions, PEOPLE, teamStore } from './memory-store.ts';

const HEADER = '合同编号,客户名称,客户等级,合同到期日,合同金额,币种,联系人,联系人邮箱,联系人电话';

const line = (i: number, over: { amount?: string; name?: string } = {}) =>
  `HT-${i},${over.name ?? `客户${i}`},B,2027-06-30,${over.amount ?? '1000'},CNY,张晨,c${i}@example.com,`;

const csv = (lines: readonly string[], header = HEADER) => ({
  name: 'contracts.csv',
  bytes: Buffer.from([header, ...lines].join('\r\n')),
});

const lines = (count: number) => Array.from({ length: count }, (_, i) => line(i));

test('the same file a second time changes nothing (B054)', async (t) => {
  const store = contractStore();
  const first = await importFile(csv(lines(1200)), importOptions({ store }));
  t.deepEqual(first.counts, { new: 1200, changed: 0, same: 0, wrong: 0 });
  t.deepEqual(store.batches, [1000, 200]);
  const second = await importFile(csv(lines(1200)), importOptions({ store }));
  t.deepEqual(second.counts, { new: 0, changed: 0, same: 1200, wrong: 0 });
  t.is(store.batches.length, 2);
});

test('a dry run tells what would be, and stores nothing', async (t) => {
  const store = contractStore();
  const report = await importFile(csv(lines(3)), importOptions({ store, dryRun: true }));
  t.deepEqual(report.counts, { new: 3, changed: 0, same: 0, wrong: 0 });
  t.false(report.stored);
  t.is(store.records.size, 0);
  t.deepEqual(report.mapping.columns.map((c) => [c.header, c.field, c.how]).slice(0, 2), [
    ['合同编号', 'number', 'name'],
    ['客户名称', 'client', 'name'],
  ]);
});

test('that a contract has no contact is told by what is stored, not by what one table leaves out', async (t) => {
  const store = contractStore();
  const without = '合同编号,客户名称,合同到期日,合同金额,币种';
  const codes = (problems: readonly { readonly code: string }[]) => problems.map(({ code }) => code);
  const bare = await importFile(csv(['HT-9,云杉,2027-06-30,1000,CNY'], without), importOptions({ store }));
  t.deepEqual(codes(bare.problems), ['contact.missing']);
  await importFile(csv(lines(1)), importOptions({ store }));
  const row = 'HT-0,客户0,2027-06-30,1000,CNY';
  const same = await importFile(csv([row], without), importOptions({ store, dryRun: true }));
  t.deepEqual([same.counts.same, codes(same.problems)], [1, []]);
});

test('progress ends at the end, also where rows are wrong', async (t) => {
  const seen: number[] = [];
  const onProgress = ({ phase, rows }: { phase: string; rows: number }) => void (phase === 'store' && seen.push(rows));
  await importFile(csv([...lines(3), line(3, { amount: 'x' })]), importOptions({ onProgress }));
  t.is(seen.at(-1), 4);
});

test('the last cells of a row may be missing: they are empty', async (t) => {
  const store = contractStore();
  const report = await importFile(csv(['HT-1,云杉,B,2027-06-30,1000,CNY']), importOptions({ store }));
  t.like(report.counts, { new: 1, wrong: 0 });
  t.like(store.records.get('HT-1')?.values, { endDate: '2027-06-30', contacts: [] });
});

test('a changed contract shows each field before and after; a target that was the amount goes along', async (t) => {
  const store = contractStore();
  await importFile(csv(lines(2)), importOptions({ store }));
  const report = await importFile(csv([line(0, { amount: '1500' }), line(1)]), importOptions({ store }));
  t.deepEqual(report.counts, { new: 0, changed: 1, same: 1, wrong: 0 });
  t.deepEqual(report.changes, [
    {
      row: 2,
      key: 'HT-0',
      changes: [
        { field: 'amount', before: { minor: 100_000, currency: 'CNY' }, after: { minor: 150_000, currency: 'CNY' } },
        { field: 'target', before: { minor: 100_000, currency: 'CNY' }, after: { minor: 150_000, currency: 'CNY' } },
      ],
    },
  ]);
});

test('what a later file does not say is kept: empty cells, columns that are not there, other contacts', async (t) => {
  const store = contractStore();
  await importFile(csv(['HT-1,云杉,A,2027-06-30,1000,CNY,张晨,a@example.com,+86 21 5555']), importOptions({ store }));
  const header = '合同编号,客户名称,客户等级,合同到期日,合同金额,币种,联系人邮箱';
  const second = await importFile(csv(['HT-1,云杉,,,1000,CNY,A@example.com'], header), importOptions({ store }));
  t.deepEqual(second.counts, { new: 0, changed: 0, same: 1, wrong: 0 });
  const third = await importFile(
    csv(['HT-1,云杉,,2027-06-30,1000,CNY,张小晨,a@example.com,']),
    importOptions({ store }),
  );
  t.is(third.counts.changed, 1);
  t.deepEqual(store.records.get('HT-1')?.values.contacts, [
    { name: '张小晨', email: 'a@example.com', phone: '+86 21 5555', roles: ['decision-maker'] },
  ]);
  t.like(store.records.get('HT-1')?.values, { tier: 'A', endDate: '2027-06-30' });
  await importFile(csv(['HT-1,云杉,,,1000,CNY,new@example.com'], header), importOptions({ store }));
  t.deepEqual(
    store.records.get('HT-1')?.values.contacts.map((c) => c.email),
    ['a@example.com', 'new@example.com'],
  );
});

test('mode "all" stores nothing while one row is wrong, and lists all errors (B055)', async (t) => {
  const store = contractStore();
  const bad = csv([...lines(998), line(998, { amount: 'x' })]);
  const all = await importFile(bad, importOptions({ store, mode: 'all' }));
  t.deepEqual(all.counts, { new: 998, changed: 0, same: 0, wrong: 1 });
  t.false(all.stored);
  t.is(store.records.size, 0);
  t.is(all.problems[0]?.place?.row, 1000);
  const good = await importFile(bad, importOptions({ store }));
  t.true(good.stored);
  t.is(store.records.size, 998);
});

test('the errors file of a CSV is a CSV with a byte order mark, mended and imported again it works', async (t) => {
  const store = contractStore();
  const report = await importFile(
    csv([line(1), line(2, { amount: 'x', name: '=1+1' }), 'HT-3,云杉']),
    importOptions({ store, locale: 'en' }),
  );
  t.deepEqual(report.counts, { new: 1, changed: 0, same: 0, wrong: 2 });
  const text = Buffer.from(report.errorsFile?.bytes ?? []).toString('utf8');
  t.true(text.startsWith('\ufeff合同编号,'));
  t.true(text.includes("'=1+1"));
  t.true(text.includes('""x"" is not an amount of money'));
  t.is(report.errorsFile?.name, 'contracts-errors.csv');
  const mended = text.replace(',x,', ',2000,').replace(/HT-3.*/, line(3));
  const again = await importFile(
    { name: 'mended.csv', bytes: Buffer.from(mended.replace(/(HT-3[^\r\n]*)$/m, '$1,,')) },
    importOptions({ store }),
  );
  t.deepEqual(again.counts, { new: 2, changed: 0, same: 0, wrong: 0 });
  t.deepEqual(again.mapping.ignored, []);
  t.is(store.records.get('HT-2')?.values.clientName, '=1+1');
});

test('a row with a cell too many is wrong by itself (B032)', async (t) => {
  const report = await importFile(
    csv([line(1), 'HT-2,云杉,B,2027-06-30,1,000,CNY,张晨,a@example.com,1']),
    importOptions(),
  );
  t.like(report.problems[0], { code: 'csv.columns', params: { want: 9, got: 10 }, place: { row: 3 } });
  t.is(report.counts.wrong, 1);
});

test('the same contract twice: both rows are wrong, also in another case (B050)', async (t) => {
  const store = contractStore();
  const report = await importFile(
    csv([line(1), line(2), line(1, { amount: '5' }), line(2).toLowerCase()]),
    importOptions({ store }),
  );
  t.deepEqual(report.counts, { new: 0, changed: 0, same: 0, wrong: 4 });
  t.deepEqual(
    report.problems
      .filter((p) => p.code === 'row.duplicate')
      .map((p) => [p.place?.row, p.params['other'], p.place?.field]),
    [
      [2, 4, '合同编号'],
      [3, 5, '合同编号'],
      [4, 2, '合同编号'],
      [5, 3, '合同编号'],
    ],
  );
  t.is(store.records.size, 0);
});

test('bare numbers beside longer ones with leading zeros are flagged (B050)', async (t) => {
  const rows = ['00123', '124', '4567890'].map((n) => line(1).replace('HT-1', n));
  const report = await importFile(csv(rows), importOptions());
  t.deepEqual(
    report.problems.map((p) => [p.code, p.params['value'], p.severity]),
    [['id.leading_zero', '124', 'warning']],
  );
});

test('two rows that disagree about their client are flagged', async (t) => {
  const report = await importFile(
    csv([line(1, { name: '云杉' }), line(2, { name: '云杉' }).replace(',B,', ',A,')]),
    importOptions(),
  );
  t.like(report.problems[0], { code: 'client.differs', severity: 'warning', place: { row: 3, field: '客户等级' } });
  t.is(report.counts.new, 2);
});

test('a run that breaks in the middle is finished by running it again', async (t) => {
  const store = contractStore();
  store.breakAt = 1;
  await t.throwsAsync(importFile(csv(lines(1200)), importOptions({ store })), { message: 'broken in the middle' });
  t.is(store.records.size, 1000);
  store.breakAt = Number.POSITIVE_INFINITY;
  const again = await importFile(csv(lines(1200)), importOptions({ store }));
  t.deepEqual(again.counts, { new: 200, changed: 0, same: 1000, wrong: 0 });
  t.is(store.records.size, 1200);
});

test('a broken quotation mark on the last line is found before anything is stored', async (t) => {
  const store = contractStore();
  const error = await t.throwsAsync(importFile(csv([...lines(1200), '"HT-x,']), importOptions({ store })), {
    instanceOf: PerennialError,
  });
  t.is(error.problems[0]?.code, 'csv.quote');
  t.is(error.problems[0]?.place?.row, 1202);
  t.is(store.records.size, 0);
});

test('a row that the store refuses goes to the errors file', async (t) => {
  const store = contractStore();
  const report = await importFile(
    csv(lines(3)),
    importOptions({
      store: {
        existing: (keys) => store.existing(keys),
        apply: (batch) =>
          Promise.resolve(
            batch.map(({ key }) =>
              key === 'HT-1'
                ? ({
                    key,
                    ok: false,
                    problem: { code: 'renewal.not_found', params: { id: key }, severity: 'error' },
                  } as const)
                : ({ key, ok: true } as const),
            ),
          ),
      },
    }),
  );
  t.deepEqual(report.counts, { new: 2, changed: 0, same: 0, wrong: 1 });
  t.is(report.problems[0]?.place?.row, 3);
  t.truthy(report.errorsFile);
});

test('101,000 rows are read twice instead of held, with the same result, duplicates included', async (t) => {
  const store = contractStore();
  const seen: number[] = [];
  const report = await importFile(
    csv([...lines(101_000), line(0, { amount: '7' })]),
    importOptions({ store, onProgress: ({ phase, rows }) => phase === 'read' && seen.push(rows) }),
  );
  t.deepEqual(report.counts, { new: 100_999, changed: 0, same: 0, wrong: 2 });
  t.is(seen.at(-1), 101_001);
  t.is(
    Buffer.from(report.errorsFile?.bytes ?? [])
      .toString('utf8')
      .split('\r\n').length,
    4,
  );
});

test('a header without rows imports nothing and says so (B028)', async (t) => {
  const report = await importFile(csv([]), importOptions());
  t.is(report.rows, 0);
  t.deepEqual(
    report.problems.map((p) => [p.code, p.severity]),
    [['import.no_rows', 'warning']],
  );
});

test('a GB18030 file is imported with its Chinese names (B030)', async (t) => {
  const store = contractStore();
  // 合同编号,客户名称,到期日,金额,币种 / A1,云杉科技,2027-06-30,100,CNY
  const hex =
    'bacfcdacb1e0bac52cbfcdbba7c3fbb3c62cb5bdc6dac8d52cbdf0b6ee2cb1d2d6d60a41312cd4c6c9bcbfc6bcbc2c323032372d30362d33302c3130302c434e590a';
  const report = await importFile({ name: 'gb.csv', bytes: Buffer.from(hex, 'hex') }, importOptions({ store }));
  t.is(report.table.encoding, 'gb18030');
  t.is(store.records.get('A1')?.values.clientName, '云杉科技');
});

test('a header we cannot place is refused with what was found', async (t) => {
  const error = await t.throwsAsync(importFile(csv(['1,2'], '颜色,大小'), importOptions()), {
    instanceOf: PerennialError,
  });
  t.like(error.problems[0], { code: 'import.kind', params: { found: '颜色, 大小' } });
});

test('header problems are refused before any row is read (B033)', async (t) => {
  const error = await t.throwsAsync(importFile(csv(['1,2,3'], '合同编号,End date,到期日'), importOptions()), {
    instanceOf: PerennialError,
  });
  t.deepEqual(
    error.problems.map((p) => p.code),
    ['csv.header_duplicate', 'csv.header_missing', 'csv.header_missing'],
  );
});

const team = (rows: readonly string[]) => csv(rows, '姓名,邮箱,角色,上级');

test('a team whose managers go round, or are nobody, is refused row by row', async (t) => {
  const report = await importFile(
    team([
      '甲,a@example.com,销售代表,b@example.com',
      '乙,b@example.com,销售经理,a@example.com',
      '丙,c@example.com,法务,nobody@example.com',
      '丁,d@example.com,魔法师,',
      '戊,e@example.com,销售代表/运营,wang@example.com',
    ]),
    importOptions({ teamStore: teamStore(), people: PEOPLE }),
  );
  t.deepEqual(
    report.problems.map((p) => [p.code, p.place?.row, p.place?.field]),
    [
      ['manager.cycle', 2, '上级'],
      ['manager.cycle', 3, '上级'],
      ['owner.unknown', 4, '上级'],
      ['field.choice', 5, '角色'],
    ],
  );
  t.deepEqual(report.counts, { new: 1, changed: 0, same: 0, wrong: 4 });
});

test('a changed role of a team member is shown; the same team again is all the same', async (t) => {
  const store = teamStore();
  const options = importOptions({ teamStore: store, people: [] });
  await importFile(team(['甲,a@example.com,销售代表,']), options);
  t.is((await importFile(team(['甲,a@example.com,销售代表,']), options)).counts.same, 1);
  const report = await importFile(team(['甲,a@example.com,sales manager,']), options);
  t.deepEqual(report.changes[0]?.changes, [{ field: 'roles', before: ['sales-rep'], after: ['sales-manager'] }]);
});
