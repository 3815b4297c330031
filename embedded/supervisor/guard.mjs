// Stands between the engine and a service where the system cannot bind a child's life to its parent's:
// the engine holds our standard input open; when it ends, however it ends, the input closes and the service is killed.
import { spawn } from 'node:child_process';

const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true });

child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.once('exit', (code, signal) => {
  process.exit(code ?? (signal === null ? 1 : 128));
});
process.stdin.once('end', () => child.kill('SIGKILL'));
process.stdin.once('error', () => child.kill('SIGKILL'));
process.stdin.resume();
// The whole group gets the signal to stop: the service acts on it, and we leave with it.
process.on('SIGTERM', () => undefined);
