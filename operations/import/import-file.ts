import { excerpt, PerennialError, warning } from '../../domain/errors/index.ts';
import type { Place, Problem } from '../../domain/errors/index.ts';
import type { Person } from '../../domain/people/types.ts';
import type { Locale } from '../../domain/text.ts';
import { toMs } from '../../domain/time/index.ts';
import type { CivilDate, Instant } from '../../domain/time/index.ts';
import { ErrorsFile } from '../export/errors-file.ts';
import type { WrittenFile } from '../export/table-file.ts';
import { clientDiffers } from './client-differs.ts';
import { guessKind, mapHeader } from './headers.ts';
import type { ImportKind, Mapping, MappingOverrides } from './headers.ts';
import { LIMITS } from './limits.ts';
import { planContracts, planTeam } from './plan.ts';
import type { ApplyResult, ImportStore, PlannedAction, TeamStore } from './plan.ts';
import { tooMuch } from './read/csv.ts';
import { openTable } from './read/open-table.ts';
import type { OpenOptions } from './read/open-table.ts';
import type { ImportInput } from './read/source.ts';
import { readContractRow } from './rows/contract-row.ts';
import type { RowContext } from './rows/contract-row.ts';
import { PeopleIndex } from './rows/people-index.ts';
import { FileColumns } from './rows/row-cells.ts';
import { readTeamRow } from './rows/team-row.ts';
import { scanRows } from './scan.ts';
import type { Scan } from './scan.ts';
import type { ImportSettings } from './settings.ts';
import { storeBatches } from './store-rows.ts';
import type { ChangePreview, StoredRows, StoreSteps } from './store-rows.ts';
import type { Table } from './table.ts';
import { checkManagers, managersFirst } from './team-managers.ts';

export interface ImportOptions {
  readonly store: ImportStore;
  /** Needed for team tables only. */
  readonly teamStore?: TeamStore;
  /** The team, for owners and managers. */
  readonly people: readonly Person[];
  readonly settings: ImportSettings;
  readonly now: Instant;
  /** Reads, checks and compares, and stores nothing. */
  readonly dryRun?: boolean;
  /** `good rows` (default) stores what is right; `all` stores nothing while a row is wrong. */
  readonly mode?: 'good rows' | 'all';
  /** `{ header: field }` where the guess is wrong; null leaves the column out. */
  readonly mapping?: MappingOverrides;
  readonly kind?: ImportKind;
  readonly open?: OpenOptions;
  /** Language of the errors file. */
  readonly locale?: Locale;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly phase: 'read' | 'store';
  readonly rows: number;
}

export interface ImportReport {
  readonly file: string;
  readonly kind: ImportKind;
  readonly mapping: Mapping;
  readonly table: Pick<Table, 'format' | 'encoding' | 'delimiter' | 'sheet' | 'headerRow'>;
  readonly rows: number;
  /** Each row is in exactly one of them. In a dry run: what would be. */
  readonly counts: Readonly<Record<'new' | 'changed' | 'same' | 'wrong', number>>;
  /** False for a dry run, and in mode `all` when a row was wrong. */
  readonly stored: boolean;
  /** Errors and warnings in the order of the rows. */
  readonly problems: readonly Problem[];
  readonly problemsLeftOut: number;
  /** The first changed records. */
  readonly changes: readonly ChangePreview[];
  /** The wrong rows with the reasons beside them, ready to be mended and imported again. */
  readonly errorsFile?: WrittenFile;
}

const BATCH = 1000;
const BATCHES_AT_ONCE = 3;

/**
 * Imports a contract or team table from CSV or .xlsx. Running the same file again changes nothing, and a run that
 * broke is finished by running it again.
 * @throws PerennialError when the file as a whole cannot be used: `file.type`, `import.*`, `csv.*`, `xlsx.*`,
 *   `field.forbidden`. Faults of single rows are in the report.
 */
export async function importFile(input: ImportInput, options: ImportOptions): Promise<ImportReport> {
  const table = await openTable(input, options.open);
  const kind = options.kind ?? guessKind(table.header, options.mapping);
  const place = filePlace(table);
  if (kind === undefined) {
    throw PerennialError.of('import.kind', { found: excerpt(table.header.join(', ')) }, place);
  }
  const { mapping, problems } = mapHeader(kind, table.header, options.mapping ?? {}, {
    ...place,
    row: table.headerRow,
  });
  if (problems.length > 0) throw new PerennialError(problems);
  const context: RowContext = {
    columns: new FileColumns(table, mapping),
    people: new PeopleIndex(options.people),
    settings: options.settings,
    locale: mapping.locale,
    today: dateIn(options.settings.zone, options.now),
  };
  const job: Job = { input, table, mapping, options, context };
  switch (kind) {
    case 'contracts':
      return await importContracts(job);
    case 'team':
      return await importTeam(job);
    default:
      return kind satisfies never;
  }
}

interface Job {
  readonly input: ImportInput;
  readonly table: Table;
  readonly mapping: Mapping;
  readonly options: ImportOptions;
  readonly context: RowContext;
}

const describe = ({ format, encoding, delimiter, sheet, headerRow }: Table): ImportReport['table'] => ({
  format,
  headerRow,
  ...(encoding === undefined ? {} : { encoding }),
  ...(delimiter === undefined ? {} : { delimiter }),
  ...(sheet === undefined ? {} : { sheet }),
});

