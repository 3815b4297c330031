import test from 'ava';
import { withoutIdleWarnings } from '../../../operations/import/idle-warnings.ts';
import { problem, warning } from '../../../domain/errors/index.ts';

const at = (row: number) => ({ file: 'list.csv', row });

test('a row that is refused has no warnings about what is done with it; those of a whole column stay', (t) => {
  const problems = [
    warning('contract.end_missing', { number: 'A' }, at(2)),
    problem('field.missing', { field: '@field.client' }, at(2)),
    warning('xlsx.formula', { value: '1' }, at(2)),
    warning('contract.end_missing', { number: 'B' }, at(3)),
    warning('import.no_rows', { name: 'list.csv' }, { file: 'list.csv' }),
  ];
  t.deepEqual(
    withoutIdleWarnings(problems).map(({ code, place }) => [code, place?.row]),
    [
      ['field.missing', 2],
      ['xlsx.formula', 2],
      ['contract.end_missing', 3],
      ['import.no_rows', undefined],
    ],
  );
});
