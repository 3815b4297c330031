import anyTest from 'ava';
import type { TestFn } from 'ava';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Command } from '../../domain/renewal/facts.ts';
import { runForward } from '../../domain/renewal/run-forward.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';
import { eventually } from '../helpers/eventually.ts';
import { eventName } from '../helpers/rehearsal.ts';
import type { HistoryEvent, RehearsalClient } from '../helpers/rehearsal.ts';
import { at, command, event, logged } from '../helpers/world.ts';
import { LATER, startFake, withServer } from './run.ts';
import type { ServerContext } from './run.ts';
import { smoothly } from './stories.ts';

const test = anyTest as TestFn<ServerContext>;
/** A renewal of the product stays far below the server's 4,096 events; here it meets the suggestion every few steps. */
withServer(test, ['limit.historyCount.suggestContinueAsNew=30']);

/** The histories of all runs of a workflow, the newest first. */
async function runsOf(client: RehearsalClient, workflowId: string): Promise<readonly (readonly HistoryEvent[])[]> {
  const runs: (readonly HistoryEvent[])[] = [];
  let runId: string | undefined;
  for (;;) {
    const events = (await client.getHandle(workflowId, runId).fetchHistory()).events ?? [];
    runs.push(events);
    runId = events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
    if (!runId) return runs;
  }
}

test('a renewal that begins new histories on its way does what one with a single history does', async (t) => {
  const { run, world } = await startFake(t);
  const { snapshot } = world;
  const script = smoothly();
  for (const fact of script) await run.command(fact);
  t.is((await run.end()).outcome, 'renewed');
  const from = world.performed[0]?.at ?? LATER;
  const pure = runForward({ renewalId: run.id, snapshot, from, until: LATER, script });
  const ids = pure.looks.flatMap((look) => look.decision.effects.map((effect) => effect.id.slice(run.id.length + 1)));
  t.deepEqual(world.ids(), ids);
  const runs = await runsOf(run.worker.rehearsal, run.id);
  t.true(runs.length > 2, `${runs.length} runs`);
  for (const older of runs.slice(1)) t.is(eventName(older.at(-1) ?? {}), 'WorkflowExecutionContinuedAsNew');
  t.log(`${runs.length} runs`);
});

test('messages in flight while a new history begins are neither lost nor doubled', async (t) => {
  const { run, world } = await startFake(t);
  const when = at('2038-02-02');
  await run.forwardTo(when);
  const calls: readonly Command[] = Array.from({ length: 60 }, () =>
    command('communication logged', when, 'li', logged(false)),
  );
  const replies = Array.from({ length: 60 }, () => event('usage dropped', when, { percent: 5 }));
  const six = [0, 1, 2, 3, 4, 5];
  const [answers] = await Promise.all([
    Promise.all(
      six.map(async (lane) => {
        const told = [];
        for (const call of calls.slice(lane * 10, lane * 10 + 10)) told.push(await run.send(call, call.id));
        return told;
      }),
    ),
    Promise.all(
      six.map(async (lane) => {
        for (const reply of replies.slice(lane * 10, lane * 10 + 10)) t.true(await run.signal(reply));
      }),
    ),
  ]);
  for (const answer of answers.flat()) t.like(answer, { accepted: true, repeated: false });
  // One more, so that everything before it has been judged.
  t.like(await run.send(command('communication logged', when, 'li', logged(false))), { accepted: true });
  const all = [...calls, ...replies].map((fact) => fact.id);
  t.deepEqual((await run.state()).seen.filter((id) => all.includes(id)).toSorted(), all.toSorted());
  const lines = world.performed.flatMap((one) => one.log);
  t.deepEqual(
    all.filter((id) => !lines.includes(id)),
    [],
  );
  const runs = await runsOf(run.worker.rehearsal, run.id);
  t.true(runs.length > 3, `${runs.length} runs`);
  t.log(`${runs.length} runs`);

  // The server forgets ids with the run; the renewal does not.
  const [first] = calls;
  if (first !== undefined) t.like(await run.send(first, first.id), { accepted: true, repeated: true });
});

test('search attributes, details and the term go along into a new history', async (t) => {
  const { run, worker } = await startFake(t);
  const script = smoothly();
  for (const fact of script.slice(0, 4)) await run.command(fact);
  const runs = await runsOf(worker.rehearsal, run.id);
  t.true(runs.length > 1);
  const described = await worker.rehearsal.getHandle(run.id).describe();
  t.is(described.typedSearchAttributes.get(SEARCH_ATTRIBUTES.phase), 'open');
  t.is(described.typedSearchAttributes.get(SEARCH_ATTRIBUTES.stage), 'payment');
  t.is(described.typedSearchAttributes.get(SEARCH_ATTRIBUTES.contractEnd)?.toISOString().slice(0, 10), '2038-05-31');
  // The new history shows its details with its first decision.
  t.regex(await eventually('the details', async () => (await run.details()) || undefined), /stage \*\*payment\*\*/);
  for (const fact of script.slice(4)) await run.command(fact);
  t.is((await run.end()).outcome, 'renewed');
  await t.throwsAsync(run.send(command('resumed', LATER, 'li', { note: '' })), { instanceOf: WorkflowNotFoundError });
});
