import { randomUUID } from 'node:crypto';
import { PerennialError } from '../../domain/errors/index.ts';
import { addMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import type { Database } from '../../schemas/connection.ts';
import type { JobDoc, JobKind } from '../../schemas/job.ts';
import { raw } from '../../schemas/raw.ts';
import { repeat } from '../repeat.ts';
import type { Loop } from '../repeat.ts';
import { isPassing } from '../unavailable.ts';
import { KINDS } from './kinds.ts';

/** What work on a job has at hand. */
export interface JobTools {
  /** Says how far it is; throws {@link JobLost} where somebody else has the job, or nobody wants it any more. */
  readonly progress: (done: number, total?: number) => Promise<void>;
  /** Ends when the process stops or the job is taken away. */
  readonly signal: AbortSignal;
}

/** Does a job, from its beginning or where it stood; done twice it gives the same. Gives what is shown of it. */
export type JobWork<K extends JobKind> = (job: JobDoc<K>, tools: JobTools) => Promise<JobDoc['result']>;
export type JobWorks = { readonly [K in JobKind]?: JobWork<K> };

export interface RunOptions {
  readonly now: () => Instant;
  readonly onFault: (error: unknown, job: Pick<JobDoc, '_id' | 'kind'>) => void;
  /** Takes no more jobs; the one under way is given back at its next step. */
  readonly signal?: AbortSignal;
}

/** The job belongs to somebody else by now, or was cancelled, or the process stops. */
export class JobLost extends Error {
  constructor() {
    super('the job was taken away');
  }
}

/** A holder that has not been heard of for so long is dead. */
const LEASE_MS = 60_000;
/** A job whose services are away rests for so long. */
const REST_MS = 10_000;
const LOOK_EVERY_MS = 1000;
/** Progress is for people: nobody reads more of it. */
const WRITE_EVERY_MS = 250;

/** Does jobs as they come, until it is stopped, one of each lane at a time. Any number of processes do so together. */
export function startJobs(
  db: Pick<Database, 'jobs'>,
  works: JobWorks,
  { now, onFault }: Omit<RunOptions, 'signal'>,
  everyMs: number = LOOK_EVERY_MS,
): Pick<Loop, 'stop'> {
  const lanes = [...new Set(Object.values(KINDS).map(({ lane }) => lane))];
  const loops = lanes.map((lane) => {
    const own = Object.entries(works).filter(([kind]) => KINDS[kind as JobKind].lane === lane);
    const look = async (signal: AbortSignal) => {
      await runJobs(db, Object.fromEntries(own), { now, onFault, signal });
      return false;
    };
    return repeat(look, { everyMs, onFault: (error) => onFault(error, { _id: '', kind: own[0]?.[0] as JobKind }) });
  });
  return { stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))) };
}

/** Does all jobs that nobody else is at, the oldest first; gives how many were done. */
export async function runJobs(db: Pick<Database, 'jobs'>, works: JobWorks, options: RunOptions): Promise<number> {
  let done = 0;
  while (options.signal?.aborted !== true) {
    const job = await claim(db, Object.keys(works) as JobKind[], options.now());
    if (job === null) break;
    if (await new Attempt(db, job, options).run(works)) done += 1;
  }
  return done;
}

/** The oldest job that waits, or whose holder is dead. */
async function claim(
  { jobs }: Pick<Database, 'jobs'>,
  kinds: readonly JobKind[],
  now: Instant,
): Promise<JobDoc | null> {
  return raw(jobs).findOneAndUpdate(
    { kind: { $in: [...kinds] }, state: { $in: ['waiting', 'running'] }, leaseUntil: { $lte: now } },
    { $set: { state: 'running', holder: randomUUID(), leaseUntil: addMs(now, LEASE_MS) }, $inc: { attempts: 1 } },
    { sort: { createdAt: 1, _id: 1 }, returnDocument: 'after' },
  );
}

/** One try at a job that has been taken. */
class Attempt {
  readonly #db: Pick<Database, 'jobs'>;
  readonly #job: JobDoc;
  readonly #options: RunOptions;
  readonly #lost = new AbortController();
  readonly #signal: AbortSignal;
  #written = 0;

  constructor(db: Pick<Database, 'jobs'>, job: JobDoc, options: RunOptions) {
    this.#db = db;
    this.#job = job;
    this.#options = options;
    const { signal } = this.#lost;
    this.#signal = options.signal === undefined ? signal : AbortSignal.any([options.signal, signal]);
  }

  /** True where it was done; false where it failed, goes on later, or somebody else has it. */
  async run(works: JobWorks): Promise<boolean> {
    const job = this.#job;
    const { attempts } = KINDS[job.kind];
    if (attempts !== null && job.attempts > attempts) {
      await this.#end({ state: 'failed', problem: { code: 'job.died', params: { times: attempts } } });
      return false;
    }
    // Only kinds that there is work for are taken.
    const work = works[job.kind] as JobWork<JobKind>;
    const beat = setInterval(() => void this.#beat(), LEASE_MS / 4);
    try {
      const result = await work(job, { progress: this.#progress, signal: this.#signal });
      await this.#end({ state: 'done', result });
      return true;
    } catch (error) {
      await this.#failed(error);
      return false;
    } finally {
      clearInterval(beat);
    }
  }

  readonly #progress = async (done: number, total?: number) => {
    if (this.#signal.aborted) throw new JobLost();
    if (performance.now() - this.#written < WRITE_EVERY_MS && done !== total) return;
    this.#written = performance.now();
    if (!(await this.#hold({ done, ...(total === undefined ? {} : { total }) }))) throw new JobLost();
  };

  /** A beat that the database does not hear does no harm: the lease has time left for another. */
  async #beat(): Promise<void> {
    if (!(await this.#hold({}).catch(() => true))) this.#lost.abort();
  }

  async #failed(error: unknown): Promise<void> {
    const { now, onFault, signal } = this.#options;
    const job = this.#job;
    // Another process goes on with it; it is not the job's fault.
    if (signal?.aborted === true) return this.#giveBack(now());
    if (error instanceof JobLost) return;
    if (isPassing(error)) return this.#giveBack(addMs(now(), REST_MS));
    const [problem] = error instanceof PerennialError ? error.problems : [];
    if (problem === undefined) onFault(error, job);
    if (KINDS[job.kind].attempts === null) return this.#giveBack(addMs(now(), REST_MS));
    const { code, params } = problem ?? { code: 'job.failed' as const, params: { id: job._id } };
    await this.#end({ state: 'failed', problem: { code, params } });
  }

  async #giveBack(leaseUntil: Instant): Promise<void> {
    await this.#write({ state: 'waiting', holder: null, leaseUntil, attempts: this.#job.attempts - 1 });
  }

  #hold(set: Partial<JobDoc>): Promise<boolean> {
    return this.#write({ ...set, leaseUntil: addMs(this.#options.now(), LEASE_MS) });
  }

  async #end(set: Partial<JobDoc>): Promise<void> {
    await this.#write({ ...set, finishedAt: this.#options.now(), holder: null });
  }

  async #write($set: Partial<JobDoc>): Promise<boolean> {
    const mine = { _id: this.#job._id, state: 'running' as const, holder: this.#job.holder };
    return (await raw(this.#db.jobs).updateOne(mine, { $set })).matchedCount === 1;
  }
}
