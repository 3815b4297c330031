import { join } from 'node:path';
import { runCommand } from './command.ts';
import { addCounts, createTapReader } from './tap.ts';
import type { Counts, TapFailure } from './tap.ts';

export interface AvaRun {
  readonly counts: Counts;
  readonly failures: readonly TapFailure[];
}

export interface AvaOptions {
  readonly root: string;
  readonly concurrency: number;
  readonly limitMs: number;
  readonly onTest: (counts: Counts) => void;
}

/**
 * Runs test files in one ava. A run that ends badly always has a failure: also where ava itself died, or
 * took longer than it may.
 */
export async function runAva(files: readonly string[], options: AvaOptions): Promise<AvaRun> {
  const tap = createTapReader();
  const name = files.length === 1 ? (files[0] ?? '') : `${files.length} files`;
  // ava's own time limit breaks its TAP reporter (7.0.0): the one here ends a run that hangs.
  const args = ['--tap', '--timeout=2h', `--concurrency=${options.concurrency}`, ...files];
  const ended = await runCommand(join(options.root, 'node_modules', '.bin', 'ava'), args, {
    cwd: options.root,
    limitMs: options.limitMs,
    env: { FORCE_COLOR: '0' },
    onLine(line) {
      if (tap.line(line)) options.onTest(tap.counts());
    },
  });
  const report = tap.report();
  const failures = report.failures.map((failure) => ({
    ...failure,
    title: files.length === 1 ? `${name} › ${failure.title}` : failure.title,
  }));
  const counts: Counts = { passed: report.passed, failed: report.failed, skipped: report.skipped };
  if (ended.code === 0 && report.complete && report.failed === 0) return { counts, failures };
  if (failures.length > 0 && report.complete) return { counts, failures };
  const title = ended.timedOut
    ? `${name}: not done after ${Math.round(options.limitMs / 1000)} s`
    : `${name}: ava ended with code ${ended.code}`;
  const last = ended.output.split('\n').slice(-40).join('\n');
  return {
    counts: report.failed === 0 || ended.timedOut ? addCounts(counts, { passed: 0, failed: 1, skipped: 0 }) : counts,
    failures: [...failures, { title, details: last }],
  };
}
