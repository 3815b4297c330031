import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import * as wf from '@temporalio/workflow';
import type { Activities, DecisionToPerform, Judgement } from '../../activities/index.ts';
import { summarizeState } from '../../domain/history/state-summary.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { Decision } from '../../domain/renewal/decision.ts';
import type { Command, Event, Fact } from '../../domain/renewal/facts.ts';
import { newRenewalState } from '../../domain/renewal/state.ts';
import type { RenewalState } from '../../domain/renewal/state.ts';
import type { Instant } from '../../domain/time/types.ts';
import { isLongAgo, msUntil, searchDate, workflowNow } from '../clock.ts';
import { SEARCH_ATTRIBUTES } from '../search-attributes.ts';
import { bookkeeping, starting } from './activity-options.ts';
import { commands, events, stateQuery, viewQuery } from './messages.ts';
import type { CommandAnswer, RenewalInput, RenewalResult } from './messages.ts';
import { currentDetails, storyLine, storyName } from './story.ts';

const local = wf.proxyLocalActivities<Activities>(bookkeeping);
const remote = wf.proxyActivities<Activities>(starting);

/**
 * The durable life of one renewal: wait for a fact or the next wake-up, judge, do what was decided, again.
 * All judgement is in the pure core behind `judge`, whose answers stand in the history; so a renewal that
 * lives for a year survives every release of the rules.
 */
export async function renewal(input: RenewalInput): Promise<RenewalResult> {
  let state: RenewalState = input.carried?.state ?? newRenewalState(input.renewalId);
  let last: Decision | null = null;
  let alarm: Alarm | null = null;
  const queue: Fact[] = [...(input.carried?.queue ?? [])];
  const waiting: Waiting = new Map();

  takeMessages(queue, waiting, () => state);
  wf.setHandler(stateQuery, () => state);
  wf.setHandler(viewQuery, () => last?.view ?? null);

  for (;;) {
    const facts = queue.splice(0);
    const { decision, now } = await judge(input, state, facts);
    queue.push(...(await perform(input, decision, facts, now)));
    showInTemporal(last, decision);
    state = decision.state;
    last = decision;
    answer(waiting, decision);

    const rest = state.closed !== null || wf.workflowInfo().continueAsNewSuggested;
    // Every wait is a race of the next wake-up and a message, never a bare sleep.
    if (!rest) {
      alarm = setAlarm(alarm, decision.wakeAt);
      await wf.condition(() => queue.length > 0 || alarm?.rung === true);
    } else if (await quiet(queue)) {
      if (state.closed !== null) return { renewalId: input.renewalId, outcome: state.closed.outcome };
      await wf.continueAsNew<typeof renewal>({ ...input, carried: { state, queue: [] } });
    }
  }
}

/**
 * The core's answer to the facts, now. One that took long (MongoDB was away) speaks of a world of yesterday: it is
 * asked again, so that what fell due meanwhile is seen together and nobody gets two mails at once.
 */
async function judge(
  { renewalId, contractId, term }: RenewalInput,
  state: RenewalState,
  facts: readonly Fact[],
): Promise<{ readonly decision: Judgement; readonly now: Instant }> {
  for (;;) {
    const now = workflowNow();
    const decision = await local.judge({ renewalId, contractId, term, state, facts, now });
    if (!isLongAgo(now)) return { decision, now };
  }
}

/** Waits until every sender has its answer; false when another message came first and must be judged before. */
async function quiet(queue: readonly Fact[]): Promise<boolean> {
  await wf.condition(() => queue.length > 0 || wf.allHandlersFinished());
  return queue.length === 0;
}

/** The one timer of a renewal. */
interface Alarm {
  readonly at: Instant;
  readonly scope: wf.CancellationScope;
  rung: boolean;
}

/** The alarm for the next wake-up. One that is set to that time already stays: a new timer costs two events. */
function setAlarm(current: Alarm | null, at: Instant | null): Alarm | null {
  if (current !== null && !current.rung) {
    if (current.at === at) return current;
    current.scope.cancel();
  }
  if (at === null) return null;
  const alarm: Alarm = { at, scope: new wf.CancellationScope(), rung: false };
  const ring = async () => {
    await wf.sleep(msUntil(at), { summary: `look again ${at}` });
    alarm.rung = true;
  };
  alarm.scope.run(ring).catch((error: unknown) => {
    if (!wf.isCancellation(error)) throw error;
  });
  return alarm;
}

/** Senders of commands that are not judged yet, by the id of the command. */
type Waiting = Map<string, ((answer: CommandAnswer) => void)[]>;

/**
 * Commands wait until the loop has judged them, so that of two rivals the second is refused with the
 * reason; events are queued and done. Handlers only queue: all work is done one after the other in the loop.
 */
function takeMessages(queue: Fact[], waiting: Waiting, state: () => RenewalState): void {
  for (const update of Object.values(commands)) {
    wf.setHandler(
      update as UpdateDefinition<CommandAnswer, [Command]>,
      (command) =>
        new Promise((told) => {
          queue.push(command);
          waiting.set(command.id, [...(waiting.get(command.id) ?? []), told]);
        }),
      { validator: (command) => refuseMalformed(command, state()) },
    );
  }
  for (const signal of Object.values(events)) {
    wf.setHandler(signal as SignalDefinition<[Event]>, (event) => {
      queue.push(event);
    });
  }
}

