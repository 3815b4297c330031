import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { mongo } from 'mongoose';
import { addMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import type { Database } from '../../schemas/connection.ts';
import type { OperationsContext } from '../context.ts';
import { EXPORT_KEPT_MS } from '../export/stored-exports.ts';
import { openBytes, sealBytes } from './sealed-bytes.ts';

/** The table as it was sent, what was found in it, and its wrong rows. */
export type ImportPart = 'table' | 'report' | 'errors';

/** The files of imports, sealed, kept in the database so that every process can go on with them. */
export function importFiles({ db, keyRing }: Pick<OperationsContext, 'db' | 'keyRing'>) {
  const bucket = bucketOf(db);
  const find = (name: string) => bucket.find({ filename: name }).toArray();
  const nameOf = (jobId: string, part: ImportPart) => `${jobId}/${part}`;
  return {
    async write(jobId: string, part: ImportPart, bytes: Uint8Array, at: Instant): Promise<void> {
      const name = nameOf(jobId, part);
      // Of an attempt that broke off something may be left.
      for (const { _id } of await find(name)) await bucket.delete(_id);
      const upload = bucket.openUploadStream(name, { metadata: { at } });
      await pipeline(Readable.from([sealBytes(keyRing, bytes, name)]), upload);
    },
    /** Undefined where there is none, or its time is over. */
    async read(jobId: string, part: ImportPart): Promise<Buffer | undefined> {
      const name = nameOf(jobId, part);
      const [file] = await find(name);
      if (file === undefined) return undefined;
      const pieces: Uint8Array[] = [];
      for await (const piece of bucket.openDownloadStream(file._id)) pieces.push(piece as Uint8Array);
      return openBytes(keyRing, Buffer.concat(pieces), name);
    },
  };
}

/** Drops files whose time is over. */
export async function dropOldImports(db: Database, now: Instant): Promise<void> {
  await drop(db, { 'metadata.at': { $lt: addMs(now, -EXPORT_KEPT_MS) } });
}

/** Drops all files: they may quote anybody. */
export async function dropImports(db: Database): Promise<void> {
  await drop(db, {});
}

async function drop(db: Database, which: Readonly<Record<string, unknown>>): Promise<void> {
  const bucket = bucketOf(db);
  for (const { _id } of await bucket.find(which).toArray()) await bucket.delete(_id);
}

function bucketOf(db: Database): mongo.GridFSBucket {
  const { db: handle } = db.connection;
  if (handle === undefined) throw new Error('the database is not connected');
  return new mongo.GridFSBucket(handle, { bucketName: 'imports' });
}
