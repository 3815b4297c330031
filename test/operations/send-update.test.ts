import test from 'ava';
import { ServiceError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { PerennialError } from '../../domain/errors/index.ts';
import { sendUpdate } from '../../operations/send-update.ts';
import { temporalConfig } from '../../temporal.config.ts';
import { commands } from '../../workflows/renewal/messages.ts';

const COMMAND = {
  id: 'cmd_1',
  kind: 'resumed',
  at: '2027-02-01T02:00:00.000Z',
  by: { kind: 'engine' },
  note: '',
} as never;

/** What the SDK throws where the server answers with a status of gRPC. */
function serverSays(code: number): ServiceError {
  const cause = Object.assign(new Error(`${code}`), { code, details: 'said by the server', metadata: {} });
  return new ServiceError('Workflow Update failed', { cause });
}

/** A client whose calls give these answers, one after the other; the last one stays. */
function answering(...answers: readonly (Error | object)[]) {
  const calls: unknown[] = [];
  const client = {
    withAbortSignal: (_signal: AbortSignal, work: () => unknown) => work(),
    workflow: {
      getHandle: () => ({
        executeUpdate: (_definition: unknown, options: unknown) => {
          const answer = answers[Math.min(calls.push(options), answers.length) - 1];
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
      }),
    },
  };
  const context = { config: temporalConfig({}), temporal: () => Promise.resolve(client as unknown as Client) };
  const gone = () => Promise.resolve(PerennialError.of('renewal.not_found', { id: 'x' }));
  const send = () =>
    sendUpdate(context, { workflowId: 'renewal:ctr_1:1', definition: commands.resumed, gone }, COMMAND);
  return { send, calls };
}

const ACCEPTED = { accepted: true, repeated: false, phase: 'open', stage: 'quote' };

test('a broken connection is tried again with the same id', async (t) => {
  const { send, calls } = answering(serverSays(14), serverSays(13), ACCEPTED);
  t.deepEqual(await send(), ACCEPTED as never);
  t.deepEqual(
    calls.map((call) => (call as { updateId: string }).updateId),
    ['cmd_1', 'cmd_1', 'cmd_1'],
  );
});

test('while the last task of the workflow is known to have failed the command waits for the next one', async (t) => {
  const { send, calls } = answering(serverSays(9), serverSays(9), ACCEPTED);
  t.deepEqual(await send(), ACCEPTED as never);
  t.is(calls.length, 3);
});

test('a server that stays away is told as such', async (t) => {
  const { send, calls } = answering(serverSays(14));
  const error = await t.throwsAsync(send(), { instanceOf: PerennialError });
  t.is(error.problems[0]?.code, 'cli.service_silent');
  t.is(calls.length, 3);
});
