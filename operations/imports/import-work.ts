import { PerennialError } from '../../domain/errors/index.ts';
import { principalOfPerson } from '../accounts/principal.ts';
import { recordAudit } from '../audit/append.ts';
import type { OperationsContext } from '../context.ts';
import { withoutIdleWarnings } from '../import/idle-warnings.ts';
import type { ImportProgress } from '../import/import-file.ts';
import type { JobTools, JobWork, RunOptions } from '../jobs/runner.ts';
import { takeOver } from '../take-over.ts';
import type { TakenOver } from '../take-over.ts';
import type { ImportFindings, ImportResult } from './result.ts';
import { importFiles } from './stored-files.ts';

/**
 * Imports a table that was sent, as the command line does, for whoever has sent it. Done again after a process died,
 * it finds what is stored already and finishes the rest.
 */
export function importWork(context: OperationsContext, { now }: Pick<RunOptions, 'now'>): JobWork<'import'> {
  const { db } = context;
  const files = importFiles(context);
  return async (job, tools) => {
    const at = now();
    const { name, dryRun, mode, mapping, sheet, locale } = job.input;
    const by = job.by ?? '';
    const principal = await principalOfPerson(db, by, at);
    if (principal?.rights.may('create Import') !== true) throw PerennialError.of('import.no_right');
    const bytes = await files.read(job._id, 'table');
    if (bytes === undefined) throw PerennialError.of('import.file_gone');
    const whole = await takeOver(
      { ...context, as: principal.person.email },
      { name, bytes },
      {
        now: at,
        clock: now,
        locale,
        mode,
        dryRun,
        // Who is on the team, and with which rights, is not for a list of contracts to say.
        kind: 'contracts',
        mapping: Object.fromEntries(mapping.map(({ header, field }) => [header, field])),
        ...(sheet === null ? {} : { open: { sheet } }),
        onProgress: follow(tools),
      },
    );
    const taken = { ...whole, problems: withoutIdleWarnings(whole.problems) };
    // Before anything is written: an import that was cancelled leaves no report.
    await tools.progress(taken.rows, taken.rows);
    const findings: ImportFindings = { problems: taken.problems, changes: taken.changes };
    await files.write(job._id, 'report', Buffer.from(JSON.stringify(findings), 'utf8'), at);
    if (taken.errorsFile !== undefined) await files.write(job._id, 'errors', taken.errorsFile.bytes, at);
    const { kind, rows, counts, stored, started, changed } = taken;
    await recordAudit(db, {
      at,
      name: 'imported',
      actor: { kind: 'person', id: by },
      target: { kind: 'import', id: job._id },
      detail: { kind, dryRun, rows, counts: { ...counts }, stored, started, changed },
    });
    return { ...resultOf(taken) };
  };
}

/** Passes progress on, and ends the import at its next step where the job is not ours any more. */
function follow({ progress }: JobTools): (progress: ImportProgress) => void {
  const lost: unknown[] = [];
  let total = 0;
  return ({ phase, rows }) => {
    const [error] = lost;
    if (error !== undefined) throw error;
    if (phase === 'read') total = rows;
    const done = phase === 'read' ? 0 : Math.min(rows, total);
    progress(done, total).catch((reason: unknown) => void lost.push(reason));
  };
}

function resultOf(taken: TakenOver): ImportResult {
  const { kind, table, mapping, rows, counts, stored, started, changed, problems, errorsFile } = taken;
  return {
    kind,
    table,
    columns: mapping.columns.map(({ header, column, field, how }) => ({ header, column, field, how })),
    ignored: mapping.ignored,
    rows,
    counts,
    stored,
    started,
    changed,
    problems: problems.length + taken.problemsLeftOut,
    errorsFile: errorsFile?.format ?? null,
  };
}
