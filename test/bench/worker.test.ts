import test from 'ava';
import { startBenchWorker } from '../../bench/engine/worker.ts';

test('a worker process that cannot start ends the bench with its name and its exit code', async (t) => {
  const nowhere = {
    side: 'plain',
    temporalAddress: '127.0.0.1:1',
    namespace: 'default',
    mongodbUri: 'no address at all',
    taskQueue: 'none',
    outreachQueue: 'none',
    smtpUrl: null,
    dataDir: '/nonexistent',
  } as const;
  await t.throwsAsync(startBenchWorker(nowhere), { message: /worker process of plain ended by itself: exit code 1/ });
});
