import { ERROR_TABLE, explain, PerennialError } from '../domain/errors/index.ts';
import type { ErrorClass, ErrorEntry, Problem } from '../domain/errors/index.ts';
import { formats } from '../i18n/format.ts';
import { translator } from '../i18n/index.ts';
import { Teller } from '../i18n/story.ts';
import { unavailable } from '../operations/unavailable.ts';
import type { Locale } from '../domain/text.ts';
import type { ExitCode } from './command-spec.ts';
import type { CliIo } from './io.ts';
import { styleFor } from './output/style.ts';

/** A mistake in how the command was written; ends with exit code 2. */
export class UsageError extends PerennialError {
  static override of(...args: Parameters<typeof PerennialError.of>): UsageError {
    return new UsageError(PerennialError.of(...args).problems);
  }
}

/** Ctrl-C while a command ran. */
export class Interrupted extends Error {}

const EXIT_CODES: Readonly<Record<ErrorClass, ExitCode>> = {
  invalid: 1,
  missing: 3,
  refused: 4,
  conflict: 5,
  unavailable: 1,
};

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Interrupted) return 130;
  if (error instanceof UsageError) return 2;
  if (!(error instanceof PerennialError)) return 1;
  const first = error.problems.find((p) => p.severity === 'error') ?? error.problems[0];
  if (first === undefined) return 1;
  // The command line's own codes are about what was typed.
  return first.code.startsWith('cli.') && entryOf(first).class === 'invalid' ? 2 : EXIT_CODES[entryOf(first).class];
}

/** Refusals of values that were typed are mistakes of usage; all others stay what they are. */
export function asTyped(error: PerennialError): PerennialError {
  const errors = error.problems.filter((p) => p.severity === 'error');
  const typed = errors.length > 0 && errors.every((p) => entryOf(p).class === 'invalid');
  return typed && !(error instanceof UsageError) ? new UsageError(error.problems) : error;
}

function entryOf(problem: Problem): ErrorEntry {
  return ERROR_TABLE[problem.code];
}

/** The problems of any error; a service that is away is said to be, any other that is not for people is a `cli.bug`. */
export function problemsOf(error: unknown): readonly Problem[] {
  const clear = unavailable(error);
  if (clear !== undefined) return clear.problems;
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return PerennialError.of('cli.bug', { reason }).problems;
}

/** One problem as `--json` shows it. */
export interface ProblemJson {
  readonly code: string;
  readonly severity: Problem['severity'];
  readonly what: string;
  readonly where: string;
  readonly fix: string;
  readonly place?: Problem['place'];
}

export function problemJson(problem: Problem, locale: Locale, zone: string): ProblemJson {
  // Codes among the values ("legal", "in progress") are told in the reader's words.
  const teller = new Teller(translator(locale), formats(locale, zone));
  const told = explain({ ...problem, params: teller.words(problem.params) }, locale);
  return {
    code: told.code,
    severity: problem.severity,
    what: told.what,
    where: told.where,
    fix: told.fix,
    ...(problem.place ? { place: problem.place } : {}),
  };
}

/** Writes what went wrong to standard error: as text with its remedy, or as one JSON object. */
export function reportFailure(
  error: unknown,
  io: CliIo,
  options: { readonly locale: Locale; readonly json: boolean },
): void {
  if (error instanceof Interrupted) return;
  const problems = problemsOf(error).map((p) => problemJson(p, options.locale, io.zone));
  if (options.json) {
    io.err(`${JSON.stringify({ error: { exitCode: exitCodeOf(error), problems } }, null, 2)}\n`);
  } else {
    io.err(`${problems.map((p) => renderProblem(p, io, options.locale)).join('\n')}\n`);
  }
  const debug = io.env['PERENNIAL_DEBUG'];
  if (debug !== undefined && debug !== '' && error instanceof Error) io.err(`${error.stack ?? error.message}\n`);
}

/** `✗ what — where`, then the remedy on its own line. */
export function renderProblem(problem: ProblemJson, io: CliIo, locale: Locale): string {
  const style = styleFor(io, 'err');
  const sign = problem.severity === 'error' ? style.bad('✗') : style.warn('!');
  const where = problem.where === '' ? '' : locale === 'zh-CN' ? `${problem.where}：` : `${problem.where}: `;
  return `${sign} ${style.dim(where)}${problem.what}\n  ${style.dim('→')} ${problem.fix}  ${style.dim(`[${problem.code}]`)}`;
}
