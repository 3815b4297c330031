import test from 'ava';
import { importFile } from '../../../operations/import/import-file.ts';
import type { StoredContract } from '../../../operations/import/plan.ts';
import type { CivilDate } from '../../../domain/time/index.ts';
import { contractStore, importOptions } from './memory-store.ts';

const HEADER = 'contract number,client,owner,contact name,contact email,product,start date,end date,amount,currency';
const list = (product: string, start: string, end: string, amount: string) => ({
  name: 'list.csv',
  bytes: Buffer.from(
    `${HEADER}\nC-1,Example Harbor,li@example.com,Zoe,zoe@example.org,${product},${start},${end},${amount},CNY\n`,
  ),
});
const FIRST = list('Suite', '2025-11-06', '2026-11-05', '90000');

/** The contract of {@link FIRST}, renewed for another year at another price since. */
async function renewed() {
  const store = contractStore();
  await importFile(FIRST, importOptions({ store }));
  const record = store.records.get('C-1');
  if (record === undefined) throw new Error('not stored');
  const values = {
    ...record.values,
    startDate: '2026-11-06' as CivilDate,
    endDate: '2027-11-05' as CivilDate,
    amount: { minor: 9_900_000, currency: 'CNY' },
    target: { minor: 9_900_000, currency: 'CNY' },
  };
  const stored: StoredContract = { ...record, values, term: 2, pastEnds: ['2026-11-05' as CivilDate] };
  store.records.set('C-1', stored);
  return { store, values };
}

test('an old list changes nothing of the term that runs now', async (t) => {
  const { store } = await renewed();
  const again = await importFile(FIRST, importOptions({ store }));
  t.deepEqual(again.counts, { new: 0, changed: 0, same: 1, wrong: 0 });
});

test('what an old list says of the contract itself is taken over, its dates and price are not', async (t) => {
  const { store, values } = await renewed();
  const report = await importFile(list('Suite Plus', '2025-11-06', '2026-11-05', '90000'), importOptions({ store }));
  t.deepEqual(report.counts, { new: 0, changed: 1, same: 0, wrong: 0 });
  t.deepEqual(store.records.get('C-1')?.values, { ...values, product: 'Suite Plus' });
});

test('a list that gives the running term another end is taken at its word', async (t) => {
  const { store } = await renewed();
  const report = await importFile(list('Suite', '2026-11-06', '2027-12-31', '99000'), importOptions({ store }));
  t.like(report.counts, { changed: 1 });
  t.like(store.records.get('C-1')?.values, { endDate: '2027-12-31' });
});

test('dates and price of an old list that were mended since are left out, and the row says so', async (t) => {
  const { store, values } = await renewed();
  const report = await importFile(list('Suite', '2025-11-06', '2026-11-05', '95000'), importOptions({ store }));
  t.deepEqual(report.counts, { new: 0, changed: 0, same: 1, wrong: 0 });
  t.deepEqual(
    report.problems
      .filter((p) => p.code === 'contract.term_past')
      .map((p) => [p.code, p.severity, p.place?.row, p.params['term']]),
    [['contract.term_past', 'warning', 2, 2]],
  );
  t.deepEqual(store.records.get('C-1')?.values, values);
});

test('an end that no term ever had, before the term that runs now, is of a past one too', async (t) => {
  const { store, values } = await renewed();
  await importFile(list('Suite', '2025-11-06', '2026-10-31', '90000'), importOptions({ store }));
  t.deepEqual(store.records.get('C-1')?.values, values);
});
