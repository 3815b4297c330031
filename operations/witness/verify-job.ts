import { join } from 'node:path';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import { recordAudit } from '../audit/append.ts';
import type { OperationsContext } from '../context.ts';
import { queueJob } from '../jobs/queue.ts';
import type { JobWork } from '../jobs/runner.ts';
import { readWitness, writeHeads } from './head-file.ts';
import type { ReceiptSink } from './head-file.ts';
import { verifyAll } from './verify-all.ts';

/** Where head files lie: best on a disk that whoever administers the database cannot write to. */
export function witnessFolder({ env, dataDir }: Pick<OperationsContext, 'env' | 'dataDir'>): string | null {
  const named = env['PERENNIAL_WITNESS_FOLDER']?.trim() ?? '';
  if (named !== '') return named;
  return dataDir === '' ? null : join(dataDir, 'witness');
}

/** Verifies all histories against every witness there is, and notes in the audit log what came of it. */
export function verifyWork(context: OperationsContext, folder: string | null): JobWork<'history verification'> {
  const { db, keyRing } = context;
  return async (job, { progress }) => {
    const heads = folder === null ? undefined : await readWitness(keyRing, folder);
    const temporal = job.input.workflows ? await context.temporal() : undefined;
    const witnesses = { ...(heads === undefined ? {} : { heads }), ...(temporal === undefined ? {} : { temporal }) };
    const { faults, ...found } = await verifyAll(db, witnesses, progress);
    await recordAudit(db, {
      at: job.createdAt,
      name: 'history verified',
      actor: job.by === null ? { kind: 'engine' } : { kind: 'person', id: job.by },
      detail: { histories: found.histories, entries: found.entries, faults: faults.length },
    });
    return { ...found, faults };
  };
}

/** One head file for each hour, whichever process is first. */
export async function queueWitness(db: Pick<Database, 'jobs'>, now: Instant): Promise<void> {
  const id = `witness ${now.slice(0, 13)}Z`;
  if ((await db.jobs.exists({ _id: id })) !== null) return;
  await queueJob(db, { id, kind: 'head witness', by: null, input: {} }, now);
}

export function witnessWork(
  { db, keyRing }: Pick<OperationsContext, 'db' | 'keyRing'>,
  folder: string | null,
  sinks: readonly ReceiptSink[] = [],
): JobWork<'head witness'> {
  return async (job) => {
    if (folder === null) return { written: false };
    const receipt = await writeHeads(db, keyRing, folder, job.createdAt, sinks);
    return { written: receipt !== null, ...receipt };
  };
}
