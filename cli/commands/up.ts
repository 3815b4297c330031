import type { CommandSpec, ExitCode } from '../command-spec.ts';
import { exclusive } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'up',
    where: 'machine',
    options: [{ flags: '--sample' }, { flags: '--empty' }, { flags: '--plain' }],
    async run(run, input): Promise<ExitCode> {
      exclusive('--sample', '--empty', input.flag('sample') && input.flag('empty'));
      const { bringUp } = await import('../up/bring-up.ts');
      const data = input.flag('sample') ? 'sample' : input.flag('empty') ? 'empty' : 'ask';
      return bringUp(run, { data, plain: input.flag('plain') || run.options.json || !run.io.tty.out });
    },
  },
];
