import { Command, CommanderError } from 'commander';
import { excerpt } from '../domain/errors/index.ts';
import { choiceList, choiceOf, wordChoices } from './choices.ts';
import type { CommandSpec, OptionSpec } from './command-spec.ts';
import { Input, optionKey, optionName } from './command-spec.ts';
import { UsageError } from './failure.ts';
import { commandHelp } from './help-page.ts';
import type { CliIo } from './io.ts';
import { GLOBAL_OPTIONS } from './prelude.ts';
import type { Run, RunOptions } from './run.ts';
import { unknownCommand, usageProblem } from './usage-problem.ts';

export interface Chosen {
  readonly spec: CommandSpec;
  readonly input: Input;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** Parses one command and its options, or answers with its help. Throws {@link UsageError}. */
export function parseCommand(
  specs: readonly CommandSpec[],
  argv: readonly string[],
  page: Pick<Run, 't' | 'style' | 'width'>,
): Chosen | { readonly help: string } {
  const root = quiet(new Command('perennial'));
  // On the root they are understood before and after the command's name.
  for (const flags of GLOBAL_OPTIONS) if (!flags.includes('--help')) root.option(flags);
  let chosen: Chosen | undefined;
  for (const spec of specs) {
    const words = spec.path.split(' ');
    const parent = words.length === 1 ? root : find(root, words.slice(0, -1));
    const command = quiet(parent.command(words.at(-1) ?? ''));
    for (const arg of spec.args ?? []) command.argument(arg.optional === true ? `[${arg.name}]` : `<${arg.name}>`);
    for (const option of spec.options ?? []) addOption(command, option);
    if (spec.run) {
      command.action((...values: unknown[]) => {
        const self = values.at(-1) as Command;
        const args = values
          .slice(0, spec.args?.length ?? 0)
          .map((value) => (typeof value === 'string' ? value : undefined));
        chosen = { spec, input: new Input(args, byCode(spec, self.opts(), page.t)), globals: root.opts() };
      });
    }
  }
  const current = deepest(specs, argv) ?? specs[0];
  if (current === undefined) throw new Error('no command to parse');
  if (argv.some((word) => word === '--help' || word === '-h')) return { help: helpOf(current, specs, page) };
  if (!current.run) refuseGroup(current, specs, argv);
  try {
    root.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw misspelt(current, specs, argv) ?? usageProblem(error, current, operands(current, argv));
  }
  if (chosen === undefined) return { help: helpOf(current, specs, page) };
  checkChoices(chosen);
  return chosen;
}

/** Options as they hold for the whole run. */
export function runOptions(
  globals: Chosen['globals'],
  base: Pick<RunOptions, 'locale'>,
  dataDir: string,
  env: CliIo['env'],
): RunOptions {
  const given = (name: string, variable?: string) => {
    const option = globals[name];
    if (typeof option === 'string') return option;
    return variable === undefined ? undefined : env[variable]?.trim() || undefined;
  };
  return {
    locale: base.locale,
    json: globals['json'] === true,
    quiet: globals['quiet'] === true,
    as: given('as', 'PERENNIAL_AS'),
    dataDir,
    server: given('server', 'PERENNIAL_SERVER'),
    tokenFile: given('tokenFile'),
  };
}

function quiet(command: Command): Command {
  return command
    .exitOverride()
    .helpOption(false)
    .helpCommand(false)
    .showSuggestionAfterError(false)
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
}

function addOption(command: Command, option: OptionSpec): void {
  if (option.repeat === true) {
    command.option(option.flags, '', (value: string, before: readonly string[]) => [...before, value], []);
  } else if (option.required === true) command.requiredOption(option.flags);
  else command.option(option.flags);
}

function find(root: Command, words: readonly string[]): Command {
  let command = root;
  for (const word of words) {
    const next = command.commands.find((child) => child.name() === word);
    if (next === undefined) throw new Error(`command ${words.join(' ')} must be declared before its children`);
    command = next;
  }
  return command;
}

/** The command with the longest path that the words spell. */
function deepest(specs: readonly CommandSpec[], argv: readonly string[]): CommandSpec | undefined {
  const words = plainWords(argv);
  return [...specs]
    .sort((a, b) => b.path.length - a.path.length)
    .find((spec) => spec.path.split(' ').every((word, i) => words[i] === word));
}

function plainWords(argv: readonly string[]): readonly string[] {
  const withValue = GLOBAL_OPTIONS.filter((flags) => flags.includes('<')).map((flags) => flags.split(' ')[0]);
  return argv.filter((word, i) => !word.startsWith('-') && !withValue.includes(argv[i - 1] ?? ''));
}

function childrenOf(spec: CommandSpec, specs: readonly CommandSpec[]): readonly CommandSpec[] {
  return specs.filter((other) => other.path.startsWith(`${spec.path} `));
}

function helpOf(spec: CommandSpec, specs: readonly CommandSpec[], page: Pick<Run, 't' | 'style' | 'width'>): string {
  return commandHelp(spec, childrenOf(spec, specs), page);
}

/** `perennial quote isue`: a word that only groups others needs one of them. */
function refuseGroup(spec: CommandSpec, specs: readonly CommandSpec[], argv: readonly string[]): void {
  const error = misspelt(spec, specs, argv);
  if (error) throw error;
  const names = childrenOf(spec, specs).map((child) => child.path.split(' ').at(-1) ?? '');
  throw UsageError.of('cli.missing_argument', { value: 'command', usage: `perennial ${spec.path} ${names.join('|')}` });
}

function misspelt(spec: CommandSpec, specs: readonly CommandSpec[], argv: readonly string[]): UsageError | undefined {
  const children = childrenOf(spec, specs);
  const word = plainWords(argv)[spec.path.split(' ').length];
  if (children.length === 0 || word === undefined) return undefined;
  return unknownCommand(
    spec.path,
    word,
    children.map((child) => child.path.split(' ').at(-1) ?? ''),
  );
}

function operands(spec: CommandSpec, argv: readonly string[]): readonly string[] {
  const flags = (spec.options ?? [])
    .filter((option) => option.flags.includes('<'))
    .map((option) => `--${optionName(option.flags)}`);
  const words = argv.filter((word, i) => !word.startsWith('-') && !flags.includes(argv[i - 1] ?? ''));
  return plainWords(words).slice(spec.path.split(' ').length);
}

/** Options whose choices have names: whatever language they were typed in, the command gets the code. */
function byCode(
  spec: CommandSpec,
  options: Readonly<Record<string, unknown>>,
  t: Run['t'],
): Readonly<Record<string, unknown>> {
  const codes = (spec.options ?? []).flatMap(({ flags, vocabulary, choices = [] }) => {
    const value = options[optionKey(flags)];
    if (vocabulary === undefined || typeof value !== 'string') return [];
    const known = wordChoices(vocabulary, choices);
    const code = choiceOf(value, known);
    if (code !== undefined) return [[optionKey(flags), code] as const];
    return refuse(value, `--${optionName(flags)}`, choiceList(t, known));
  });
  return { ...options, ...Object.fromEntries(codes) };
}

function checkChoices({ spec, input }: Chosen): void {
  for (const [i, arg] of (spec.args ?? []).entries()) {
    const value = input.optionalArg(i);
    if (arg.choices && value !== undefined && !arg.choices.includes(value)) {
      refuse(value, `<${arg.name}>`, arg.choices.join(', '));
    }
  }
  for (const option of spec.options ?? []) {
    const name = optionName(option.flags);
    const value = input.text(name);
    if (option.choices && value !== undefined && !option.choices.includes(value))
      refuse(value, `--${name}`, option.choices.join(', '));
  }
}

function refuse(value: string, option: string, choices: string): never {
  throw UsageError.of('cli.choice', { value: excerpt(value), option, choices });
}
