import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { mongo, trusted } from 'mongoose';
import type { QueryFilter } from 'mongoose';
import { addMs, MS_PER_DAY } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import { rightsOf } from '../../domain/access/index.ts';
import type { Database } from '../../schemas/connection.ts';
import type { JobDoc } from '../../schemas/job.ts';
import { principalOfPerson } from '../accounts/principal.ts';
import { recordAudit } from '../audit/append.ts';
import type { JobWork } from '../jobs/runner.ts';
import { historyFile } from './history-file.ts';
import { countChains, exportedChains } from './history-lines.ts';
import type { TellEntries } from './history-lines.ts';

/** Files hold what people wrote: nobody needs them for longer. */
export const EXPORT_KEPT_MS = 7 * MS_PER_DAY;

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
export function exportWork(db: Database, tell: TellEntries, now: () => Instant): JobWork<'history export'> {
  return async (job, { progress }) => {
    const { format, filter } = job.input;
    const by = job.by ?? '';
    const at = now();
    const principal = await principalOfPerson(db, by, at);
    const none = rightsOf({ personId: '', roles: [], owners: [], standsFor: [] });
    const rights = principal?.rights ?? none;
    const only = rights.may('create Export') ? rights.filter('read History') : null;
    // Whoever lost the right meanwhile gets a file with nothing in it.
    const nothing = { _id: { $in: [] } };
    const total = await countChains(db, filter, only ?? nothing);
    let done = 0;
    await progress(0, total);
    const header = { at, by, filter };
    const chains = exportedChains(db, filter, only ?? nothing, tell);
    const bytes = await exportFiles(db).write(
      job._id,
      historyFile(format, header, chains, () => progress((done += 1), total)),
    );
    await recordAudit(db, {
      at,
      name: 'exported',
      actor: { kind: 'person', id: by },
      target: { kind: 'export', id: job._id },
      detail: { format, filter: { ...filter }, histories: done, bytes },
    });
    return { format, histories: done, bytes };
  };
}

/** Drops files whose time is over. */
export async function dropOldExports(db: Database, now: Instant): Promise<void> {
  const before = addMs(now, -EXPORT_KEPT_MS);
  await dropExports(db, { finishedAt: trusted({ $lt: before }) });
}

/** Of exports that are done; they show as cancelled from then on. */
export async function dropExports(db: Database, only: QueryFilter<JobDoc> = {}): Promise<void> {
  const done = await db.jobs
    .find({ ...only, kind: 'history export', state: 'done' }, { _id: 1 })
    .lean<{ _id: string }[]>();
  const ids = done.map(({ _id }) => _id);
  await exportFiles(db).drop(ids);
  await db.jobs.updateMany({ _id: trusted({ $in: ids }) }, { $set: { state: 'cancelled', result: null } });
}
