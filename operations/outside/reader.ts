import { setTimeout as pause } from 'node:timers/promises';
import { trusted } from 'mongoose';
import { HISTORY_NAMES } from '../../domain/outgoing/index.ts';
import { addMs, MS_PER_DAY, msBetween } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { HistoryDoc } from '../../schemas/history.ts';
import { giveBack, LEASE_MS, takeLease } from '../events/leases.ts';
import { beginPlace, dropPlace, endOfLog, isLost, movePlace, readPlace, tokenOf, watchHistories } from './place.ts';
import type { HistoryStream } from './place.ts';
import { publish } from './publish.ts';

/** Entries that are written down for channels together. */
const BATCH = 400;
/** How long the database may wait for news: the rest between two looks. */
const WAIT_MS = 1000;
/** What comes within this time of the one before is taken along. */
const SOON_MS = 5;
/** How often the place is noted while nothing happens. */
const NOTE_EVERY_MS = 10_000;
/** The part of the work that is leased: one process reads for all. */
const PART = 'outbox';
/** How far back the histories are looked through where the log does not reach back to the place. */
const MARGIN_MS = 7 * MS_PER_DAY;

export interface ReaderOptions {
  readonly now: () => Instant;
  readonly holder: string;
  readonly onFault: (error: unknown) => void;
  /** How long the database may wait for news. */
  readonly waitMs?: number;
}

type Change = Awaited<ReturnType<HistoryStream['tryNext']>>;
const LATER = Symbol('later');

/**
 * Reads what is new in histories and writes it down for the channels, in the order in which it was committed. The
 * writers of histories know nothing of it. Where it stopped it goes on: the place is noted after what was read before
 * it is written down, so that nothing is left out, and what is read twice is one.
 */
export class OutboxReader {
  readonly #db: Database;
  readonly #now: () => Instant;
  readonly #holder: string;
  readonly #onFault: (error: unknown) => void;
  readonly #waitMs: number;
  #stream: HistoryStream | undefined;
  #coming: Promise<Change> | undefined;
  #notedAt: Instant | undefined;
  #leasedAt: Instant | undefined;

  constructor(db: Database, options: ReaderOptions) {
    this.#db = db;
    this.#now = options.now;
    this.#holder = options.holder;
    this.#onFault = options.onFault;
    this.#waitMs = options.waitMs ?? WAIT_MS;
  }

  /**
   * Takes up what has come, or waits a moment for it. Gives how many deliveries were made; undefined where there is
   * nothing to read for, or another process reads.
   */
  async look(): Promise<number | undefined> {
    try {
      if ((await this.#db.channels.exists({ disabledAt: null })) === null) {
        await this.close();
        await dropPlace(this.#db);
        return undefined;
      }
      if (!(await this.#lease())) {
        await this.#closeStream();
        return undefined;
      }
      this.#stream ??= await this.#open();
      return await this.#read(this.#stream);
    } catch (error) {
      await this.#closeStream();
      if (!isLost(error)) throw error;
      this.#onFault(
        new Error('the log of the database does not reach back to the place of the outbox', { cause: error }),
      );
      return this.#catchUp();
    }
  }

  async close(): Promise<void> {
    await this.#closeStream();
    if (this.#leasedAt === undefined) return;
    this.#leasedAt = undefined;
    await giveBack(this.#db, PART, this.#holder);
  }

  async #lease(): Promise<boolean> {
    const now = this.#now();
    if (this.#leasedAt !== undefined && msBetween(this.#leasedAt, now) < LEASE_MS / 3) return true;
    const taken = await takeLease(this.#db, PART, this.#holder, now);
    this.#leasedAt = taken ? now : undefined;
    return taken;
  }

  async #open(): Promise<HistoryStream> {
    let place = await readPlace(this.#db);
    if (place === null) {
      place = await endOfLog(this.#db, this.#now());
      const begun = place;
      await this.#db.transaction((session) => beginPlace(this.#db, session, begun));
    }
    this.#notedAt = place.at;
    return watchHistories(this.#db, place.token, { waitMs: this.#waitMs });
  }

  async #read(stream: HistoryStream): Promise<number> {
    const entries: HistoryDoc[] = [];
    let token: string | undefined;
    while (entries.length < BATCH) {
      this.#coming ??= stream.tryNext();
      const change = await (entries.length === 0 ? this.#coming : Promise.race([this.#coming, pause(SOON_MS, LATER)]));
      // What is on its way is the first of the next batch.
      if (change === LATER) break;
      this.#coming = undefined;
      if (change === null) break;
      token = tokenOf(change._id);
      entries.push(change.fullDocument);
    }
    const made = await publish(this.#db, entries, this.#now());
    await this.#note(token, stream);
    return made;
  }

  async #note(token: string | undefined, stream: HistoryStream): Promise<void> {
    const at = this.#now();
    const idle = token === undefined;
    if (idle && this.#notedAt !== undefined && msBetween(this.#notedAt, at) < NOTE_EVERY_MS) return;
    // While nothing of ours happens, the database says how far it has looked.
    const place = token ?? tokenOf(stream.resumeToken);
    if (place === undefined) return;
    await movePlace(this.#db, { token: place, at });
    this.#notedAt = at;
  }

  /**
   * The log has been cut off, after days without a process that reads: everything since is looked through. What was
   * written down before keeps its id, and is one.
   */
  async #catchUp(): Promise<number> {
    const { history } = this.#db;
    const end = await endOfLog(this.#db, this.#now());
    const lost = await readPlace(this.#db);
    const from = addMs(lost?.at ?? end.at, -MARGIN_MS);
    let made = 0;
    let entries: HistoryDoc[] = [];
    const cursor = history
      .find({ at: trusted({ $gte: from }), name: trusted({ $in: HISTORY_NAMES }) })
      .sort({ at: 1, _id: 1 })
      .lean<HistoryDoc[]>()
      .cursor();
    for await (const entry of cursor) {
      entries.push(entry);
      if (entries.length < BATCH) continue;
      made += await publish(this.#db, entries, this.#now(), { since: true });
      entries = [];
      if (!(await this.#lease())) return made;
    }
    made += await publish(this.#db, entries, this.#now(), { since: true });
    await movePlace(this.#db, end);
    return made;
  }

  async #closeStream(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    // Closing ends what is on its way, with an error that is nobody's.
    this.#coming?.catch(() => undefined);
    this.#coming = undefined;
    await stream?.close();
  }
}
