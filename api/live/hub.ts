import { PerennialError } from '../../domain/errors/index.ts';
import { principalAgain } from '../../operations/accounts/principal.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import type { ApiDeps } from '../deps.ts';
import type { LiveEvent } from '../../operations/live/events.ts';
import { LiveFeed } from '../../operations/live/feed.ts';
import { idToPlace, placeToId } from './place.ts';
import { LiveReader } from './reader.ts';
import type { ReaderLimits } from './reader.ts';

export interface LiveSettings extends ReaderLimits {
  readonly streamsPerPerson: number;
  readonly streams: number;
  readonly beatMs: number;
  readonly checkMs: number;
  /** Rights that were not confirmed for so long are rights no more. */
  readonly trustMs: number;
}

/** A right that is taken away is gone within 5 s: looked at every 2, believed for 4. */
export const LIVE_DEFAULTS: LiveSettings = {
  waiting: 1000,
  size: 512 * 1024,
  lingerMs: 10_000,
  streamsPerPerson: 10,
  streams: 2000,
  beatMs: 15_000,
  checkMs: 2000,
  trustMs: 4000,
};

/** All open streams of one process. */
export class LiveHub {
  readonly #deps: ApiDeps;
  readonly #settings: LiveSettings;
  readonly #feed: LiveFeed;
  readonly #readers = new Set<LiveReader>();
  #timers: NodeJS.Timeout[] = [];
  #checking = false;
  #closed = false;

  constructor(deps: ApiDeps, settings: LiveSettings = LIVE_DEFAULTS) {
    this.#deps = deps;
    this.#settings = settings;
    this.#feed = new LiveFeed(deps.context.db, (error) => {
      deps.onFault({ requestId: '', route: '/v1/live', error });
    });
  }

  get open(): number {
    return this.#readers.size;
  }

  /**
   * A stream for one reader, from now on, or from the event `after` where that can still be told. Throws
   * `live.too_many`.
   */
  async read(principal: Principal, after: string | undefined): Promise<LiveReader> {
    this.#refuseTooMany(principal);
    const { keyRing } = this.#deps.context;
    const reader = new LiveReader(principal, this.#settings, (place) => placeToId(keyRing, place));
    this.#readers.add(reader);
    const held: LiveEvent[] = [];
    let replaying = true;
    try {
      const leave = await this.#feed.listen({
        event: (event) => void (replaying ? held.push(event) : reader.tell(event)),
        lost: () => reader.reset('lost'),
      });
      reader.once('close', () => {
        this.#readers.delete(reader);
        leave();
        if (this.#readers.size === 0) this.#rest();
      });
      const until = await this.#feed.place();
      if (after !== undefined) await this.#catchUp(reader, after, until);
      reader.stand(until);
      replaying = false;
      for (const event of held) if (event.place > until) reader.tell(event);
    } catch (error) {
      this.#readers.delete(reader);
      reader.destroy();
      throw error;
    }
    if (this.#closed) reader.finish();
    this.#watchTime();
    return reader;
  }

  /** Ends all streams; pages ask again and reach another process. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#rest();
    for (const reader of this.#readers) reader.finish();
    await this.#feed.close();
  }

  #refuseTooMany({ person }: Principal): void {
    const own = [...this.#readers].filter((reader) => reader.principal.person.id === person.id).length;
    const { streamsPerPerson, streams } = this.#settings;
    if (own >= streamsPerPerson) throw PerennialError.of('live.too_many', { max: streamsPerPerson });
    if (this.#closed || this.#readers.size >= streams) throw PerennialError.of('live.full', { max: streams });
  }

  async #catchUp(reader: LiveReader, after: string, until: string): Promise<void> {
    const from = idToPlace(this.#deps.context.keyRing, after);
    const missed = from === undefined ? undefined : await this.#feed.replay(from, until);
    if (missed === undefined) reader.begin('too old');
    else for (const event of missed) reader.tell(event);
  }

  #watchTime(): void {
    if (this.#timers.length > 0 || this.#closed) return;
    const { beatMs, checkMs } = this.#settings;
    this.#timers = [setInterval(() => void this.#beat(), beatMs), setInterval(() => void this.#check(), checkMs)];
    for (const timer of this.#timers) timer.unref();
  }

  #rest(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  async #beat(): Promise<void> {
    const place = await this.#feed.place().catch(() => '');
    for (const reader of this.#readers) reader.beat(place);
  }

  /** Works out anew what everybody may see; a stream whose reader cannot be vouched for ends. */
  async #check(): Promise<void> {
    const oldest = performance.now() - this.#settings.trustMs;
    for (const reader of this.#readers) if (reader.checkedAt < oldest) reader.finish();
    // A database that does not answer must not be asked more and more.
    if (this.#checking) return;
    this.#checking = true;
    try {
      const callers = new Map<string, LiveReader[]>();
      for (const reader of this.#readers) {
        const { kind, id } = reader.principal.by;
        callers.set(`${kind} ${id}`, [...(callers.get(`${kind} ${id}`) ?? []), reader]);
      }
      await Promise.all([...callers.values()].map((readers) => this.#checkCaller(readers)));
    } finally {
      this.#checking = false;
    }
  }

  async #checkCaller(readers: readonly LiveReader[]): Promise<void> {
    const [first] = readers;
    if (first === undefined) return;
    const asked = performance.now();
    try {
      const principal = await principalAgain(this.#deps.context.db, first.principal.by, this.#deps.now());
      for (const reader of readers) {
        if (principal === undefined) {
          reader.finish();
        } else {
          reader.principal = principal;
          reader.checkedAt = asked;
        }
      }
    } catch {
      // Nobody can say: what was last known holds for a moment, then the stream ends.
    }
  }
}
