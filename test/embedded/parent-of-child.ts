// Run as a process of its own: starts one supervised child with the bond and in the folder given, tells its pid, and
// waits to be killed.
import { superviseChild } from '../../embedded/supervisor/supervised-child.ts';

const [bond, dataDir] = process.argv.slice(2);
if ((bond !== 'pdeathsig' && bond !== 'guard') || dataDir === undefined) throw new Error('bond and folder wanted');
// The child of the child tells its own pid through the log, so that the guard's case sees the service itself.
const child = await superviseChild({
  service: 'mongo',
  program: process.execPath,
  args: ['-e', 'console.log(`service ${process.pid}`); setInterval(() => {}, 1e6)', dataDir],
  env: process.env,
  dataDir,
  isReady: () => Promise.resolve(true),
  bond,
  onEvent: () => undefined,
});
process.stdout.write(`${child.pid()}\n`);
setInterval(() => undefined, 1_000_000);
