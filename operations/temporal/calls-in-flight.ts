import type { Connection } from '@temporalio/client';

type Call = (this: unknown, ...args: unknown[]) => unknown;

const SERVICES = new Set<string | symbol>(['workflowService', 'operatorService', 'testService', 'healthService']);

export interface TrackedConnection {
  /** The same connection, with every call to the server counted. */
  readonly connection: Connection;
  /** From now on new calls are refused; resolves when the last one has ended, at the latest soon after `patienceMs`. */
  settle(patienceMs: number): Promise<void>;
}

/** Counts the calls of a connection, so that closing it can wait for them. */
export function trackCalls(connection: Connection): TrackedConnection {
  const running = new Set<Promise<unknown>>();
  const abort = new AbortController();
  let closing = false;

  const follow = (service: object, call: Call): Call =>
    function tracked(...args) {
      if (closing) return Promise.reject(new Error('The connection to Temporal is closing'));
      const result = connection.withAbortSignal(abort.signal, async () => call.apply(service, args));
      const ended: Promise<unknown> = result.then(
        () => running.delete(ended),
        () => running.delete(ended),
      );
      running.add(ended);
      return result;
    };

  const tracked = new Proxy(connection, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value === 'object' && value !== null && SERVICES.has(key)) return trackService(value, follow);
      return typeof value === 'function' ? (value as Call).bind(target) : value;
    },
  });

  return {
    connection: tracked,
    async settle(patienceMs) {
      closing = true;
      const timer = setTimeout(() => abort.abort(), patienceMs);
      while (running.size > 0) await Promise.all(running);
      clearTimeout(timer);
    },
  };
}

function trackService(service: object, follow: (service: object, call: Call) => Call): object {
  return new Proxy(service, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? follow(target, value as Call) : value;
    },
  });
}
