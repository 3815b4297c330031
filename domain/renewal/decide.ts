import { minInstant } from '../time/instant.ts';
import type { Instant } from '../time/types.ts';
import type { Problem } from '../errors/index.ts';
import { advance } from './advance.ts';
import { buildView } from './build-view.ts';
import { applyCommand } from './commands.ts';
import { leaveDataNeeded, parkForData } from './data-needed.ts';
import type { Missing } from './data-needed.ts';
import type { Decision, Verdict } from './decision.ts';
import { applyEvent } from './events.ts';
import { inOrderOfTime } from './facts.ts';
import type { Command, Event, Fact } from './facts.ts';
import { progress, stageInWork } from './progress.ts';
import { remind } from './reminders.ts';
import { watchRisk } from './risk.ts';
import { sendDue } from './send-due.ts';
import type { Snapshot } from './snapshot.ts';
import { escalateStalls } from './stalls.ts';
import { workOnStages } from './stage-work.ts';
import type { RenewalState } from './state.ts';
import { closeTasks, engineKey, openEngineTask } from './tasks.ts';
import { actorId, because, handle, lookAt, patch, wake } from './work.ts';
import type { Agenda, Work } from './work.ts';
import { businessMorning, isPlannable } from './world.ts';
import type { World } from './world.ts';

/** Ids of facts kept to know them again: more than a renewal sees in the weeks in which one may come twice. */
const SEEN_KEPT = 150;

/** An open renewal always looks again, also when every wait has been escalated and only people can act. */
const LOOK_AGAIN_BUSINESS_DAYS = 20;

/**
 * The core: what follows from the facts, the world and the time. Pure; the same call gives the same
 * answer, and a call with nothing new gives no effects. Timers and facts take this one way in: a wake-up
 * says "look now", never "send now".
 *
 * Facts of one call are judged in the order in which they happened; the verdicts stand in the order given.
 *
 * @param now the workflow's clock; facts may be older, a fact from the future counts as now
 */
export function decide(state: RenewalState, facts: readonly Fact[], snapshot: Snapshot, now: Instant): Decision {
  const work: Work = { state, effects: [], log: [] };
  const verdicts: Verdict[] = [];
  let world = worldOf(snapshot);
  if (typeof world !== 'string') noteDates(work, world, now);
  for (const index of inOrderOfTime(facts)) {
    const told = facts[index];
    if (told === undefined) continue;
    const at = minInstant(told.at, now);
    const fact = told.at === at ? told : { ...told, at };
    if (typeof world !== 'string') advance(world, work, at);
    const verdict = judge(work, snapshot, typeof world === 'string' ? null : world, fact);
    verdicts[index] = verdict;
    if (fact.kind === 'dates amended' && verdict.accepted && !verdict.repeated) {
      world = makeWorld(snapshot, fact);
      if (typeof world !== 'string') noteDates(work, world, at);
    }
  }
  const { next, told } =
    typeof world === 'string' ? lookWithoutWorld(work, snapshot, world, now) : look(world, work, now);
  return {
    state: work.state,
    effects: work.effects,
    log: work.log,
    verdicts,
    view: buildView(snapshot, typeof world === 'string' ? null : world, work, now, told),
    wakeAt: next?.at ?? null,
    ownerId: snapshot.client.ownerId,
    why: because(facts.length === 0 ? 'look.time' : 'look.facts', { facts: facts.map((f) => f.kind).join(', ') }),
  };
}

const worlds = new WeakMap<Snapshot, World | Missing>();

/** The world of a snapshot as it stands, the same object each time. */
function worldOf(snapshot: Snapshot): World | Missing {
  let world = worlds.get(snapshot);
  if (world === undefined) {
    world = makeWorld(snapshot);
    worlds.set(snapshot, world);
  }
  return world;
}

/** The world to decide in, or what is missing for it. Dates out of order count as missing: they never mean now. */
function makeWorld(snapshot: Snapshot, amended?: Extract<Fact, { kind: 'dates amended' }>): World | Missing {
  const end = amended?.endDate ?? snapshot.contract.endDate;
  const notice = amended === undefined ? snapshot.contract.noticeDate : amended.noticeDate;
  const { startDate } = snapshot.contract;
  if (end === null) return 'end date';
  if (!isPlannable(end) || (notice !== null && !isPlannable(notice))) return 'dates';
  if ((startDate !== null && startDate >= end) || (notice !== null && notice > end)) return 'dates';
  if (snapshot.playbook === null) return 'playbook';
  return { snapshot, playbook: snapshot.playbook.definition, dates: { end, notice } };
}

/** Remembers the dates and since when they hold, and takes the renewal up again where it was parked for want of them. */
function noteDates(work: Work, world: World, at: Instant): void {
  const { end, notice } = world.dates;
  const { dates, phase } = work.state;
  if (phase === 'closed') return;
  if (dates === null || dates.end !== end || dates.notice !== notice) {
    const first = dates === null && phase !== 'data-needed';
    patch(work, { dates: { end, notice, since: first ? world.snapshot.contract.knownSince : at } });
  }
  if (phase === 'data-needed') leaveDataNeeded(work, at);
}

