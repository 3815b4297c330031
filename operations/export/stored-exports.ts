import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { mongo } from 'mongoose';
import { addMs, MS_PER_DAY } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import { rightsOf } from '../../domain/access/index.ts';
import type { Database } from '../../schemas/connection.ts';
import type { AuditJobDoc } from '../../schemas/audit-job.ts';
import { principalOfPerson } from '../accounts/principal.ts';
import { recordAudit } from '../audit/append.ts';
import type { JobTools, JobWork } from '../audit-jobs/runner.ts';
import { historyFile } from './history-file.ts';
import { countChains, exportedChains } from './history-lines.ts';
import type { ExportFormat, HistoryFilter, TellEntries } from './history-lines.ts';

export const EXPORT_JOB = 'history export';

/** Files hold what people wrote: nobody needs them for longer. */
export const EXPORT_KEPT_MS = 7 * MS_PER_DAY;

export interface ExportInput {
  readonly format: ExportFormat;
  readonly filter: HistoryFilter;
}

/** Exported files, kept in the database so that every process can hand them out. */
export function exportFiles(db: Database) {
  const { db: handle } = db.connection;
  if (handle === undefined) throw new Error('the database is not connected');
  const bucket = new mongo.GridFSBucket(handle, { bucketName: 'exports' });
  const find = (jobId: string) => bucket.find({ filename: jobId }).toArray();
  const drop = async (jobIds: readonly string[]) => {
    for (const jobId of jobIds) for (const { _id } of await find(jobId)) await bucket.delete(_id);
  };
  return {
    drop,
    async write(jobId: string, pieces: AsyncIterable<string>): Promise<number> {
      // Of an attempt that broke off something may be left.
      await drop([jobId]);
      const upload = bucket.openUploadStream(jobId);
      await pipeline(Readable.from(pieces, { objectMode: false }), upload);
      return upload.length;
    },
    /** Undefined where there is none. */
    async read(jobId: string): Promise<{ readonly body: Readable; readonly bytes: number } | undefined> {
      const [file] = await find(jobId);
      return file && { body: bucket.openDownloadStream(file._id), bytes: file.length };
    },
  };
}

/** Writes the file of an export, with what its owner may read at this moment. */
export function exportWork(db: Database, tell: TellEntries, now: () => Instant): JobWork {
  return async (job: AuditJobDoc, { progress }: JobTools) => {
    const { format, filter } = job.input as unknown as ExportInput;
    const at = now();
    const principal = await principalOfPerson(db, job.personId ?? '', at);
    const none = rightsOf({ personId: '', roles: [], owners: [], standsFor: [] });
    const rights = principal?.rights ?? none;
    const only = rights.may('create Export') ? rights.filter('read History') : null;
    // Whoever lost the right meanwhile gets a file with nothing in it.
    const nothing = { _id: { $in: [] } };
    const total = await countChains(db, filter, only ?? nothing);
    let done = 0;
    await progress(0, total);
    const header = { at, by: job.personId ?? '', filter };
    const chains = exportedChains(db, filter, only ?? nothing, tell);
    const bytes = await exportFiles(db).write(
      job._id,
      historyFile(format, header, chains, () => progress((done += 1), total)),
    );
    await recordAudit(db, {
      at,
      name: 'exported',
      actor: { kind: 'person', id: job.personId ?? '' },
      target: { kind: 'export', id: job._id },
      detail: { format, filter: { ...filter }, histories: done, bytes },
    });
    return { format, histories: done, bytes };
  };
}

/** Drops files whose time is over. */
export async function dropOldExports(db: Database, now: Instant): Promise<void> {
  const before = addMs(now, -EXPORT_KEPT_MS);
  const old = { kind: EXPORT_JOB, state: 'done' as const, finishedAt: { $lt: before } };
  for await (const { _id } of db.auditJobs.collection.find<{ _id: string }>(old as never)) {
    await exportFiles(db).drop([_id]);
    await db.auditJobs.updateOne({ _id }, { $set: { state: 'cancelled', result: null } });
  }
}
