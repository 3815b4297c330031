import { Context } from '@temporalio/activity';

/** Where an attempt stands; the next one begins there when this one dies. */
export interface Progress<T> {
  readonly current: T;
  /** Moves on, and tells the server. */
  reach(next: T): void;
  /** Tells the server that the attempt is alive. */
  alive(): void;
}

/** The progress of an earlier attempt at the same check, else `start`. */
export function resume<T>(start: T): Progress<T> {
  const context = Context.current();
  let current = (context.info.heartbeatDetails as T | undefined) ?? start;
  return {
    get current() {
      return current;
    },
    reach(next) {
      current = next;
      context.heartbeat(current);
    },
    // A sign of life without details would erase those that an earlier attempt left.
    alive: () => context.heartbeat(current),
  };
}

const ALIVE_EVERY = 1000;

/** All ids of a list on the server. */
export async function collect(ids: AsyncIterable<string>, progress: Progress<unknown>): Promise<ReadonlySet<string>> {
  const all = new Set<string>();
  for await (const id of ids) {
    all.add(id);
    if (all.size % ALIVE_EVERY === 0) progress.alive();
  }
  return all;
}