/** Time passes, then everything that is due is done. Returns when to look again, and what people may expect next. */
function look(world: World, work: Work, now: Instant): Agenda {
  const changes = advance(world, work, now);
  const agenda: Agenda = { next: null, told: null };
  if (work.state.phase !== 'closed') watchRisk(world, work, agenda, now);
  if (work.state.phase === 'open') {
    const stages = progress(world, work.state, now);
    const inWork = stageInWork(stages);
    workOnStages(world, work, stages, now);
    escalateStalls(world, work, inWork, agenda, now);
    remind(world, work, agenda, now);
    sendDue(world, work, stages, inWork, agenda, now);
  }
  if (work.state.phase === 'closed') return { next: null, told: null };
  // What was done here changes nothing that time brings about.
  for (const change of changes) lookAt(agenda, change.at, change.what);
  const next =
    agenda.next ?? wake(businessMorning(world.snapshot.teamCalendar, now, LOOK_AGAIN_BUSINESS_DAYS), 'looks');
  return { next, told: agenda.told ?? next };
}

function lookWithoutWorld(work: Work, snapshot: Snapshot, missing: Missing, now: Instant): Agenda {
  const next = work.state.phase === 'closed' ? null : parkForData(work, snapshot, missing, now);
  return { next, told: next };
}

/** Judges one fact and notes it; one seen before is accepted and changes nothing. */
function judge(work: Work, snapshot: Snapshot, world: World | null, fact: Fact): Verdict {
  if (work.state.seen.includes(fact.id)) return { factId: fact.id, accepted: true, repeated: true };
  const problem = apply(work, snapshot, world, fact);
  const stage = world === null ? null : (stageInWork(progress(world, work.state, fact.at))?.stage.id ?? null);
  const { id, at, by, kind, trace: _trace, ...detail } = fact;
  if (problem !== null) {
    work.log.push({
      id: `${id}/refused`,
      at,
      kind: 'refused',
      name: kind,
      actor: by,
      stage,
      why: because(problem.code, problem.params),
      detail,
    });
    return { factId: id, accepted: false, problem };
  }
  patch(work, { seen: [...work.state.seen, id].slice(-SEEN_KEPT) });
  const told = { ...detail, ...standIn(work.state, fact) };
  work.log.push({ id, at, kind: 'fact', name: kind, actor: by, stage, why: null, detail: told });
  if (fact.kind === 'mail refused' && work.state.phase !== 'closed') {
    const why = because('mail.refused', { effect: fact.effectId, reason: fact.reason, by: actorId(by) });
    const occurrence = mailTrouble(fact.effectId, id);
    openEngineTask(work, snapshot, at, { kind: 'mail refused', occurrence, role: 'sales-rep', stage: null, why });
  }
  if (fact.kind === 'mail settled' && work.state.phase !== 'closed') settleMail(work, fact, at);
  return { factId: id, accepted: true, repeated: false };
}

/** For whom a substitute voted: the history says both. */
function standIn({ quote }: RenewalState, fact: Fact): { readonly for?: string } {
  if (fact.kind !== 'approval decided') return {};
  const by = actorId(fact.by);
  const request = quote?.approvals.find(({ rule }) => rule === fact.rule);
  const absent = request?.decisions.find((vote) => vote.by === by && vote.at === fact.at)?.for;
  return absent === undefined ? {} : { for: absent };
}

/** Part of the task's id: the mail, and which of its troubles; the same mail may come into doubt once more. */
function mailTrouble(effectId: string, factId: string): string {
  const trouble = factId.startsWith(`${effectId}#`) ? factId.slice(effectId.length + 1) : factId;
  return `${plainTrouble(effectId)}-${trouble.replaceAll(/[#/]/g, '-')}`;
}

/** As tasks were named while a mail could have but one. */
function plainTrouble(effectId: string): string {
  return effectId.split('/').slice(1).join('-');
}

/** The doubt is settled, also one that is still to be told. */
function settleMail(work: Work, { effectId, doubt }: Extract<Fact, { kind: 'mail settled' }>, at: Instant): void {
  const key = engineKey('mail refused', mailTrouble(effectId, doubt));
  const keys = [key, engineKey('mail refused', plainTrouble(effectId))];
  if (work.state.handled[key] === undefined) handle(work, key, 'x');
  closeTasks(
    work,
    at,
    (open) => keys.includes(open),
    'done',
    'engine',
    '',
    because('mail.settled', { effect: effectId }),
  );
}

function apply(work: Work, snapshot: Snapshot, world: World | null, fact: Fact): Problem | null {
  if (isCommand(fact)) return applyCommand(work, snapshot, world, fact);
  if (work.state.phase !== 'closed') applyEvent(work, world, fact);
  return null;
}

const EVENTS: Readonly<Record<Event['kind'], true>> = {
  'reply received': true,
  'meeting booked': true,
  'opted out of mail': true,
  'mail bounced': true,
  'mail refused': true,
  'mail settled': true,
  'notice given': true,
  'health scored': true,
  'usage dropped': true,
  'sponsor left': true,
  'complaint opened': true,
  'complaint closed': true,
  'save plan opened': true,
  'save plan closed': true,
  'world changed': true,
};

function isCommand(fact: Fact): fact is Command {
  return !(fact.kind in EVENTS);
}
