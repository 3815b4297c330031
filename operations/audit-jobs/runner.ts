import { randomUUID } from 'node:crypto';
import { PerennialError } from '../../domain/errors/index.ts';
import { addMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import type { Database } from '../../schemas/connection.ts';
import type { AuditJobDoc } from '../../schemas/audit-job.ts';
import { raw } from '../../schemas/raw.ts';

/** What work on a job has at hand. */
export interface JobTools {
  /** Says how far it is; throws {@link JobLost} where somebody else has the job, or nobody wants it any more. */
  readonly progress: (done: number, total?: number) => Promise<void>;
  /** Ends when the process stops or the job is taken away. */
  readonly signal: AbortSignal;
}

/** Does a job from its beginning; done twice it gives the same. Gives what is shown of it. */
export type JobWork = (job: AuditJobDoc, tools: JobTools) => Promise<Readonly<Record<string, unknown>>>;

export interface JobRunnerOptions {
  readonly now: () => Instant;
  readonly onFault: (job: AuditJobDoc, error: unknown) => void;
  /** Called with each look for work: what is due by the clock is queued here. */
  readonly onLook?: (now: Instant) => Promise<void>;
  /** A holder that has not been heard of for so long is dead. */
  readonly leaseMs?: number;
  readonly lookEveryMs?: number;
}

/** The job belongs to somebody else by now, or was cancelled. */
export class JobLost extends Error {
  constructor() {
    super('the job was taken away');
  }
}

const LEASE_MS = 60_000;
const LOOK_EVERY_MS = 5000;
/** Progress is for people: nobody reads more of it. */
const WRITE_EVERY_MS = 250;
/** A job that kills its process would do so for ever. */
const ATTEMPTS = 3;

/** Works on the jobs of one deployment, one at a time in each process. */
export class JobRunner {
  readonly #db: Pick<Database, 'auditJobs'>;
  readonly #works: ReadonlyMap<string, JobWork>;
  readonly #options: JobRunnerOptions;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;

  constructor(db: Pick<Database, 'auditJobs'>, works: Readonly<Record<string, JobWork>>, options: JobRunnerOptions) {
    this.#db = db;
    this.#works = new Map(Object.entries(works));
    this.#options = options;
  }

  /** Looks for work now and from then on. */
  start(): void {
    if (this.#stop.signal.aborted || this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.kick(), this.#options.lookEveryMs ?? LOOK_EVERY_MS);
    this.#timer.unref();
    this.kick();
  }

  /** There is work: looks at once. */
  kick(): void {
    if (this.#stop.signal.aborted) return;
    this.#again = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Takes no more work and gives back what it works on; resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    while (this.#again && !this.#stop.signal.aborted) {
      this.#again = false;
      try {
        await this.#options.onLook?.(this.#options.now());
        for (let job = await this.#claim(); job !== null; job = await this.#claim()) await this.#work(job);
      } catch {
        // The database is away: the next look finds everything where it was.
      }
    }
  }

  /** The oldest job that waits, or whose holder is dead. */
  async #claim(): Promise<AuditJobDoc | null> {
    if (this.#stop.signal.aborted) return null;
    const now = this.#options.now();
    const kinds = [...this.#works.keys()];
    const free = { $or: [{ state: 'waiting' as const }, { state: 'running' as const, leaseUntil: { $lt: now } }] };
    const mine = { state: 'running' as const, holder: randomUUID(), leaseUntil: this.#leaseFrom(now), startedAt: now };
    const found = await raw(this.#db.auditJobs).findOneAndUpdate(
      { kind: { $in: kinds }, ...free },
      { $set: mine, $inc: { attempts: 1 } },
      { sort: { createdAt: 1, _id: 1 }, returnDocument: 'after' },
    );
    return found;
  }

  #leaseFrom(now: Instant): Instant {
    return addMs(now, this.#options.leaseMs ?? LEASE_MS);
  }

  async #work(job: AuditJobDoc): Promise<void> {
    const work = this.#works.get(job.kind);
    if (work === undefined) return;
    if (job.attempts > ATTEMPTS) {
      await this.#end(job, { state: 'failed', problem: { code: 'job.died', params: { times: ATTEMPTS } } });
      return;
    }
    const lost = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, lost.signal]);
    const beat = setInterval(
      () => {
        this.#hold(job, {}).then(
          (held) => (held ? undefined : lost.abort()),
          // Not heard by the database; the lease has time left for another beat.
          () => undefined,
        );
      },
      (this.#options.leaseMs ?? LEASE_MS) / 4,
    );
    let written = 0;
    const progress = async (done: number, total?: number) => {
      if (signal.aborted) throw new JobLost();
      if (performance.now() - written < WRITE_EVERY_MS && done !== total) return;
      written = performance.now();
      if (!(await this.#hold(job, { done, ...(total === undefined ? {} : { total }) }))) throw new JobLost();
    };
    try {
      const result = await work(job, { progress, signal });
      await this.#end(job, { state: 'done', result });
    } catch (error) {
      await this.#failed(job, error);
    } finally {
      clearInterval(beat);
    }
  }

  async #failed(job: AuditJobDoc, error: unknown): Promise<void> {
    if (this.#stop.signal.aborted) {
      // Another process begins it again; it is not the job's fault.
      await this.#write(job, {
        $set: { state: 'waiting', holder: null, leaseUntil: null, attempts: job.attempts - 1 },
      });
      return;
    }
    if (error instanceof JobLost) return;
    const [problem] = error instanceof PerennialError ? error.problems : [];
    if (problem === undefined) this.#options.onFault(job, error);
    const { code, params } = problem ?? { code: 'job.failed' as const, params: { id: job._id } };
    await this.#end(job, { state: 'failed', problem: { code, params } });
  }

  #hold(job: AuditJobDoc, set: Partial<AuditJobDoc>): Promise<boolean> {
    return this.#write(job, { $set: { ...set, leaseUntil: this.#leaseFrom(this.#options.now()) } });
  }

  async #end(job: AuditJobDoc, set: Partial<AuditJobDoc>): Promise<void> {
    const finishedAt = this.#options.now();
    await this.#write(job, { $set: { ...set, finishedAt, holder: null, leaseUntil: null } });
  }

  async #write(job: AuditJobDoc, update: { readonly $set: Partial<AuditJobDoc> }): Promise<boolean> {
    const mine = { _id: job._id, state: 'running' as const, holder: job.holder };
    return (await raw(this.#db.auditJobs).updateOne(mine, update)).matchedCount === 1;
  }
}
