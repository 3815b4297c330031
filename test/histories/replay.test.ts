import { fileURLToPath } from 'node:url';
import test from 'ava';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { ReplayWorkerOptions } from '@temporalio/worker';
import { testBundle } from '../helpers/rehearsal.ts';
import { keptHistories, STORIES } from './stories.ts';

const logger = new DefaultLogger('ERROR', () => undefined);
test.before(() => {
  Runtime.install({ logger, telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
});

async function replay(workflowBundle: NonNullable<ReplayWorkerOptions['workflowBundle']>) {
  const failures = new Map<string, Error>();
  const kept = keptHistories();
  // Each run of a workflow is replayed under a name of its own.
  const histories = kept.map(({ name, history }) => ({ workflowId: name, history }));
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    if (error !== undefined) failures.set(workflowId, error);
  }
  return { failures, count: kept.length };
}

test('renewals that began under any release go on with the workflows of today', async (t) => {
  const { failures, count } = await replay({ codePath: await testBundle() });
  t.deepEqual(
    [...failures].map(([name, error]) => `${name}: ${error.message}`),
    [],
  );
  t.true(count >= STORIES.length, `${count} histories`);
});

test('a changed order of commands is found by every kept history', async (t) => {
  const workflowsPath = fileURLToPath(new URL('./changed-workflows.ts', import.meta.url));
  const { failures, count } = await replay(await bundleWorkflowCode({ workflowsPath, logger }));
  t.is(failures.size, count);
  for (const error of failures.values()) t.true(error instanceof DeterminismViolationError, error.message);
});
