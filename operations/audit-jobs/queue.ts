import { randomBytes } from 'node:crypto';
import { trusted } from 'mongoose';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { AuditJobDoc } from '../../schemas/audit-job.ts';
import { isDuplicateKey } from '../../schemas/transaction.ts';

export interface JobWish {
  /** The same id twice is one job; a random one where left out. */
  readonly id?: string;
  readonly kind: string;
  readonly personId: string | null;
  readonly input: Readonly<Record<string, unknown>>;
}

export function newJobId(): string {
  return `job_${randomBytes(12).toString('base64url')}`;
}

/** Notes a job for whichever process is free; one that is there already is given back as it stands. */
export async function queueJob(db: Pick<Database, 'auditJobs'>, wish: JobWish, now: Instant): Promise<AuditJobDoc> {
  const { id, kind, personId, input } = wish;
  const job: AuditJobDoc = {
    _id: id ?? newJobId(),
    kind,
    personId,
    input,
    state: 'waiting',
    done: 0,
    total: null,
    createdAt: now,
    startedAt: null,
    finishedAt: null,
    holder: null,
    leaseUntil: null,
    attempts: 0,
    result: null,
    problem: null,
  };
  try {
    await db.auditJobs.insertMany([job]);
    return job;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const there = await db.auditJobs.findOne({ _id: job._id }).lean<AuditJobDoc>();
    if (there === null) throw error;
    return there;
  }
}

/** A person's own job; null where there is none. */
export async function jobOf(
  db: Pick<Database, 'auditJobs'>,
  personId: string,
  id: string,
): Promise<AuditJobDoc | null> {
  return db.auditJobs.findOne({ _id: id, personId }).lean<AuditJobDoc>();
}

/** Ends jobs of a kind that have not ended by themselves; whoever works on one notices at its next step. */
export async function cancelJobs(db: Pick<Database, 'auditJobs'>, kind: string, now: Instant): Promise<void> {
  await db.auditJobs.updateMany(
    { kind, state: trusted({ $in: ['waiting', 'running'] }) },
    { $set: { state: 'cancelled', finishedAt: now, holder: null, leaseUntil: null } },
  );
}