const filePlace = (table: Table) =>
  table.sheet === undefined ? { file: table.file } : { file: table.file, sheet: table.sheet };

function fieldPlace({ table, context }: Job, field: string): (row: number) => Place {
  const column = context.columns.column(field);
  const at = column === undefined ? {} : { column: column.column, field: column.header };
  return (row) => ({ ...filePlace(table), row, ...at });
}

async function importContracts(job: Job): Promise<ImportReport> {
  const { context, options } = job;
  const scan = await scanRows(job.table, {
    reopen: () => openTable(job.input, options.open),
    read: (raw) => readContractRow(raw, context),
    keyPlace: fieldPlace(job, 'number'),
    perRow: clientDiffers(context.columns),
    onRow: (rows) => options.onProgress?.({ phase: 'read', rows }),
  });
  return await store(job, scan, options.store, planContracts, (row) => row.values.number);
}

async function importTeam(job: Job): Promise<ImportReport> {
  const { context, options } = job;
  if (options.teamStore === undefined) throw new Error('importing a team table needs a teamStore');
  const scan = await scanRows(job.table, {
    reopen: () => openTable(job.input, options.open),
    read: (raw) => readTeamRow(raw, context),
    keyPlace: fieldPlace(job, 'email'),
    across: (rows) => checkManagers(rows, options.people, fieldPlace(job, 'manager')),
    onRow: (rows) => options.onProgress?.({ phase: 'read', rows }),
  });
  // Managers are checked over all rows at once, so a team must stay in memory; no team is that large.
  if (scan.rows > LIMITS.keptRows) throw tooMuch(job.table.file, '人数/people', scan.rows, LIMITS.keptRows);
  return await store(job, scan, options.teamStore, planTeam, (row) => row.values.email, managersFirst);
}

/** Plans and stores the good rows in batches, and writes the wrong ones to the errors file. */
async function store<R extends { readonly row: number }, P extends R, V, S>(
  job: Job,
  scan: Scan<R>,
  records: Records<V, P, S>,
  plan: (rows: readonly R[], existing: ReadonlyMap<string, S>) => readonly PlannedAction<P, V>[],
  keyOf: (row: R) => string,
  order?: (rows: readonly R[]) => readonly R[],
): Promise<ImportReport> {
  const { options, table } = job;
  const { log } = scan;
  const writes = options.dryRun !== true && !(options.mode === 'all' && log.wrongRows > 0);
  const stored: StoredRows = { counts: { new: 0, changed: 0, same: 0 }, changes: [] };
  let done = 0;
  const steps: StoreSteps<R, PlannedAction<P, V>> = {
    keyOf,
    plan: async (rows) => plan(rows, await records.existing(rows.map(keyOf))),
    apply: (actions) => records.apply(actions),
    writes,
    place: (row) => ({ ...filePlace(table), row }),
    onProblem: (found, row) => log.add([found], row),
    onStored: (rows) => {
      done += rows;
      options.onProgress?.({ phase: 'store', rows: done });
    },
  };
  // Where the order of the rows matters, each batch waits for the one before it.
  await storeBatches(inBatches(goodRows(scan, order)), steps, stored, order === undefined ? BATCHES_AT_ONCE : 1);
  // Wrong rows are not stored, but dealt with: progress ends at the end.
  if (done < scan.rows) options.onProgress?.({ phase: 'store', rows: scan.rows });
  const errorsFile = log.wrongRows === 0 ? undefined : await writeErrors(job, scan);
  const nothing = scan.rows === 0 ? [warning('import.no_rows', { name: excerpt(table.file) }, filePlace(table))] : [];
  return {
    file: table.file,
    kind: job.mapping.kind,
    mapping: job.mapping,
    table: describe(table),
    rows: scan.rows,
    counts: { ...stored.counts, wrong: log.wrongRows },
    stored: writes,
    problems: [...nothing, ...log.list],
    problemsLeftOut: log.leftOut,
    changes: stored.changes,
    ...(errorsFile === undefined ? {} : { errorsFile }),
  };
}

interface Records<V, P, S> {
  existing(keys: readonly string[]): Promise<ReadonlyMap<string, S>>;
  apply(batch: readonly PlannedAction<P, V>[]): Promise<readonly ApplyResult[]>;
}

async function* inBatches<R>(rows: AsyncIterable<R>): AsyncGenerator<readonly R[]> {
  let batch: R[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The rows without an error; all of them are gathered only where their order matters. */
async function* goodRows<R>(
  scan: Scan<R>,
  order: ((rows: readonly R[]) => readonly R[]) | undefined,
): AsyncGenerator<R> {
  const gathered: R[] = [];
  for await (const { row, value } of scan.values()) {
    if (scan.log.isWrong(row)) continue;
    if (order === undefined) yield value;
    else gathered.push(value);
  }
  if (order !== undefined) yield* order(gathered);
}

async function writeErrors<R>(job: Job, scan: Scan<R>): Promise<WrittenFile> {
  const file = new ErrorsFile(job.table, job.options.locale ?? job.mapping.locale);
  for await (const raw of scan.raw()) {
    if (scan.log.isWrong(raw.row)) file.add(raw, scan.log.errorsOf(raw.row));
    if (file.full) break;
  }
  return await file.write();
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The date on the calendar on the wall in a zone. */
function dateIn(zone: string, now: Instant): CivilDate {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(zone, format);
  }
  return format.format(toMs(now)) as CivilDate;
}
