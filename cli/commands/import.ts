import { dirname, join } from 'node:path';
import { PerennialError } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { Money } from '../../domain/money/types.ts';
import { fieldsOf } from '../../operations/import/headers.ts';
import { withoutIdleWarnings } from '../../operations/import/idle-warnings.ts';
import type { TakenOver } from '../../operations/take-over.ts';
import type { CommandSpec, ExitCode } from '../command-spec.ts';
import { problemJson, renderProblem, UsageError } from '../failure.ts';
import { writeBeside } from '../files.ts';
import type { Run } from '../run.ts';
import { mapValue } from '../values.ts';
import { watchImport } from '../output/watch-import.ts';

const MODES = ['good', 'all'] as const;
const PREVIEW = 5;
const SHOWN_PROBLEMS = 20;

export const commands: readonly CommandSpec[] = [
  {
    path: 'import',
    where: 'here',
    args: [{ name: 'file' }],
    options: [
      { flags: '--dry-run' },
      { flags: '--map <header=field>', repeat: true },
      { flags: '--mode <mode>', choices: MODES, vocabulary: 'mode', fallback: 'good' },
      { flags: '--sheet <name>' },
      { flags: '--errors <file>' },
    ],
    async run(run, input): Promise<ExitCode> {
      const mapping = Object.fromEntries(input.list('map').map(mapValue));
      const mode = input.text('mode') === 'all' ? 'all' : 'good rows';
      const sheet = input.text('sheet');
      const file = input.arg(0);
      return run.withContext(async (context) => {
        const { takeOver } = await import('../../operations/take-over.ts');
        const dryRun = input.flag('dry-run');
        const watch = watchImport(run, dryRun);
        const taken = await takeOver(context, file, {
          clock: () => run.io.now(),
          now: run.io.now(),
          locale: run.options.locale,
          mode,
          dryRun,
          ...(Object.keys(mapping).length > 0 ? { mapping } : {}),
          ...(sheet === undefined ? {} : { open: { sheet } }),
          onProgress: watch.onProgress,
          onStarting: watch.onStarting,
        })
          .catch((error: unknown) => {
            throw aboutMap(error);
          })
          .finally(() => watch.stop());
        const report = { ...taken, problems: withoutIdleWarnings(taken.problems) };
        const errorsFile = await writeErrors(file, report, input.text('errors'), dryRun);
        const wanted = errorsTarget(file, report, input.text('errors'));
        if (errorsFile !== null && errorsFile !== wanted) {
          run.say(run.style.dim(run.t('cli:import.kept', { file: wanted })));
        }
        show(run, report, errorsFile, dryRun);
        return report.counts.wrong === 0 ? 0 : 6;
      });
    },
  },
];

/** A header that `--map` names and the file does not have was typed wrong. */
function aboutMap(error: unknown): unknown {
  const typed = error instanceof PerennialError && error.problems.every(({ code }) => code === 'csv.header_unknown');
  return typed ? new UsageError(error.problems) : error;
}

/** Beside the list, under its name: `contracts-errors.xlsx`. A dry run writes nothing at all. */
async function writeErrors(
  file: string,
  report: TakenOver,
  wanted: string | undefined,
  dryRun: boolean,
): Promise<string | null> {
  if (report.errorsFile === undefined || dryRun) return null;
  return writeBeside(errorsTarget(file, report, wanted), report.errorsFile.bytes);
}

function errorsTarget(file: string, report: TakenOver, wanted: string | undefined): string {
  return wanted ?? join(dirname(file), report.errorsFile?.name ?? '');
}

