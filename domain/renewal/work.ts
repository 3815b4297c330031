import type { Actor } from '../people/types.ts';
import type { Instant } from '../time/types.ts';
import type { Effect, LogEntry, Why } from './effects.ts';
import { copyState } from './state.ts';
import type { RenewalState } from './state.ts';

/** A decision in the making: the state so far and all that was decided on the way. */
export interface Work {
  state: RenewalState;
  readonly effects: Effect[];
  readonly log: LogEntry[];
  /** The record of handled keys that this decision made for itself: it may be written to, the one given never. */
  ownHandled?: Record<string, 's' | 'x' | 't'>;
}

/** A moment to look again, and what there will be to do: the view says it to people. */
export interface Wake {
  readonly at: Instant;
  readonly what: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export function wake(at: Instant, what: string, params: Wake['params'] = {}): Wake {
  return { at, what, params };
}

/** What is known so far about the next look: the soonest moment named, and of two at one instant the first. */
export interface Agenda {
  next: Wake | null;
  /** The soonest at which something happens that people should hear of: not every look finds work. */
  told: Wake | null;
}

/** Whether a moment would be the soonest so far that people are told of; else naming it changes nothing. */
export function isSooner(agenda: Agenda, at: Instant): boolean {
  return agenda.told === null || at < agenda.told.at;
}

/** Names a moment to look again at which something will happen. */
export function lookFor(agenda: Agenda, moment: Wake): void {
  if (isSooner(agenda, moment.at)) agenda.told = moment;
  lookQuietly(agenda, moment);
}

/** Names a moment to look again at which, as things are, nothing happens that concerns anybody. */
export function lookQuietly(agenda: Agenda, moment: Wake): void {
  if (agenda.next === null || moment.at < agenda.next.at) agenda.next = moment;
}

export function lookAt(agenda: Agenda, at: Instant, what: string): void {
  if (isSooner(agenda, at)) lookFor(agenda, wake(at, what));
}

export function actorId(actor: Actor): string {
  return actor.kind === 'engine' ? 'engine' : actor.kind === 'person' ? actor.id : `${actor.kind}:${actor.id}`;
}

/** A reason; numbers and texts only, so that it can be shown, compared and stored anywhere. */
export function because(rule: string, inputs: Why['inputs'] = {}): Why {
  return { rule, inputs };
}

/** Begin of the keys that mark the stages with an escalation that may still be open. */
export const ESCALATED = 'engine/escalated/';

/** Takes an effect: it stands in the history as well, under the same id. */
export function emit(work: Work, effect: Effect, at: Instant, stage: string | null): void {
  const { id, why, kind, ...detail } = effect;
  work.effects.push(effect);
  if (effect.kind === 'escalate') handle(work, `${ESCALATED}${effect.stage}`, 's');
  work.log.push({ id, at, kind: 'effect', name: kind, actor: { kind: 'engine' }, stage, why, detail });
}

/** Notes a change of state that no person made. */
export function note(
  work: Work,
  id: string,
  at: Instant,
  name: string,
  stage: string | null,
  why: Why,
  detail: LogEntry['detail'] = {},
): void {
  work.log.push({ id, at, kind: 'transition', name, actor: { kind: 'engine' }, stage, why, detail });
}

export function patch(work: Work, change: Partial<RenewalState>): void {
  work.state = Object.assign(copyState(work.state), change);
}

export function handle(work: Work, key: string, how: 's' | 'x' | 't'): void {
  const { handled } = work.state;
  if (work.ownHandled !== undefined && work.ownHandled === handled) work.ownHandled[key] = how;
  else {
    work.ownHandled = { ...handled, [key]: how };
    patch(work, { handled: work.ownHandled });
  }
}

export function without<T>(record: Readonly<Record<string, T>>, drop: (key: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !drop(key)));
}

export function isActivity(work: Work, at: Instant): void {
  if (work.state.activityAt === null || work.state.activityAt < at) patch(work, { activityAt: at });
}
