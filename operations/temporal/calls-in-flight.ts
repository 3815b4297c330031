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
  const running = new Map<Promise<unknown>, AbortController>();
  let closing = false;

  const follow = (service: object, call: Call): Call =>
    function tracked(...args) {
      if (closing) return Promise.reject(new Error('The connection to Temporal is closing'));
      // A signal of its own for each call: the SDK never takes its listener back, so one signal for all
      // would grow with every call. What the caller set (`withAbortSignal`) still ends the call.
      const own = new AbortController();
      const outer = connection.callContextStorage.getStore()?.abortSignal;
      const cut = () => own.abort(outer?.reason);
      if (outer?.aborted === true) cut();
      outer?.addEventListener('abort', cut, { once: true });
      const result = connection.withAbortSignal(own.signal, async () => call.apply(service, args));
      const end = () => {
        running.delete(ended);
        outer?.removeEventListener('abort', cut);
      };
      const ended: Promise<unknown> = result.then(end, end);
      running.set(ended, own);
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
      const timer = setTimeout(() => {
        for (const own of running.values()) own.abort();
      }, patienceMs);
      while (running.size > 0) await Promise.all(running.keys());
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
