import { mongo } from 'mongoose';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import { livePipeline, toLiveEvent } from './events.ts';
import type { LiveChange, LiveEvent } from './events.ts';

/** Who is told of changes. */
export interface FeedListener {
  event(event: LiveEvent): void;
  /** Changes may have been missed: whatever is shown must be read anew. */
  lost(): void;
}

type Stream = mongo.ChangeStream<mongo.Document, LiveChange>;

/** More than that is read faster by reading the pages anew. */
const REPLAY_EVENTS = 2000;
const REPLAY_MS = 10_000;
/** The type of a time, its seconds and count, and what follows: what the database gives out begins so. */
const PLACE = /^82[0-9A-F]{16}/i;
/** A page that was away for longer is read anew. */
const REPLAY_SECONDS = 3600;
/** How long the database may wait for news before it says that there are none. */
const REPLAY_AWAIT_MS = 20;

/**
 * The changes of the database, watched once for the whole process and passed on to everybody who listens. Watches
 * only while somebody does.
 */
export class LiveFeed {
  readonly #db: Database;
  readonly #onFault: (error: unknown) => void;
  readonly #listeners = new Set<FeedListener>();
  #watching: Promise<Stream> | undefined;
  #place = '';
  #idle = false;
  #closed = false;

  constructor(db: Database, onFault: (error: unknown) => void) {
    this.#db = db;
    this.#onFault = onFault;
  }

  /** Resolves when every later change will be told. The listener is told until it is taken off. */
  async listen(listener: FeedListener): Promise<() => void> {
    this.#listeners.add(listener);
    try {
      this.#watching ??= this.#watch();
      await this.#watching;
    } catch (error) {
      this.#watching = undefined;
      this.#listeners.delete(listener);
      throw error;
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) void this.#rest();
    };
  }

  /** Up to where everything has been told. */
  async place(): Promise<string> {
    const stream = await this.#watching;
    // While it waits, the database says how far it has looked, which moves on although nothing happens.
    return this.#idle && stream !== undefined ? (placeOf(stream.resumeToken) ?? this.#place) : this.#place;
  }

  /**
   * What happened after `from`, up to `until`, in order; undefined where that cannot be told any more: the database
   * has forgotten it, or it is more than one wants to be told one by one.
   */
  async replay(from: string, until: string): Promise<readonly LiveEvent[] | undefined> {
    if (!PLACE.test(from)) return undefined;
    if (from >= until) return [];
    // Looking for a place from long ago takes the database through all that was since.
    if (secondsOf(until) - secondsOf(from) > REPLAY_SECONDS) return undefined;
    const events: LiveEvent[] = [];
    const began = performance.now();
    const stream = this.#open({ resumeAfter: { _data: from }, maxAwaitTimeMS: REPLAY_AWAIT_MS });
    try {
      for (;;) {
        const change = await stream.tryNext();
        const place = change === null ? placeOf(stream.resumeToken) : placeOf(change._id);
        if (change !== null && place !== undefined && place <= until) {
          const event = await this.#eventOf(change, place);
          if (event !== undefined) events.push(event);
        }
        if (place !== undefined && place >= until) return events;
        if (events.length > REPLAY_EVENTS || performance.now() - began > REPLAY_MS) return undefined;
      }
    } catch (error) {
      // Too old, of another database, not a place at all: the reader begins anew.
      if (error instanceof mongo.MongoServerError) return undefined;
      throw error;
    } finally {
      await stream.close();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    await this.#rest();
  }

  async #rest(): Promise<void> {
    const watching = this.#watching;
    this.#watching = undefined;
    await watching?.then(
      (stream) => stream.close(),
      () => undefined,
    );
  }

  #open(options: mongo.ChangeStreamOptions): Stream {
    const { db } = this.#db.connection;
    if (db === undefined) throw new Error('the database is not connected');
    return db.watch<mongo.Document, LiveChange>(livePipeline(), { fullDocument: 'updateLookup', ...options });
  }

  async #watch(): Promise<Stream> {
    const stream = this.#open({});
    // The first look opens it: from here on nothing is missed.
    const first = await stream.tryNext();
    this.#place = placeOf(stream.resumeToken) ?? '';
    void this.#follow(stream, first);
    return stream;
  }

  async #follow(stream: Stream, first: LiveChange | null): Promise<void> {
    try {
      let change = first;
      for (;;) {
        if (change !== null) await this.#tell(change);
        this.#idle = true;
        change = await stream.next();
        this.#idle = false;
      }
    } catch (error) {
      this.#idle = false;
      await stream.close().catch(() => undefined);
      // Closed by ourselves, or another one watches already.
      const mine = (await this.#watching?.catch(() => undefined)) === stream;
      if (this.#closed || !mine) return;
      this.#watching = undefined;
      this.#onFault(error);
      const listeners = [...this.#listeners];
      this.#listeners.clear();
      for (const listener of listeners) listener.lost();
    }
  }

  async #tell(change: LiveChange): Promise<void> {
    const place = placeOf(change._id);
    if (place === undefined) return;
    const event = await this.#eventOf(change, place);
    this.#place = place;
    if (event !== undefined) for (const listener of this.#listeners) listener.event(event);
  }

  /** Mails do not say who looks after their client: rights need to know. */
  async #eventOf(change: LiveChange, place: string): Promise<LiveEvent | undefined> {
    const event = toLiveEvent(change, place);
    if (event === undefined || event.record['ownerId'] !== undefined) return event;
    const { clientId } = event.record;
    if (typeof clientId !== 'string') return event;
    const client = await this.#db.clients.findOne({ _id: clientId }, { ownerId: 1 }).lean<Pick<ClientDoc, 'ownerId'>>();
    return { ...event, record: { ...event.record, ownerId: client?.ownerId ?? '' } };
  }
}

function placeOf(token: unknown): string | undefined {
  const data = (token as { readonly ['_data']?: unknown } | null | undefined)?.['_data'];
  return typeof data === 'string' ? data : undefined;
}

/** The time of a place in seconds: after the type of the field, its first four bytes. */
function secondsOf(place: string): number {
  return Number.parseInt(place.slice(2, 10), 16);
}
