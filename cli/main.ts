import { resolve } from 'node:path';
import { chooseLocale, parseLocale, translator } from '../i18n/index.ts';
import { excerpt } from '../domain/errors/index.ts';
import { LOCALES } from '../domain/text.ts';
import type { ExitCode } from './command-spec.ts';
import { exitCodeOf, reportFailure, UsageError } from './failure.ts';
import { overview } from './help-page.ts';
import { processIo } from './io.ts';
import type { CliIo } from './io.ts';
import { styleFor } from './output/style.ts';
import { fold } from './output/width.ts';
import { helpAsOption, readPrelude } from './prelude.ts';
import { parseCommand, runOptions } from './program.ts';
import type { Chosen } from './program.ts';
import { REGISTRY } from './registry.ts';
import { Run } from './run.ts';
import type { RunOptions } from './run.ts';
import { unknownCommand } from './usage-problem.ts';

/** Version of the product, shown by `--version`. */
export const VERSION = '0.1.0';

/**
 * Runs one command line and resolves to its exit code. Never throws and never ends the process: that is
 * left to the caller, so that a test can call it a thousand times.
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const argv = helpAsOption(args);
  const prelude = readPrelude(argv);
  const locale = chooseLocale(prelude.lang, io.env);
  try {
    if (prelude.lang !== undefined && parseLocale(prelude.lang) === undefined) {
      throw UsageError.of('cli.choice', {
        value: excerpt(prelude.lang),
        option: '--lang',
        choices: LOCALES.join(', '),
      });
    }
    const t = translator(locale);
    const page = { t, style: styleFor(io, 'out'), width: Math.min(100, Math.max(40, io.columns)) };
    if (prelude.command === undefined) {
      if (argv.includes('--version') || argv.includes('-V')) io.out(versionText(prelude.json));
      else io.out(shown(overview(page), io, page.width));
      return 0;
    }
    const entry = REGISTRY.find(({ name }) => name === prelude.command);
    if (entry === undefined)
      throw unknownCommand(
        '',
        prelude.command,
        REGISTRY.map(({ name }) => name),
      );
    const { commands } = await entry.load();
    const chosen = parseCommand(commands, argv, page);
    if ('help' in chosen) {
      io.out(shown(chosen.help, io, page.width));
      return 0;
    }
    const given = runOptions(chosen.globals, { locale }, dataFolder(chosen.globals['data'], io), io.env);
    const run = new Run(io, placed(chosen, given));
    return (await chosen.spec.run?.(run, chosen.input)) ?? 0;
  } catch (error) {
    reportFailure(error, io, { locale, json: prelude.json });
    return exitCodeOf(error);
  }
}

/** Refuses what does not go together: a server, and a command or a name that is of this machine. */
function placed({ spec, globals }: Chosen, options: RunOptions): RunOptions {
  const { server } = options;
  if (server === undefined) return options;
  const { where = 'both', path: command } = spec;
  if (where === 'machine' && globals['server'] === undefined) return { ...options, server: undefined };
  if (where !== 'both') throw UsageError.of('remote.only_here', { command });
  if (globals['as'] !== undefined) throw UsageError.of('remote.as', { url: excerpt(server) });
  return { ...options, as: undefined };
}

function versionText(json: boolean): string {
  return json ? `${JSON.stringify({ name: 'perennial', version: VERSION }, null, 2)}\n` : `perennial ${VERSION}\n`;
}

/** Help in a window: examples are longer than a narrow one. */
function shown(help: string, io: CliIo, width: number): string {
  return io.tty.out ? fold(help, width) : help;
}

/** `--data`, PERENNIAL_DATA, else `.perennial` in the current folder. */
function dataFolder(option: unknown, io: CliIo): string {
  const named = typeof option === 'string' ? option : io.env['PERENNIAL_DATA']?.trim();
  return resolve(named === undefined || named === '' ? '.perennial' : named);
}

/** The program: runs the process's own command line and sets the exit code. */
export async function main(): Promise<void> {
  process.exitCode = await runCli(process.argv.slice(2), processIo());
}
