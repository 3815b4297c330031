import type { OperationsContext } from '../context.ts';
import { MS_PER_SECOND, addMs, msBetween } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import { trusted } from 'mongoose';
import { workerRuns } from '../oversight.ts';
import { overdueWakes } from '../store/queries.ts';

/** One thing that must be well. */
export interface HealthCheck {
  readonly name: 'mongodb' | 'temporal' | 'worker' | 'mail' | 'inbox';
  readonly ok: boolean;
  /** Whether work cannot be taken on while it is not well. */
  readonly needed: boolean;
  /** How long the answer took, or, for mail and inbox, how long the oldest one has been waiting. */
  readonly millis: number;
}

export type HealthContext = Pick<OperationsContext, 'db' | 'temporal'>;

/** Who has not answered by then does not answer. */
const PATIENCE_MS = 2000;
/** What is due goes on within seconds, except where a rate cap or the mail server holds it back. */
const LATE_MS = 300 * MS_PER_SECOND;

/**
 * Whether a command would be taken and judged now: the database answers, Temporal answers, and a worker asks for work.
 * That mail or events are late is shown and keeps nobody from working.
 */
export async function checkHealth({ db, temporal }: HealthContext, now: Instant): Promise<readonly HealthCheck[]> {
  const asked = async (name: HealthCheck['name'], ask: () => Promise<boolean>): Promise<HealthCheck> => {
    const begun = performance.now();
    const ok = await within(PATIENCE_MS, ask).catch(() => false);
    return { name, ok, needed: true, millis: Math.round(performance.now() - begun) };
  };
  const [mongodb, server, worker, mailLate, inboxLate] = await Promise.all([
    asked('mongodb', async () => (await db.connection.db?.command({ ping: 1 }))?.['ok'] === 1),
    asked('temporal', async () => (await temporal()).workflowService.getSystemInfo({}).then(() => true)),
    asked('worker', async () => workerRuns(await temporal(), now)),
    within(PATIENCE_MS, () => mailLateness(db, now)).catch(() => 0),
    within(PATIENCE_MS, () => inboxLateness(db, now)).catch(() => 0),
  ]);
  const behind = (name: HealthCheck['name'], millis: number): HealthCheck => {
    return { name, ok: millis < LATE_MS, needed: false, millis };
  };
  return [mongodb, server, worker, behind('mail', mailLate), behind('inbox', inboxLate)];
}

/** How long the oldest mail that should be on its way is late, in milliseconds. */
export async function mailLateness(db: HealthContext['db'], now: Instant): Promise<number> {
  const due = trusted({ $lte: now });
  const [planned, deferred] = await Promise.all([
    db.sends.findOne({ state: 'planned', dueAt: due }, { dueAt: 1 }).sort({ dueAt: 1, _id: 1 }).lean(),
    db.sends.findOne({ state: 'deferred', nextAttemptAt: due }, { nextAttemptAt: 1 }).sort({ dueAt: 1 }).lean(),
  ]);
  const since = [planned?.dueAt, deferred?.nextAttemptAt].flatMap((at) => (typeof at === 'string' ? [at] : []));
  return Math.max(0, ...since.map((at) => msBetween(at, now)));
}

/** How long the oldest event that was taken waits to be told to its renewal, in milliseconds. */
export async function inboxLateness({ inbox }: Pick<HealthContext['db'], 'inbox'>, now: Instant): Promise<number> {
  const oldest = await inbox.findOne({ state: 'received' }, { receivedAt: 1 }).sort({ receivedAt: 1, _id: 1 }).lean();
  return oldest === null ? 0 : Math.max(0, msBetween(oldest.receivedAt, now));
}

/** Renewals that should have looked a minute ago. */
export function overdue(db: HealthContext['db'], now: Instant): Promise<number> {
  return overdueWakes(db, addMs(now, -60 * MS_PER_SECOND));
}

async function within<T>(millis: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), millis);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
