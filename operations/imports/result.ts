import type { ColumnMapping } from '../import/headers.ts';
import type { TakenOver } from '../take-over.ts';

/** What stays of an import for ever: numbers, and how its columns were read. */
export interface ImportResult extends Pick<
  TakenOver,
  'kind' | 'table' | 'rows' | 'counts' | 'stored' | 'started' | 'changed'
> {
  readonly columns: readonly Pick<ColumnMapping, 'header' | 'column' | 'field' | 'how'>[];
  readonly ignored: readonly string[];
  /** How many there are; the first of them are kept. */
  readonly problems: number;
  /** Null where no row was wrong. */
  readonly errorsFile: 'csv' | 'xlsx' | null;
}

/** What quotes the table, and is kept as long as it. */
export type ImportFindings = Pick<TakenOver, 'problems' | 'changes'>;
