import { CONTRACT_FIELDS } from '../../operations/import/fields.ts';
import type { ContractField } from '../../operations/import/fields.ts';
import { SAMPLE_FAULTS } from '../../operations/import/index.ts';
import type { SampleContract } from '../../operations/import/index.ts';
import { openTable } from '../../operations/import/read/open-table.ts';
import { cellText } from '../../operations/import/table.ts';
import { writeCells } from '../../operations/export/table-file.ts';
import type { OutCell } from '../../operations/export/table-file.ts';

/** An errors file with the wrong cells mended, and nothing else touched, as a person would do it. */
export async function mendErrors(file: string, right: readonly SampleContract[]): Promise<Uint8Array> {
  const table = await openTable(file);
  const label = (field: ContractField) => CONTRACT_FIELDS[field].label['zh-CN'];
  const numbers = table.header.indexOf(label('number'));
  const rows: OutCell[][] = [];
  for await (const { cells } of table.rows) {
    const contract = right.find(({ number }) => number === cellText(cells[numbers]));
    rows.push(
      table.header.map((header, i): OutCell => {
        const cell = cells[i];
        const text = cellText(cell);
        const fault = SAMPLE_FAULTS.find((one) => label(one.field) === header && one.text === text);
        if (fault !== undefined) return { kind: 'text', text: contract?.[fault.field] ?? '' };
        if (text === '') return null;
        // Dates are numbers in a workbook; they stay what they are.
        const number = typeof cell === 'object' && (cell.kind === 'number' || cell.kind === 'date');
        return { kind: number ? 'number' : 'text', text };
      }),
    );
  }
  return (await writeCells('mended', 'xlsx', table.header, rows)).bytes;
}
