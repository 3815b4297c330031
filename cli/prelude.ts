/** Options that every command knows. */
export const GLOBAL_OPTIONS = [
  '--as <email>',
  '--server <url>',
  '--token-file <file>',
  '--json',
  '--lang <language>',
  '--data <folder>',
  '--quiet',
  '-h, --help',
] as const;

export interface Prelude {
  /** The first word that is not an option: the command's name. */
  readonly command: string | undefined;
  readonly lang: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

const WITH_VALUE = ['--as', '--server', '--token-file', '--lang', '--data'];

/**
 * What must be known before the real parsing: the language of errors, whether they are JSON, and which
 * command to load. It never fails; the parser finds the mistakes.
 */
export function readPrelude(argv: readonly string[]): Prelude {
  let command: string | undefined;
  let lang: string | undefined;
  const flags = new Set<string>();
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i] ?? '';
    if (word === '--') break;
    if (word.startsWith('--lang=')) lang = word.slice('--lang='.length);
    if (word === '--lang') lang = argv[i + 1];
    if (WITH_VALUE.includes(word)) i += 1;
    else if (word.startsWith('-')) flags.add(word);
    else command ??= word;
  }
  return { command, lang, json: flags.has('--json'), quiet: flags.has('--quiet') };
}

/** `help quote issue` → `quote issue --help`, and `help` alone → `--help`. */
export function helpAsOption(argv: readonly string[]): readonly string[] {
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
}
