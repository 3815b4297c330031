import { optionName } from '../command-spec.ts';
import type { CommandSpec } from '../command-spec.ts';
import { GLOBAL_OPTIONS } from '../prelude.ts';
import { REGISTRY } from '../registry.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const commands: readonly CommandSpec[] = [
  {
    path: 'completion',
    where: 'machine',
    args: [{ name: 'shell', choices: SHELLS }],
    async run(run, input) {
      const loaded = await Promise.all(REGISTRY.map((entry) => entry.load()));
      const words = wordsByPath(loaded.flatMap((module) => module.commands));
      run.io.out(scriptFor(input.arg(0), words));
    },
  },
];

/** What may follow each path: names of commands, then options. The empty path is `perennial` itself. */
function wordsByPath(specs: readonly CommandSpec[]): ReadonlyMap<string, readonly string[]> {
  const globals = GLOBAL_OPTIONS.map((flags) => `--${optionName(flags)}`);
  const words = new Map<string, string[]>([['', [...REGISTRY.map(({ name }) => name), ...globals]]]);
  for (const spec of specs) {
    const children = specs
      .filter((other) => other.path.startsWith(`${spec.path} `))
      .map((other) => other.path.split(' ')[1] ?? '');
    const options = (spec.options ?? []).map((option) => `--${optionName(option.flags)}`);
    words.set(spec.path, [...children, ...options, ...globals]);
  }
  return words;
}

function scriptFor(shell: string, words: ReadonlyMap<string, readonly string[]>): string {
  switch (shell) {
    case 'fish':
      return fish(words);
    case 'zsh':
      return `#compdef perennial\nautoload -U +X bashcompinit && bashcompinit\n${bash(words)}`;
    default:
      return bash(words);
  }
}

function bash(words: ReadonlyMap<string, readonly string[]>): string {
  const cases = [...words].map(([path, list]) => `    "${path}") words="${list.join(' ')}" ;;`);
  return `_perennial() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) if [ -z "$path" ]; then path="$word"; elif _perennial_words "$path $word"; then path="$path $word"; fi ;; esac
  done
  _perennial_words "$path"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ \${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
_perennial_words() {
  case "$1" in
${cases.join('\n')}
    *) return 1 ;;
  esac
}
complete -F _perennial perennial
`;
}

function fish(words: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...words].flatMap(([path, list]) => {
    const condition =
      path === ''
        ? '__fish_use_subcommand'
        : path
            .split(' ')
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join('; and ');
    return list.map((word) =>
      word.startsWith('--')
        ? `complete -c perennial -n '${condition}' -l ${word.slice(2)}`
        : `complete -c perennial -f -n '${condition}' -a ${word}`,
    );
  });
  return `${lines.join('\n')}\n`;
}
