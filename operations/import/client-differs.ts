import { excerpt, warning } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { FileColumns } from './rows/row-cells.ts';
import { clientKey } from './rows/values.ts';
import type { ContractRow } from './rows/values.ts';

/** Warns where two rows of one client disagree about what the client has only one of. */
export function clientDiffers(columns: FileColumns): (row: ContractRow) => readonly Problem[] {
  const watched = [
    ['tier', 'tier'],
    ['ownerId', 'owner'],
    ['zone', 'zone'],
  ] as const;
  type Seen = { readonly row: number; readonly value: string };
  const first = new Map<string, Partial<Record<(typeof watched)[number][0], Seen>>>();
  return ({ row, values, given }) => {
    const problems: Problem[] = [];
    const key = clientKey(values.clientName);
    const seen = first.get(key) ?? {};
    first.set(key, seen);
    for (const [name, field] of watched) {
      const column = columns.column(field);
      if (column === undefined || !given.includes(name)) continue;
      const value = values[name];
      const before = seen[name];
      if (before === undefined) {
        seen[name] = { row, value };
      } else if (before.value !== value) {
        const params = {
          client: excerpt(values.clientName),
          field: column.header,
          value: excerpt(value),
          other: excerpt(before.value),
          row: before.row,
        };
        const place = { ...columns.place, row, column: column.column, field: column.header };
        problems.push(warning('client.differs', params, place));
      }
    }
    return problems;
  };
}
