import { Readable } from 'node:stream';
import type { Principal } from '../../operations/accounts/principal.ts';
import { maySee } from '../../operations/live/events.ts';
import type { LiveEvent } from '../../operations/live/events.ts';

export interface ReaderLimits {
  /** Events that wait for a reader who is slow. */
  readonly waiting: number;
  /** Their characters. */
  readonly size: number;
  /** How long a reader who was dropped may take to hear of it. */
  readonly lingerMs: number;
}

/** After so long a page that lost its stream asks again. */
const RETRY_MS = 2000;

/** One open stream: what its reader may see, in the form of server-sent events, as fast as it is taken. */
export class LiveReader extends Readable {
  principal: Principal;
  /** When the rights were last worked out, in ms of the process. */
  checkedAt: number;
  readonly #limits: ReaderLimits;
  readonly #idOf: (place: string) => string;
  #waiting: string[] = [];
  #size = 0;
  #wanted = false;
  #ended = false;
  #linger: NodeJS.Timeout | undefined;

  constructor(principal: Principal, limits: ReaderLimits, idOf: (place: string) => string) {
    super({ highWaterMark: 16 * 1024 });
    this.principal = principal;
    this.checkedAt = performance.now();
    this.#limits = limits;
    this.#idOf = idOf;
    this.#put(`retry: ${RETRY_MS}\n\n`);
  }

  /** Tells of a change, where the reader may know of it. */
  tell(event: LiveEvent): void {
    if (this.#ended || !maySee(this.principal, event)) return;
    this.#put(block(event.type, event.data, this.#idOf(event.place)));
  }

  /** Still there; with how far the reader has been told, so that it need not hear of it again. */
  beat(place: string): void {
    // What waits says more.
    if (this.#waiting.length === 0) this.stand(place);
  }

  /** Everything up to here has been told. */
  stand(place: string): void {
    this.#put(place === '' ? ':\n\n' : `id: ${this.#idOf(place)}\n:\n\n`);
  }

  /** The reader has missed something and must read all of it anew; the stream ends with it. */
  reset(reason: 'slow' | 'lost'): void {
    this.finish(block('reset', { reason }, ''));
  }

  /** The reader begins anew from here, and goes on listening. */
  begin(reason: 'too old'): void {
    this.#put(block('reset', { reason }, ''));
  }

  /** Ends the stream: what waits is dropped, `last` is told where it can be. */
  finish(last?: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#waiting = last === undefined ? [] : [last];
    this.#linger = setTimeout(() => this.destroy(), this.#limits.lingerMs);
    this.#linger.unref();
    this.#flow();
  }

  override _read(): void {
    this.#wanted = true;
    this.#flow();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#ended = true;
    clearTimeout(this.#linger);
    this.#waiting = [];
    done(error);
  }

  #put(text: string): void {
    if (this.#ended) return;
    this.#waiting.push(text);
    this.#size += text.length;
    this.#flow();
    const { waiting, size } = this.#limits;
    if (this.#waiting.length > waiting || this.#size > size) this.reset('slow');
  }

  #flow(): void {
    while (this.#wanted && this.#waiting.length > 0) {
      const text = this.#waiting.shift() ?? '';
      this.#size -= text.length;
      this.#wanted = this.push(text);
    }
    if (this.#ended && this.#waiting.length === 0 && !this.destroyed && !this.readableEnded) this.push(null);
  }
}

/** An empty id makes the page forget where it was. */
function block(type: string, data: Readonly<Record<string, unknown>>, id: string): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