/** What is malformed or too late is refused without leaving a trace in the history. */
function refuseMalformed(command: Command, state: RenewalState): void {
  if (
    typeof command?.id !== 'string' ||
    command.id === '' ||
    typeof command.at !== 'string' ||
    typeof command.by?.kind !== 'string'
  ) {
    throw wf.ApplicationFailure.nonRetryable('a command needs id, at and by', 'command.malformed');
  }
  if (state.closed !== null && !state.seen.includes(command.id)) {
    const { outcome, at } = state.closed;
    const problem: Problem = {
      code: 'renewal.closed',
      params: { outcome: `@outcome.${outcome}`, at },
      severity: 'error',
    };
    throw wf.ApplicationFailure.nonRetryable(`the renewal is closed: ${outcome}`, problem.code, problem);
  }
}

function answer(waiting: Waiting, decision: Decision): void {
  const { phase } = decision.state;
  const { stage } = decision.view;
  for (const verdict of decision.verdicts) {
    const answer: CommandAnswer = verdict.accepted
      ? { accepted: true, repeated: verdict.repeated, phase, stage }
      : { accepted: false, problem: verdict.problem };
    for (const told of waiting.get(verdict.factId) ?? []) told(answer);
    waiting.delete(verdict.factId);
  }
}

/**
 * Everything a decision wants done: one transaction for the books, then what lives outside of them. Gives what
 * came of it that must be judged in turn.
 */
async function perform(
  input: RenewalInput,
  decision: Judgement,
  facts: readonly Fact[],
  now: Instant,
): Promise<readonly Event[]> {
  const summary = storyLine(decision);
  const { renewalId, contractId, term } = input;
  await local[storyName(decision)].executeWithOptions({ ...bookkeeping, summary }, [
    { renewalId, contractId, term, decision: toPerform(decision), now, ...tracesOf(facts) },
  ]);
  const outcome: Event[] = [];
  for (const effect of decision.effects) {
    if (effect.kind === 'open save plan') {
      const { opened } = await remote.openSavePlan.executeWithOptions(
        { ...starting, summary: `save plan: ${effect.cause}` },
        [{ renewalId, contractId, term, effect, now }],
      );
      // Another contract of the client was faster, and a client has one plan at a time: there is none of ours.
      if (!opened) outcome.push(notOpened(effect.savePlanId, now));
    } else if (effect.kind === 'end save plan') {
      await remote.endSavePlan.executeWithOptions({ ...starting, summary: 'save plan: the renewal ended' }, [
        { renewalId, contractId, term, effect, now },
      ]);
    } else if (effect.kind === 'start next term') {
      await remote.startNextTerm.executeWithOptions({ ...starting, summary: `next term until ${effect.endDate}` }, [
        { renewalId, contractId, term, effect, now },
      ]);
    }
  }
  return outcome;
}

function notOpened(savePlanId: string, at: Instant): Event {
  const by = { kind: 'engine' } as const;
  return { id: `${savePlanId}/not-opened`, at, by, kind: 'save plan closed', savePlanId, outcome: 'not needed' };
}

/** Search attributes cost an event each: only when what people search by has changed. */
function showInTemporal(before: Decision | null, decision: Decision): void {
  wf.setCurrentDetails(currentDetails(decision));
  const now = searchedBy(decision);
  const owner = newOwner(decision);
  // The start of the workflow has set the first ones.
  const shown = before === null ? decision.view.phase === 'scheduled' : same(searchedBy(before), now);
  if (shown && owner === null) return;
  const { phase, stage, endDate, noticeDate, playbook } = now;
  wf.upsertSearchAttributes([
    { key: SEARCH_ATTRIBUTES.phase, value: phase },
    { key: SEARCH_ATTRIBUTES.stage, value: stage },
    { key: SEARCH_ATTRIBUTES.playbook, value: playbook },
    { key: SEARCH_ATTRIBUTES.contractEnd, value: endDate === null ? null : searchDate(endDate) },
    { key: SEARCH_ATTRIBUTES.noticeDeadline, value: noticeDate === null ? null : searchDate(noticeDate) },
    { key: SEARCH_ATTRIBUTES.nextAction, value: decision.wakeAt === null ? null : searchDate(decision.wakeAt) },
    ...(owner === null ? [] : [{ key: SEARCH_ATTRIBUTES.owner, value: owner }]),
  ]);
}

/** The owner where Temporal shows another one. Decisions of 0.1.0 name none, so that its histories replay as they are. */
function newOwner({ ownerId }: Decision): string | null {
  const shown = wf.workflowInfo().typedSearchAttributes.get(SEARCH_ATTRIBUTES.owner);
  return ownerId === undefined || shown === undefined || shown === ownerId ? null : ownerId;
}

function searchedBy({ view, state }: Decision) {
  const { phase, stage, endDate, noticeDate } = view;
  return {
    phase,
    stage,
    endDate,
    noticeDate,
    playbook: state.playbook && `${state.playbook.id}@${state.playbook.version}`,
  };
}

function same(a: ReturnType<typeof searchedBy>, b: ReturnType<typeof searchedBy>): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whose requests have led to this, for operators. */
function tracesOf(facts: readonly Fact[]): { readonly traces?: readonly string[] } {
  const traces = facts.flatMap(({ trace }) => (trace === undefined ? [] : [trace]));
  return traces.length === 0 ? {} : { traces };
}

/** The verdicts and the whole state stay with the workflow: the books need what is shown. */
function toPerform(decision: Judgement): DecisionToPerform {
  const { effects, log, view, state, wakeAt, digest } = decision;
  return { effects, log, view, state: summarizeState(state, digest), wakeAt };
}