function show(run: Run, report: TakenOver, errorsFile: string | null, dryRun: boolean): void {
  const { t, style } = run;
  const { errorsFile: _bytes, ...rest } = report;
  const errors = report.problems.filter((p) => p.severity === 'error');
  run.say(mappingLines(run, report));
  run.warn(report.problems.filter((p) => p.severity === 'warning').slice(0, SHOWN_PROBLEMS));
  run.print({ ...rest, dryRun, errorsFile, problems: run.problems(report.problems) }, () => {
    const { counts } = report;
    const counted = t('cli:import.counts', {
      new: counts.new,
      changed: counts.changed,
      same: counts.same,
      wrong: counts.wrong,
    });
    const head = dryRun ? t('cli:import.dry') : report.stored ? t('cli:import.done') : t('cli:import.not_stored');
    const sign = report.stored || dryRun ? (counts.wrong === 0 ? style.good('✓') : style.warn('!')) : style.bad('✗');
    const lines = [`${sign} ${style.bold(head)} ${counted}`];
    if (report.started > 0) lines.push(`  ${t('cli:import.started', { count: report.started })}`);
    if (report.changed > 0) lines.push(`  ${t('cli:import.changed', { count: report.changed })}`);
    if (dryRun) lines.push(...preview(run, report));
    return [...lines, ...errorLines(run, errors, report.problemsLeftOut), ...afterwards(run, report, errorsFile)].join(
      '\n',
    );
  });
}

/** How the headers were read, so that a wrong guess is seen before it matters. */
function mappingLines(run: Run, report: TakenOver): string {
  const { t, style } = run;
  const fields = fieldsOf(report.kind);
  const named = (field: string) => (fields[field] === undefined ? field : t.local(fields[field].label));
  const pairs = report.mapping.columns.map((column) => `${column.header} → ${named(column.field)}`);
  const how = [report.table.format, report.table.encoding, report.table.sheet]
    .filter((part) => part !== undefined)
    .join(', ');
  const lines = [
    style.dim(t('cli:import.read', { kind: t.code('cli', `import.kind.${report.kind}`), how, count: report.rows })),
    style.dim(t('cli:import.columns', { columns: pairs.join(t('cli:list.semicolon')) })),
  ];
  if (report.mapping.ignored.length > 0) {
    lines.push(style.warn(t('cli:import.ignored', { columns: report.mapping.ignored.join(t('cli:list.comma')) })));
  }
  return lines.join('\n');
}

function preview(run: Run, report: TakenOver): string[] {
  return report.changes.slice(0, PREVIEW).map((change) => {
    const labels = fieldsOf(report.kind);
    const fields = change.changes.map((one) => {
      const label = labels[COLUMN_OF[one.field] ?? one.field]?.label;
      const values = `${brief(run, one.before)} → ${brief(run, one.after)}`;
      return `${label === undefined ? one.field : run.t.local(label)}${run.t('cli:colon')}${values}`;
    });
    return `  ${run.t('cli:import.change', { row: change.row, key: change.key })} ${run.style.dim(fields.join(run.t('cli:list.semicolon')))}`;
  });
}

/** Columns by the fields of a record that have another name. */
const COLUMN_OF: Readonly<Record<string, string>> = {
  clientName: 'client',
  calendarId: 'calendar',
  ownerId: 'owner',
  contacts: 'contactName',
};

function brief({ t, formats }: Run, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return t(value ? 'cli:yes' : 'cli:no');
  if (isMoney(value)) return formats.money(value);
  if (Array.isArray(value)) return value.map(nameOf).join(t('cli:list.comma')) || '–';
  return JSON.stringify(value);
}

/** A contact by name and address, anything else as it is. */
function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { name, email } = value as { readonly name?: string; readonly email?: string };
  return name === undefined || email === undefined ? JSON.stringify(value) : `${name} <${email}>`;
}

function isMoney(value: unknown): value is Money {
  return typeof value === 'object' && value !== null && 'minor' in value && 'currency' in value;
}

function errorLines(run: Run, errors: readonly Problem[], leftOut: number): string[] {
  const shown = errors.slice(0, SHOWN_PROBLEMS);
  const more = errors.length - shown.length + leftOut;
  return [
    ...shown.map((p) => renderProblem(problemJson(p, run.options.locale, run.io.zone), run.io, run.options.locale)),
    ...(more > 0 ? [run.t('cli:more', { count: more })] : []),
  ];
}

function afterwards(run: Run, report: TakenOver, errorsFile: string | null): string[] {
  const { t, style } = run;
  if (errorsFile !== null)
    return [t('cli:import.mend', { file: errorsFile }), style.dim(`→ perennial import ${errorsFile}`)];
  return report.kind === 'contracts' && report.stored ? [style.dim('→ perennial renewals')] : [];
}
