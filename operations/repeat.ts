/** Work that a process does beside everything else, for as long as it runs. */
export interface Loop {
  /** There is something to do: looks at once. */
  wake(): void;
  /** Ends after what is under way. Safe to call twice. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly everyMs: number;
  /** Hears what kept a look from happening, once for as long as it stays the same; the next look comes as usual. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Does `work` now and then again and again, one at a time: at once where it gives true, because there may be more, or
 * where it was woken meanwhile; else after a while. The signal says that it should end soon.
 */
export function repeat(work: (signal: AbortSignal) => Promise<boolean>, { everyMs, onFault }: LoopOptions): Loop {
  const end = new AbortController();
  const { signal } = end;
  let woken = false;
  let ring = () => {};
  const rest = () =>
    new Promise<void>((done) => {
      const timer = setTimeout(done, everyMs);
      timer.unref();
      ring = () => {
        clearTimeout(timer);
        done();
      };
    });
  const run = async () => {
    let told = '';
    while (!signal.aborted) {
      woken = false;
      let more = false;
      try {
        more = await work(signal);
        told = '';
      } catch (error) {
        if (String(error) !== told) onFault(error);
        told = String(error);
      }
      if (!more && !woken && !signal.aborted) await rest();
    }
  };
  const running = run();
  const wake = () => {
    woken = true;
    ring();
  };
  return {
    wake,
    stop: async () => {
      end.abort();
      wake();
      await running;
    },
  };
}
