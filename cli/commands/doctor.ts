import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { ERROR_NAMES, problem } from '../../domain/errors/index.ts';
import { addMs } from '../../domain/time/instant.ts';
import { makeFolder } from '../../embedded/make-folder.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { CommandSpec, ExitCode } from '../command-spec.ts';
import { problemsOf } from '../failure.ts';
import { reasonOf } from '../files.ts';
import { checkLines } from '../render/oversight.ts';
import type { Run } from '../run.ts';

interface Check {
  readonly name: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly what: string;
  /** What to do; empty where all is well. */
  readonly fix: string;
}

export const commands: readonly CommandSpec[] = [
  {
    path: 'doctor',
    where: 'machine',
    async run(run): Promise<ExitCode> {
      const checks = [...(await ofMachine(run)), ...(await ofServices(run))];
      const ok = checks.every((check) => check.state !== 'bad');
      run.print({ ok, items: checks }, () =>
        checks
          .map(({ state, what, fix }) => {
            const { style } = run;
            const sign = state === 'good' ? style.good('✓') : state === 'warning' ? style.warn('!') : style.bad('✗');
            return fix === '' ? `${sign} ${what}` : `${sign} ${what}\n  ${style.dim('→')} ${fix}`;
          })
          .join('\n'),
      );
      return ok ? 0 : 1;
    },
  },
];

async function ofMachine(run: Run): Promise<readonly Check[]> {
  const { t } = run;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const node = major > 20 || (major === 20 && minor >= 19);
  const folder = run.options.dataDir;
  const writable = await makeFolder(folder)
    .then(() => access(folder, constants.W_OK))
    .then(
      () => null,
      (error: unknown) => {
        const code = reasonOf(error);
        const words = ERROR_NAMES[`file.${code}`];
        return words === undefined ? code : t.local(words);
      },
    );
  return [
    {
      name: 'node',
      state: node ? 'good' : 'bad',
      what: t('cli:doctor.node', { version: process.versions.node }),
      fix: node ? '' : t('cli:doctor.node_fix'),
    },
    {
      name: 'folder',
      state: writable === null ? 'good' : 'bad',
      what:
        writable === null
          ? t('cli:doctor.folder', { folder })
          : t('cli:doctor.folder_bad', { folder, reason: writable }),
      fix: writable === null ? '' : t('cli:doctor.folder_fix'),
    },
  ];
}

async function ofServices(run: Run): Promise<readonly Check[]> {
  try {
    return await run.withContext(async (context) => [
      { name: 'mongodb', state: 'good', what: run.t('cli:doctor.answers', { service: 'MongoDB' }), fix: '' },
      await ofIndexes(run, context),
      await ofTemporal(run, context),
      await ofWorker(run, context),
      ...(await ofOversight(run, context)),
      await ofMail(run, context),
    ]);
  } catch (error) {
    return problemsOf(error).map((problem): Check => {
      const [told] = run.problems([problem]);
      return { name: problem.code, state: 'bad', what: told?.what ?? '', fix: told?.fix ?? '' };
    });
  }
}

async function ofIndexes(run: Run, { db }: OperationsContext): Promise<Check> {
  const { missingIndexes } = await import('../../operations/seed.ts');
  const missing = await missingIndexes(db);
  if (missing.length === 0) return { name: 'indexes', state: 'good', what: run.t('cli:doctor.indexes'), fix: '' };
  const [unique] = missing.filter((index) => index.unique);
  if (unique !== undefined) {
    // A wrong answer is possible then, not only a slow one.
    const { collection, index } = unique;
    const [told] = run.problems([problem('store.index_missing', { collection, index })]);
    return { name: 'indexes', state: 'bad', what: told?.what ?? '', fix: told?.fix ?? '' };
  }
  const names = missing.map(({ collection, index }) => `${collection}.${index}`).join(', ');
  const what = run.t('cli:doctor.indexes_bad', { names });
  return { name: 'indexes', state: 'warning', what, fix: run.t('cli:doctor.restart') };
}

async function ofTemporal(run: Run, context: OperationsContext): Promise<Check> {
  try {
    await context.temporal();
    return { name: 'temporal', state: 'good', what: run.t('cli:doctor.answers', { service: 'Temporal' }), fix: '' };
  } catch (error) {
    const [told] = run.problems(problemsOf(error));
    return { name: 'temporal', state: 'bad', what: told?.what ?? '', fix: told?.fix ?? '' };
  }
}

const LATE_MS = 60_000;

async function ofWorker(run: Run, { db }: OperationsContext): Promise<Check> {
  const { overdueWakes } = await import('../../operations/store/queries.ts');
  const late = await overdueWakes(db, addMs(run.io.now(), -LATE_MS));
  return late === 0
    ? { name: 'worker', state: 'good', what: run.t('cli:status.worker_good'), fix: '' }
    : {
        name: 'worker',
        state: 'bad',
        what: run.t('cli:status.worker_late', { count: late }),
        fix: run.t('cli:doctor.restart'),
      };
}

/** Fails for what a check found, and for a check that has stopped although a worker runs. */
async function ofOversight(run: Run, context: OperationsContext): Promise<readonly Check[]> {
  const { readOversight, workerRuns } = await import('../../operations/oversight.ts');
  const now = run.io.now();
  const working = await context
    .temporal()
    .then((client) => workerRuns(client, now))
    // Whether Temporal answers is a check of its own.
    .catch(() => false);
  return checkLines(run, await readOversight(context.db, now)).map(({ name, check, good, text }): Check => {
    if (check === null) return { name, state: 'warning', what: text, fix: working ? '' : run.t('cli:doctor.restart') };
    if (good) return { name, state: 'good', what: text, fix: '' };
    if (!check.old) return { name, state: 'bad', what: text, fix: run.t('cli:oversight.found_fix') };
    const schedule = name === 'watchdog' ? 'perennial-watchdog' : 'perennial-reconcile';
    return working
      ? { name, state: 'bad', what: text, fix: run.t('cli:oversight.old_fix', { schedule }) }
      : { name, state: 'warning', what: text, fix: run.t('cli:doctor.restart') };
  });
}

async function ofMail(run: Run, { db }: OperationsContext): Promise<Check> {
  const unknown = await db.sends.countDocuments({ state: 'unknown' });
  return unknown === 0
    ? { name: 'mail', state: 'good', what: run.t('cli:doctor.mail'), fix: '' }
    : {
        name: 'mail',
        state: 'warning',
        what: run.t('cli:count.unknown', { count: unknown }),
        fix: 'perennial sends --unknown',
      };
}
