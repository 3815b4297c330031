import type { Stage } from '../playbook/types.ts';
import type { Instant } from '../time/types.ts';
import type { Why } from './effects.ts';
import { emit, ESCALATED, patch, without } from './work.ts';
import type { Work } from './work.ts';

/**
 * Ends the escalations of a stage, or all of them, where one may be open; else it says nothing.
 *
 * @param stage null for all of the renewal's
 * @param stages those of the playbook
 */
export function endEscalations(
  work: Work,
  id: string,
  stage: string | null,
  stages: readonly Stage[],
  why: Why,
  at: Instant,
): void {
  const { handled } = work.state;
  const marked = stage === null ? anyMarked(work) : handled[`${ESCALATED}${stage}`] !== undefined;
  if (!marked && !raisedUnmarked(work, stage, stages)) return;
  const ended = stage === null ? ESCALATED : `${ESCALATED}${stage}`;
  const isOver = stage === null ? (key: string) => key.startsWith(ended) : (key: string) => key === ended;
  patch(work, { handled: without(handled, isOver) });
  emit(work, { kind: 'end escalations', id, why, stage }, at, stage);
}

function anyMarked({ state: { handled } }: Work): boolean {
  for (const key in handled) if (key.startsWith(ESCALATED) || isOfData(key)) return true;
  return false;
}

/** A renewal that is parked for want of data keeps its escalations under keys of their own. */
function isOfData(key: string): boolean {
  return key.startsWith('engine/data-needed/') && key.includes('/escalation/');
}

const RAISED = /^([^/~]+)((?:~\d+)?)\/(?:stall-(\d+)|timeout)\//;

/** What was raised for a stage that has not ended, by an engine that left no mark of it. */
function raisedUnmarked({ state: { handled } }: Work, stage: string | null, stages: readonly Stage[]): boolean {
  for (const key in handled) {
    if (handled[key] !== 's' || !(stage === null || key.startsWith(stage)) || !isRaised(key)) continue;
    const [, id, round, percent] = RAISED.exec(key) ?? [];
    if (id === undefined || (stage !== null && id !== stage)) continue;
    if (stage === null && handled[`${id}${round ?? ''}/ended`] !== undefined) continue;
    const found = stages.find((s) => s.id === id);
    const action =
      percent === undefined
        ? found?.timeout.action
        : found?.stalled.find((level) => level.at === Number(percent))?.action;
    if (action?.kind === 'escalate') return true;
  }
  return false;
}

/** Told apart before the pattern is tried, which is dear. */
function isRaised(key: string): boolean {
  return key.includes('/stall-') || key.includes('/timeout/');
}
