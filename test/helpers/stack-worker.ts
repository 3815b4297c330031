/**
 * The product's worker as a process of its own, to be killed: the composition root as `perennial up` runs it, with
 * less patience. Says `ready` to its parent, and ends with it.
 */
import { openContext } from '../../operations/context.ts';
import { startTracing } from '../../operations/tracing/index.ts';
import { runWorker } from '../../workers/main.ts';

const SECOND = 1000;

// The parent holds the other end: when it is gone, nobody is left running.
process.stdin.resume();
process.stdin.once('end', () => process.exit(3));

const dataDir = process.env['PERENNIAL_DATA'] ?? '';
await startTracing(process.env);
const context = await openContext({ env: process.env, dataDir, patienceMs: 30 * SECOND });
const worker = await runWorker({
  ...context,
  patience: {
    patience: { connect: 5 * SECOND, greeting: 5 * SECOND, idle: 20 * SECOND, whole: 25 * SECOND },
    // A worker that was killed waits for no answer any more.
    doubtAfter: 0,
    times: {
      startToClose: '30 seconds',
      scheduleToClose: '5 days',
      heartbeat: '3 seconds',
      firstRetry: '200 milliseconds',
      longestRetry: '1 second',
    },
  },
});
process.send?.('ready');
process.once('SIGTERM', () => {
  void worker
    .stop()
    .then(() => context.close())
    .then(() => process.exit(0));
});
await worker.ended;
