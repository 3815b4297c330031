import test from 'ava';

import { LOCALES } from '../../../domain/text.ts';
import { addDays, civilDate, daysBetween } from '../../../domain/time/index.ts';
import { importFile } from '../../../operations/import/import-file.ts';
import { sampleContractsFile } from '../../../operations/import/sample-files.ts';
import { sampleContracts, sampleTeam } from '../../../operations/import/sample.ts';
import { contractStore, importOptions, TODAY } from './memory-store.ts';

const kinds = (values: readonly string[]) => [...new Set(values)].sort();

for (const locale of LOCALES) {
  for (const format of ['csv', 'xlsx'] as const) {
    test(`the sample of 60 contracts in ${locale} as ${format} is imported without an error`, async (t) => {
      const store = contractStore();
      const report = await importFile(
        await sampleContractsFile({ today: TODAY, locale }, format),
        importOptions({ store }),
      );
      t.deepEqual(
        report.problems.filter((p) => p.severity === 'error'),
        [],
      );
      t.deepEqual(kinds(report.problems.map((p) => p.code)), ['contract.end_past']);
      t.is(report.counts.new, 60);
      t.deepEqual(report.mapping.ignored, []);
      const values = [...store.records.values()].map((r) => r.values);
      t.deepEqual(kinds(values.map((v) => v.tier)), ['A', 'B', 'C']);
      t.deepEqual(kinds(values.map((v) => v.amount.currency)), ['CNY', 'EUR', 'USD']);
      t.true(new Set(values.map((v) => v.zone)).size >= 5);
      t.true(values.filter((v) => v.autoRenew).length >= 5);
      t.is(values.filter((v) => (v.healthScore ?? 100) < 50).length, 2);
      t.true(values.every((v) => v.calendarId === 'always'));
      t.deepEqual(kinds(values.map((v) => v.ownerId)), ['anna', 'li']);
    });
  }
}

test('ends lie from 20 days ago to 400 days ahead, and six contracts stand still in a step', (t) => {
  const contracts = sampleContracts({ today: TODAY, locale: 'en' });
  const days = contracts.map((c) => daysBetween(TODAY, civilDate(c.endDate ?? '')));
  t.is(Math.min(...days), -20);
  t.is(Math.max(...days), 400);
  const stalled = contracts.filter((c) => c.stage !== '');
  t.is(stalled.length, 6);
  t.true(stalled.every((c) => (c.stageSince ?? '') <= addDays(TODAY, -20)));
});

test('the same seed gives the same contracts; addresses are reserved ones and numbers are unique', (t) => {
  const options = { today: TODAY, locale: 'zh-CN', count: 200 } as const;
  const contracts = sampleContracts(options);
  t.deepEqual(contracts, sampleContracts(options));
  t.notDeepEqual(contracts, sampleContracts({ ...options, seed: 2 }));
  t.is(new Set(contracts.map((c) => c.number)).size, 200);
  const addresses = [
    ...contracts.flatMap((c) => [c.contactEmail, c.contact2Email]),
    ...sampleTeam().map((p) => p.email),
  ];
  for (const address of addresses) t.regex(address ?? '', /^[a-z.]+@example\.(com|org|net)$/);
});
