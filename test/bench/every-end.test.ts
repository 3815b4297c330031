import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const PROGRAM = fileURLToPath(new URL('ending.ts', import.meta.url));

function run(how: string): Promise<{ readonly code: number | null; readonly err: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['--import=tsx', PROGRAM, how], (_error, _out, err) =>
      resolve({ code: child.exitCode, err }),
    );
  });
}

const ends = test.macro({
  async exec(t, how: string, code: number, why: RegExp) {
    const ended = await run(how);
    t.is(ended.code, code);
    t.regex(ended.err, why);
    t.is(ended.err.split('broken off').length, 2, 'it is said once');
  },
  title: (_, how) => `a bench that ${how} says so, with an exit code that is not 0`,
});
test(ends, 'throws', 1, /broken off: Error: thrown here\n +at /);
test(ends, 'throws later', 1, /broken off: Error: thrown here/);
test(ends, 'rejects', 1, /broken off: Error: thrown here/);
test(ends, 'waits for nothing', 1, /broken off: exit code \d+ before it was done/);
test(ends, 'exits', 1, /broken off: exit code 0/);
test(ends, 'is told to end', 143, /broken off: SIGTERM/);

test('a bench that is done ends in silence', async (t) => {
  t.deepEqual(await run('done'), { code: 0, err: '' });
});
