import test from 'ava';
import { explain } from '../../../domain/errors/index.ts';
import { ERROR_NAMES } from '../../../domain/errors/names.ts';
import { LOCALES } from '../../../domain/text.ts';
import { CONTRACT_FIELDS, TEAM_FIELDS } from '../../../operations/import/fields.ts';
import { mapHeader } from '../../../operations/import/headers.ts';
import { readContractRow } from '../../../operations/import/rows/contract-row.ts';
import { PeopleIndex } from '../../../operations/import/rows/people-index.ts';
import { FileColumns } from '../../../operations/import/rows/row-cells.ts';
import type { CivilDate, ZoneId } from '../../../domain/time/index.ts';

test('errors call each field of an import what its header is called', (t) => {
  for (const [field, { label }] of Object.entries({ ...TEAM_FIELDS, ...CONTRACT_FIELDS })) {
    t.deepEqual(ERROR_NAMES[`field.${field}`], label, field);
  }
});

const HEADERS = {
  en: ['contract number', 'client', 'tier', 'end date', 'amount', 'stage'],
  'zh-CN': ['合同编号', '客户名称', '客户等级', '合同到期日', '合同金额', '当前步骤'],
} as const;

for (const written of LOCALES) {
  for (const read of LOCALES) {
    test(`faults of a list in ${written} are told in ${read} and in nothing else`, (t) => {
      const place = { file: 'list.csv', row: 1 };
      const header = HEADERS[written];
      const { mapping } = mapHeader('contracts', header, {}, place);
      const columns = new FileColumns({ file: 'list.csv', date1904: false }, mapping);
      const row = { row: 2, cells: ['HT-1', '', 'Q', '2027-01-01', '1', 'dance'] };
      const { problems } = readContractRow(row, {
        columns,
        people: new PeopleIndex([]),
        settings: { zone: 'Asia/Shanghai' as ZoneId, calendarId: 'cn', currency: 'CNY', ownerId: 'per_li' },
        locale: written,
        today: '2026-11-23' as CivilDate,
      });
      const told = problems.filter((p) => p.code.startsWith('field.')).map((p) => explain(p, read));
      t.is(told.length, 3);
      for (const { what, fix } of told) {
        if (read === 'en') t.notRegex(what + fix, /\p{Script=Han}/u);
        else t.regex(what + fix, /客户名称|客户等级|当前步骤/);
        t.notRegex(what + fix, /@/);
      }
    });
  }
}
