import type { Run } from './run.ts';

/** One positional argument; its text is `help:arg.<text ?? name>`. */
export interface ArgSpec {
  readonly name: string;
  readonly optional?: boolean;
  readonly text?: string;
  readonly choices?: readonly string[];
}

/** One option; its text is `help:opt.<text ?? long name>`. Every value arrives as text and is parsed by the command. */
export interface OptionSpec {
  /** As commander writes it: `--discount <percent>`, `--at-risk`. */
  readonly flags: string;
  readonly text?: string;
  readonly required?: boolean;
  readonly repeat?: boolean;
  readonly choices?: readonly string[];
  /** The words that name the choices: they are listed by them, and may be typed by them. */
  readonly vocabulary?: string;
  /** Shown in the help only; the command applies it. */
  readonly fallback?: string;
}

export interface CommandSpec {
  /** `renewal show`: the words after `perennial`. */
  readonly path: string;
  readonly args?: readonly ArgSpec[];
  readonly options?: readonly OptionSpec[];
  /** Where it works; every command that does something says it. */
  readonly where?: Where;
  /** Absent for a word that only groups others. Resolves to the exit code, 0 where nothing is said. */
  readonly run?: (run: Run, input: Input) => Promise<ExitCode | void>;
}

/**
 * `both`: on this machine's services, and on a server with `--server`. `here`: on this machine's services and files
 * alone, and refused with a server, so that nobody believes that it was done there. `machine`: about this machine or the
 * program itself, whatever server PERENNIAL_SERVER names.
 */
export type Where = 'both' | 'here' | 'machine';

/** 0 ok · 1 failed · 2 usage · 3 not found · 4 refused · 5 conflict · 6 partly done · 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 130;

/** What was typed after the command's name. */
export class Input {
  readonly #args: readonly (string | undefined)[];
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(args: readonly (string | undefined)[], options: Readonly<Record<string, unknown>>) {
    this.#args = args;
    this.#options = options;
  }

  /** The n-th argument; the parser has made sure that required ones are there. */
  arg(index: number): string {
    return this.#args[index] ?? '';
  }

  optionalArg(index: number): string | undefined {
    return this.#args[index];
  }

  /** `text('end-date')` for `--end-date <date>`. */
  text(name: string): string | undefined {
    const value = this.#options[camel(name)];
    return typeof value === 'string' ? value : undefined;
  }

  flag(name: string): boolean {
    // `--no-answer` means to commander that `answer` is off.
    if (name.startsWith('no-')) return this.#options[camel(name.slice(3))] === false;
    return this.#options[camel(name)] === true;
  }

  list(name: string): readonly string[] {
    const value = this.#options[camel(name)];
    return Array.isArray(value) ? value.map(String) : [];
  }
}

function camel(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `--end-date <date>` → `endDate`, as the parser keeps it. */
export function optionKey(flags: string): string {
  return camel(optionName(flags));
}

/** `--end-date <date>` → `end-date`. */
export function optionName(flags: string): string {
  return /--([a-z-]+)/.exec(flags)?.[1] ?? flags;
}
