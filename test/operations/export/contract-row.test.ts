import test from 'ava';
import { EXPORT_COLUMNS, exportRow } from '../../../operations/export/contract-row.ts';
import { LOCALES } from '../../../domain/text.ts';
import { translator } from '../../../i18n/index.ts';
import { writeTable } from '../../../operations/export/index.ts';
import { importFile } from '../../../operations/import/import-file.ts';
import type { ContractValues } from '../../../operations/import/rows/values.ts';
import type { ClientDoc } from '../../../schemas/client.ts';
import type { ContractDoc } from '../../../schemas/contract.ts';
import { contractStore, importOptions, PEOPLE } from '../import/memory-store.ts';

const HEADER =
  '合同编号,客户名称,客户等级,产品,客户经理,合同开始日期,合同到期日,通知截止日,自动续约,合同金额,目标金额,币种,账期,' +
  '联系人,联系人邮箱,联系人电话,联系人角色,第二联系人,第二联系人邮箱,第二联系人角色,语言,时区,健康分,备注';
const ROW =
  'HT-1,云杉,A,平台,li@example.com,2026-07-01,2027-06-30,2027-03-31,是,1000,1200,CNY,45,' +
  '张晨,zhang@example.com,+86 21 5555,决策人、财务,李法,law@example.com,法务,en,Asia/Tokyo,70,首行备注';

/** What the database would hold of an imported contract. */
function stored(values: ContractValues): { contract: ContractDoc; client: ClientDoc } {
  const { clientName: name, healthScore, rootCause, remarks } = values;
  const extra = {
    ...(healthScore === undefined ? {} : { healthScore }),
    ...(rootCause === undefined ? {} : { rootCause }),
    ...(remarks === undefined ? {} : { remarks }),
  };
  return {
    contract: { ...values, _id: 'ctr_1', term: 1, extra } as unknown as ContractDoc,
    client: { ...values, _id: 'cli_1', name } as unknown as ClientDoc,
  };
}

for (const locale of LOCALES) {
  for (const format of ['csv', 'xlsx'] as const) {
    test(`an export as ${format} in ${locale} imports again without a change and without a warning`, async (t) => {
      const store = contractStore();
      await importFile({ name: 'a.csv', bytes: Buffer.from(`${HEADER}\r\n${ROW}`) }, importOptions({ store }));
      const values = store.records.get('HT-1')?.values;
      if (values === undefined) throw new Error('nothing was imported');
      const { contract, client } = stored(values);
      const owner = PEOPLE.find(({ id }) => id === values.ownerId);
      const row = exportRow(translator(locale), contract, client, owner, undefined);
      const file = await writeTable({ name: 'renewals', columns: EXPORT_COLUMNS, rows: [row], format, locale });
      const report = await importFile({ name: file.name, bytes: Buffer.from(file.bytes) }, importOptions({ store }));
      t.deepEqual(report.problems, []);
      t.deepEqual(report.changes, []);
      t.like(report.counts, { same: 1, changed: 0, wrong: 0 });
      t.is(report.mapping.ignored.length, 5, 'the columns of the renewal alone are left out');
      // The store must not be what makes them equal: all of it is there in a new place too.
      const fresh = contractStore();
      await importFile({ name: file.name, bytes: Buffer.from(file.bytes) }, importOptions({ store: fresh }));
      t.deepEqual(fresh.records.get('HT-1')?.values, values);
    });
  }
}
