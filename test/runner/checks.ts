import { join } from 'node:path';
import { runCommand } from './command.ts';
import type { CommandResult } from './command.ts';

export interface Check {
  readonly name: string;
  /** What mends most of its findings; empty where only thinking does. */
  readonly remedy: string;
  readonly run: (root: string) => Promise<CommandResult>;
}

const MINUTE = 60_000;

/** What is checked without running the product, the quickest first. */
export const CHECKS: readonly Check[] = [
  {
    name: 'lint',
    remedy: 'npx oxlint --fix',
    run: (root) => tool(root, 'oxlint', ['--deny-warnings']),
  },
  { name: 'types', remedy: '', run: (root) => tool(root, 'tsc', ['-p', '.', '--noEmit']) },
  {
    name: 'format',
    remedy: 'npm run format',
    run: (root) => tool(root, 'prettier', ['--check', '--log-level=warn', '.']),
  },
  {
    name: 'generated files',
    remedy: 'npm run docs:generate',
    run: (root) =>
      runCommand(process.execPath, ['--import=tsx', join(root, 'docs', 'generate.ts'), '--check'], {
        cwd: root,
        limitMs: 2 * MINUTE,
      }),
  },
];

function tool(root: string, name: string, args: readonly string[]): Promise<CommandResult> {
  return runCommand(join(root, 'node_modules', '.bin', name), args, { cwd: root, limitMs: 4 * MINUTE });
}
