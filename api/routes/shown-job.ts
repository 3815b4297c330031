import { explain } from '../../domain/errors/index.ts';
import type { Locale } from '../../domain/text.ts';
import type { JobDoc } from '../../schemas/job.ts';

/** A job as contracts show it. */
export function shownJob(job: JobDoc, locale: Locale) {
  const { _id, kind, state, done, total, createdAt, finishedAt, problem, result } = job;
  const told = problem === null ? null : explain({ ...problem, severity: 'error' }, locale);
  return {
    id: _id,
    kind,
    state,
    done,
    total,
    createdAt,
    finishedAt,
    problem: told && { code: told.code, what: told.what, fix: told.fix },
    result: result === null ? null : { ...result },
  };
}
