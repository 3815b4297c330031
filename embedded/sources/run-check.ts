import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Environment } from '../progress.ts';

/** Why `program --version` fails, in the system's own words; undefined when it runs. */
export function whyNotRunning(
  program: string,
  args: readonly string[],
  env: Environment,
  timeoutMs = 15_000,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    // SIGKILL: a program that ignores the polite signal must not outlive the check.
    const options = { env: { ...env }, timeout: timeoutMs, killSignal: 'SIGKILL' as const, windowsHide: true };
    execFile(program, [...args], options, (error, _stdout, stderr) => {
      if (error === null) return resolve(undefined);
      const said = stderr.trim().split('\n').at(-1)?.trim();
      resolve(said === undefined || said === '' ? error.message : said);
    });
  });
}

/** The first executable of that name on PATH. */
export async function findOnPath(program: string, env: Environment): Promise<string | undefined> {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    for (const name of names) {
      const candidate = join(folder, name);
      const executable = await access(candidate, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (executable) return candidate;
    }
  }
  return undefined;
}
