// Run as a process of its own: brings all services up on the folder given, tells their pids, and waits to be killed.
import { startServices } from '../../embedded/index.ts';
import { testEnvironment } from '../helpers/services.ts';

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('folder wanted');
const { temporal, mongo } = await startServices({ dataDir, env: testEnvironment() });
process.stdout.write(`${JSON.stringify([temporal.pid, mongo.pid])}\n`);
setInterval(() => undefined, 1_000_000);
