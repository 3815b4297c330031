import type { CommanderError } from 'commander';
import { excerpt } from '../domain/errors/index.ts';
import type { CommandSpec } from './command-spec.ts';
import { optionName } from './command-spec.ts';
import { UsageError } from './failure.ts';
import { usageOf } from './help-page.ts';
import { GLOBAL_OPTIONS } from './prelude.ts';
import { suggest } from './suggest.ts';

/** What commander found wrong, as a problem of ours in both languages with a way out. */
export function usageProblem(error: CommanderError, spec: CommandSpec, words: readonly string[]): UsageError {
  const value = quoted(error.message);
  const usage = usageOf(spec);
  const command = spec.path;
  switch (error.code) {
    case 'commander.unknownOption': {
      const known = [...GLOBAL_OPTIONS, ...(spec.options ?? []).map((option) => option.flags)].map(
        (f) => `--${optionName(f)}`,
      );
      const hint = suggest(value, known);
      return hint === undefined
        ? UsageError.of('cli.unknown_option', { command, value: excerpt(value) })
        : UsageError.of('cli.unknown_option_near', { command, value: excerpt(value), hint });
    }
    case 'commander.missingArgument':
      return UsageError.of('cli.missing_argument', { value, usage });
    case 'commander.excessArguments':
      return UsageError.of('cli.excess_argument', { value: excerpt(words[spec.args?.length ?? 0] ?? ''), usage });
    case 'commander.optionMissingArgument':
      return UsageError.of('cli.option_value', { option: value, usage: value });
    case 'commander.missingMandatoryOptionValue':
      return UsageError.of('cli.option_required', { option: `--${optionName(value)}`, usage: value });
    default:
      return UsageError.of('cli.unknown_command', { value: excerpt(value) });
  }
}

/** A word that is no command: the nearest one is offered. */
export function unknownCommand(path: string, word: string, known: readonly string[]): UsageError {
  const value = path === '' ? word : `${path} ${word}`;
  const hint = suggest(word, known);
  return hint === undefined
    ? UsageError.of('cli.unknown_command', { value: excerpt(value) })
    : UsageError.of('cli.unknown_command_near', {
        value: excerpt(value),
        hint: path === '' ? hint : `${path} ${hint}`,
      });
}

function quoted(message: string): string {
  return /'([^']*)'/.exec(message)?.[1] ?? '';
}
