import { countsLine } from './tap.ts';
import type { Counts } from './tap.ts';

const QUIET_MS = 15_000;

/** Tells a person, or the log of a build machine, that something moves. Everything goes to standard output, line by line. */
export interface Progress {
  say(text: string): void;
  /** A test has ended: told every few seconds, so that neither silence nor a flood arises. */
  tick(what: string, counts: Counts): void;
}

export function createProgress(write: (text: string) => void, now: () => number): Progress {
  const begun = now();
  let toldAt = begun;
  const say = (text: string) => {
    toldAt = now();
    write(`[${clock(toldAt - begun)}] ${text}\n`);
  };
  return {
    say,
    tick(what, counts) {
      if (now() - toldAt >= QUIET_MS) say(`  ${what}: ${countsLine(counts)} so far`);
    },
  };
}

/** Milliseconds as `4:07`. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
