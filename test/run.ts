import { fileURLToPath } from 'node:url';
import { openTestServices } from './helpers/services.ts';
import { runAva } from './runner/ava-run.ts';
import type { AvaRun } from './runner/ava-run.ts';
import { CHECKS } from './runner/checks.ts';
import { endAllCommands } from './runner/command.ts';
import { limitMs } from './runner/limits.ts';
import { clock, createProgress } from './runner/progress.ts';
import { addCounts, countsLine } from './runner/tap.ts';
import type { Counts, TapFailure } from './runner/tap.ts';
import { findTestFiles } from './runner/test-files.ts';

// The gate: `npm test`. Checks, then all tests; every failure stands at the end, readable, and the last line
// is the count. `--checks` and `--unit` do only their part; further words choose test files by their path.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MINUTE = 60_000;
const NOTHING: Counts = { passed: 0, failed: 0, skipped: 0 };

const words = process.argv.slice(2);
const chosen = words.filter((word) => !word.startsWith('--'));
const only = (option: string) => words.includes(option);
const everything = words.length === 0;

const progress = createProgress((text) => process.stdout.write(text), Date.now);
const failures: TapFailure[] = [];
let total = NOTHING;
let filesDone = 0;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    endAllCommands();
    process.exit(130);
  });
}

if (everything || only('--checks')) await runChecks();
if (!only('--checks')) await runTests();
report();

async function runChecks(): Promise<void> {
  for (const check of CHECKS) {
    progress.say(`${check.name} …`);
    const result = await check.run(ROOT);
    if (result.code === 0) continue;
    progress.say(`${check.name}: FAILED`);
    const remedy = check.remedy === '' ? '' : `\n\nWhat mends most of it: ${check.remedy}`;
    fail(check.name, `${result.timedOut ? 'It did not end in time.\n' : ''}${result.output}${remedy}`);
  }
}

async function runTests(): Promise<void> {
  const found = await findTestFiles(ROOT);
  const wanted = (files: readonly string[]) =>
    chosen.length === 0 ? files : files.filter((file) => chosen.some((part) => file.includes(part)));
  const unit = wanted(found.unit);
  const heavy = only('--unit') ? [] : wanted([...found.services, ...found.alone]);
  if (unit.length + heavy.length === 0) fail(`no test file matches ${chosen.join(' ')}`, '');

  if (unit.length > 0) {
    progress.say(`unit tests: ${unit.length} files …`);
    take(
      await runAva(unit, {
        root: ROOT,
        concurrency: 2,
        limitMs: 8 * MINUTE,
        onTest: (counts) => progress.tick('unit tests', counts),
      }),
    );
    progress.say(`unit tests: ${countsLine(total)}`);
  }
  if (heavy.length === 0) return;
  if (!(await bringServicesUpOnce())) {
    fail(`${heavy.length} test files not run`, 'They need the services, which did not come up.');
    return;
  }
  const before = total;
  progress.say(`tests on real services: ${heavy.length} files …`);
  const alone = heavy.filter((file) => found.alone.includes(file));
  await oneFileAtATime(
    heavy.filter((file) => !alone.includes(file)),
    2,
    heavy.length,
  );
  await oneFileAtATime(alone, 1, heavy.length);
  progress.say(`tests on real services: ${total.passed - before.passed} passed`);
}

/** On a fresh machine the services are downloaded here, once and visibly, and not by the first tests at the same time. */
async function bringServicesUpOnce(): Promise<boolean> {
  progress.say('services …');
  let told = '';
  try {
    const services = await openTestServices({
      onProgress({ service, source, phase }) {
        const line = `  ${service}: ${phase} (${source})`;
        if (line !== told && phase !== 'look') progress.say(line);
        told = line;
      },
    });
    await services.close();
    return true;
  } catch (error) {
    progress.say('services: FAILED');
    fail('services', error instanceof Error ? (error.stack ?? error.message) : String(error));
    return false;
  }
}

/** Each file in an ava of its own: its time is known, and one that hangs takes no other with it. */
async function oneFileAtATime(files: readonly string[], lanes: number, all: number): Promise<void> {
  const waiting = [...files];
  const lane = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const name = file;
      const begun = Date.now();
      const run = await runAva([name], {
        root: ROOT,
        concurrency: 1,
        limitMs: limitMs(),
        onTest: (counts) => progress.tick(name, counts),
      });
      take(run);
      filesDone += 1;
      progress.say(`  ${filesDone}/${all} ${name}: ${countsLine(run.counts)} (${clock(Date.now() - begun)})`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

function take(run: AvaRun): void {
  total = addCounts(total, run.counts);
  failures.push(...run.failures);
}

/** A check that fails counts as one failure, so that the last line never says 0 beside an exit code of 1. */
function fail(title: string, details: string): void {
  total = addCounts(total, { passed: 0, failed: 1, skipped: 0 });
  failures.push({ title, details });
}

function report(): void {
  for (const [i, { title, details }] of failures.entries()) {
    process.stdout.write(`\n── ${i + 1}/${failures.length} ${title}\n${details === '' ? '' : `${details}\n`}`);
  }
  const failed = total.failed > 0 || failures.length > 0;
  process.stdout.write(`\n${failed ? 'FAILED\n' : ''}${countsLine(total)}\n`);
  // `process.exit` could cut what is still on its way into a pipe.
  process.exitCode = failed ? 1 : 0;
}
