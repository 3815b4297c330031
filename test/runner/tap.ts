/** Counts of finished tests. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface TapFailure {
  readonly title: string;
  /** What the reporter says about it, ready to print; empty where it says nothing. */
  readonly details: string;
}

export interface TapReport extends Counts {
  readonly failures: readonly TapFailure[];
  /** False where the reporter ended in the middle: its process died. */
  readonly complete: boolean;
}

export interface TapReader {
  /** Takes one line; true where it tells of a finished test. */
  line(text: string): boolean;
  counts(): Counts;
  report(): TapReport;
}

const RESULT = /^(not )?ok \d+ - (.*?)(?: # (SKIP|TODO)\b.*)?$/;
const TRAILER = /^# (fail) (\d+)$/;

/** Reads the TAP that `ava --tap` writes, line by line. */
export function createTapReader(): TapReader {
  const count = { passed: 0, failed: 0, skipped: 0 };
  const failures: { title: string; details: string[] }[] = [];
  let inDetails = false;
  let planned = false;
  let failedByTrailer = 0;

  const result = (found: RegExpExecArray): void => {
    const [, not, title = '', directive] = found;
    inDetails = false;
    if (directive !== undefined) count.skipped += 1;
    else if (not === undefined) count.passed += 1;
    else {
      count.failed += 1;
      failures.push({ title, details: [] });
    }
  };

  return {
    line(text) {
      // In the details of a failure anything may stand, also what looks like a result.
      if (inDetails) {
        if (text === '  ...') inDetails = false;
        else failures.at(-1)?.details.push(text.replace(/^ {4}/, ''));
        return false;
      }
      const found = RESULT.exec(text);
      if (found !== null) {
        result(found);
        return true;
      }
      if (text === '  ---') inDetails = failures.length > 0;
      else if (/^1\.\.\d+$/.test(text)) planned = true;
      else failedByTrailer = Number(TRAILER.exec(text)?.[2] ?? failedByTrailer);
      return false;
    },
    counts: () => ({ ...count }),
    report: () => ({
      ...count,
      // Tests that never got to run stand only in the trailer.
      failed: Math.max(count.failed, failedByTrailer),
      failures: failures.map(({ title, details }) => ({ title, details: details.join('\n') })),
      complete: planned,
    }),
  };
}

export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The one line that a success ends with. */
export function countsLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
