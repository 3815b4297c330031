import { createHash } from 'node:crypto';
import { trusted } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { JobDoc, JobInputs } from '../../schemas/job.ts';
import { audited } from '../accounts/doer.ts';
import type { Doer } from '../accounts/doer.ts';
import { recordAudit } from '../audit/append.ts';
import type { OperationsContext } from '../context.ts';
import { queueJob } from '../jobs/queue.ts';
import { afterCursor, pageLimit, pageOf } from '../store/cursor.ts';
import type { Page } from '../store/cursor.ts';
import type { PageRequest } from '../store/renewal-queries.ts';
import type { ImportFindings } from './result.ts';
import { importFiles } from './stored-files.ts';

export type ImportJob = JobDoc<'import'>;

/** Bytes of a table as it is sent. */
export const IMPORT_MAX_BYTES = 20 * 1024 * 1024;

export interface ImportWish {
  /** The same id twice is one import. */
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly input: Omit<JobInputs['import'], 'bytes' | 'sha256'>;
}

/** Keeps a table, sealed, for whichever process is free to import it. */
export async function startImport(
  context: Pick<OperationsContext, 'db' | 'keyRing'>,
  { id, bytes, input }: ImportWish,
  doer: Doer,
  now: Instant,
): Promise<ImportJob> {
  const { db } = context;
  // Whoever works on it already must find its file whole.
  const there = await db.jobs.findOne({ _id: id, kind: 'import' }).lean<ImportJob>();
  if (there !== null) return there;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { dryRun, mode } = input;
  const target = { kind: 'import', id };
  const detail = { sha256, bytes: bytes.length, dryRun, mode };
  await recordAudit(db, audited(doer, 'import begun', { target, detail }, now));
  await importFiles(context).write(id, 'table', bytes, now);
  const whole = { ...input, bytes: bytes.length, sha256 };
  return queueJob(db, { id, kind: 'import', by: doer.personId, input: whole }, now);
}

/** Throws `resource.not_found`. */
export async function findImport(db: Pick<Database, 'jobs'>, id: string): Promise<ImportJob> {
  const job = await db.jobs.findOne({ _id: id, kind: 'import' }).lean<ImportJob>();
  if (job === null) throw PerennialError.of('resource.not_found', { kind: '@kind.import', id: excerpt(id) });
  return job;
}

/** Imports of everybody, the latest first. Throws `store.cursor`. */
export async function listImports(
  db: Pick<Database, 'jobs'>,
  { limit: wanted, after }: PageRequest,
): Promise<Page<ImportJob>> {
  const limit = pageLimit(wanted);
  const where = [{ kind: 'import' as const }, ...(after === undefined ? [] : [afterCursor('createdAt', after, -1)])];
  const rows = await db.jobs
    .find({ $and: where })
    .sort({ createdAt: -1, _id: -1 })
    .limit(limit + 1)
    .lean<ImportJob[]>();
  return pageOf(rows, limit, (row) => row.createdAt);
}

/**
 * Ends an import that has not ended by itself; whoever works on it notices at its next step. What is stored stays. One
 * that has ended is given back as it stands.
 */
export async function cancelImport(db: Database, id: string, doer: Doer, now: Instant): Promise<ImportJob> {
  await findImport(db, id);
  const { modifiedCount } = await db.jobs.updateOne(
    { _id: id, kind: 'import', state: trusted({ $in: ['waiting', 'running'] }) },
    { $set: { state: 'cancelled', finishedAt: now, holder: null } },
  );
  if (modifiedCount === 1) {
    await recordAudit(db, audited(doer, 'import cancelled', { target: { kind: 'import', id } }, now));
  }
  return findImport(db, id);
}

/** What was found in the table. Throws `import.not_ready` and `import.file_gone`. */
export async function findingsOf(
  context: Pick<OperationsContext, 'db' | 'keyRing'>,
  job: ImportJob,
): Promise<ImportFindings> {
  const bytes = await fileOf(context, job, 'report');
  return JSON.parse(bytes.toString('utf8')) as ImportFindings;
}

/** The wrong rows, to be mended. Throws `import.not_ready`, `import.file_gone` and `import.no_errors`. */
export async function errorsFileOf(
  context: Pick<OperationsContext, 'db' | 'keyRing'>,
  job: ImportJob,
): Promise<Buffer> {
  if (job.state === 'done' && job.result?.['errorsFile'] === null) throw PerennialError.of('import.no_errors');
  return fileOf(context, job, 'errors');
}

async function fileOf(
  context: Pick<OperationsContext, 'db' | 'keyRing'>,
  job: ImportJob,
  part: 'report' | 'errors',
): Promise<Buffer> {
  if (job.state !== 'done') {
    throw PerennialError.of('import.not_ready', { id: job._id, state: `@job.${job.state}` });
  }
  const bytes = await importFiles(context).read(job._id, part);
  if (bytes === undefined) throw PerennialError.of('import.file_gone');
  return bytes;
}
