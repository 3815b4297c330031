import { Readable } from 'node:stream';
import { translator } from '../../i18n/index.ts';
import { recordAudit } from '../../operations/audit/append.ts';
import { contractRows, EXPORT_COLUMNS, writeTable } from '../../operations/export/index.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/tables.ts';
import { bindStream, Streamed } from '../http/streamed.ts';

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json; charset=utf-8',
} as const;

/** Nothing that one may see. */
const NOTHING = { _id: { $in: [] } };

export const tableRoutes: readonly BoundRoute[] = [
  bindStream(contracts.contractTable, async ({ deps, principal, query, locale, now }) => {
    const { db } = deps.context;
    const { format = 'csv', ...chosen } = query;
    const only = principal.rights.filter('read Contract') ?? NOTHING;
    const rows = await contractRows(db, translator(locale), { ...chosen, only, max: contracts.TABLE_ROWS_MAX });
    // That it was asked for is noted already; this is what has left.
    await recordAudit(db, {
      at: now,
      name: 'exported',
      actor: { kind: 'person', id: principal.person.id },
      target: { kind: 'contracts', id: 'table' },
      detail: { format, rows: rows.length },
    });
    const bytes =
      format === 'json'
        ? Buffer.from(JSON.stringify({ items: rows }), 'utf8')
        : Buffer.from((await writeTable({ name: 'contracts', columns: EXPORT_COLUMNS, rows, format, locale })).bytes);
    return new Streamed(Readable.from([bytes]), {
      'content-type': TYPES[format],
      'content-disposition': `attachment; filename="contracts.${format}"`,
      'content-length': String(bytes.length),
    });
  }),
];
