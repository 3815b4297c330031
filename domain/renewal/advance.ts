import { addSpan } from '../calendar/index.ts';
import type { Instant } from '../time/types.ts';
import { maxInstant } from '../time/instant.ts';
import { settle, vote } from './approval.ts';
import { roleAbove, peopleFor } from './assign.ts';
import { endPause } from './commands.ts';
import { endings, noticeInTime } from './endings.ts';
import { openOffer } from './quote.ts';
import type { ApprovalRequest } from './state.ts';
import { beginAgain } from './steps.ts';
import { because, note, patch } from './work.ts';
import type { Work } from './work.ts';
import { termPlan } from './term-plan.ts';
import { shareOfSpan } from './clocks.ts';
import { endOfDay, isPlannable, workStart } from './world.ts';
import type { World } from './world.ts';

/** A change of state that time alone brings. */
export interface Transition {
  readonly at: Instant;
  /** Name of the moment for people. */
  readonly what: string;
  readonly apply: () => void;
}

/**
 * Lets time pass up to `to`: applies in their order all changes that were due, each at its own instant.
 * A fact that came after a deadline therefore meets the state the deadline left, even if no worker ran then.
 * Returns what time will change after that.
 */
export function advance(world: World, work: Work, to: Instant): readonly Transition[] {
  // Each pass applies one; a renewal has a handful in its life, so a run of 100 is a fault.
  for (let i = 0; i < 100; i++) {
    const all = transitions(world, work, to);
    let next: Transition | null = null;
    for (const t of all) if (t.at <= to && (next === null || t.at < next.at)) next = t;
    if (next === null) return all;
    next.apply();
  }
  throw new Error(`renewal ${work.state.renewalId}: time transitions do not come to rest`);
}

/** What time will change next; those in the future are reasons to wake up. */
function transitions(world: World, work: Work, now: Instant): readonly Transition[] {
  const { state } = work;
  if (state.phase === 'closed') return [];
  const pause = state.pauses.at(-1);
  if (pause !== undefined && pause.to === null) {
    if (pause.until === null) return [];
    const at = maxInstant(workStart(world.snapshot, pause.until), pause.from);
    return [{ at, what: 'resumes', apply: () => resume(work, at) }];
  }
  if (state.phase !== 'open') return [opening(world, work), ...noticeInTime(world, work)];
  return [...approvals(world, work, now), ...offer(world, work), ...endings(world, work, now)];
}

function resume(work: Work, at: Instant): void {
  endPause(work, at);
  note(
    work,
    `${work.state.renewalId}/resumed/${work.state.pauses.length}`,
    at,
    'resumed',
    null,
    because('pause.until', { until: work.state.pauses.at(-1)?.until ?? '' }),
  );
}

function opening(world: World, work: Work): Transition {
  const { contract } = world.snapshot;
  const entry = contract.entry;
  const due = termPlan(world).opensAt;
  // The work of an imported contract began before we knew of it; else nothing begins before its dates were known.
  const since = work.state.dates?.since ?? contract.knownSince;
  const begun =
    entry === undefined || !isPlannable(entry.since)
      ? maxInstant(due, contract.knownSince, since)
      : workStart(world.snapshot, entry.since);
  return {
    at: entry === undefined ? due : contract.knownSince,
    what: 'opens',
    apply: () => {
      const version = world.snapshot.playbook;
      patch(work, {
        phase: 'open',
        openedAt: begun < contract.knownSince || entry === undefined ? begun : contract.knownSince,
        playbook: version === null ? null : { id: version.id, version: version.version },
      });
      const why = because(entry === undefined ? 'renewal.opens' : 'renewal.enters', {
        playbook: version?.id ?? '',
        version: version?.version ?? 0,
        end: world.dates.end,
      });
      note(work, `${work.state.renewalId}/opened`, begun, 'opened', null, why);
      if (entry !== undefined) markBefore(world, work, entry.stage, begun);
    },
  };
}

/** Stages before the one an imported contract was in count as done before the import. */
function markBefore(world: World, work: Work, entryStage: string, at: Instant): void {
  const stages = { ...work.state.stages };
  for (const stage of world.playbook.stages) {
    if (stage.id === entryStage) break;
    stages[stage.id] = { at, by: 'system:import', note: '', how: 'before import' };
  }
  // An unknown stage name must not mark everything as done.
  const entry = world.playbook.stages.findIndex((s) => s.id === entryStage);
  if (entry === -1) return;
  const met = new Set(world.playbook.stages.slice(0, entry).flatMap((s) => s.doneWhen));
  const mark = { at, by: 'system:import', note: '' };
  patch(work, {
    stages,
    ...(met.has('client contacted') ? { contacted: mark } : {}),
    // Who is asked to pay has accepted, on the terms of the contract as far as we know.
    ...(met.has('client accepted') ? { accepted: { ...mark, revision: 0 } } : {}),
  });
}

/** Silence of an approver: at 200 % of the due time the ladder's rule applies. */
function approvals(world: World, work: Work, now: Instant): Transition[] {
  const { quote } = work.state;
  const ladder = world.snapshot.ladder;
  if (quote === null || ladder === null || quote.approvedAt !== null) return [];
  const result: Transition[] = [];
  for (const request of quote.approvals) {
    if (request.status !== 'asked' || request.askedAt === null) continue;
    const at = shareOfSpan(world, work.state, request.askedAt, ladder.sla.due, 200, now);
    result.push({ at, what: 'approval silence', apply: () => silence(world, work, request, at) });
  }
  return result;
}

function silence(world: World, work: Work, request: ApprovalRequest, at: Instant): void {
  const ladder = world.snapshot.ladder;
  const quote = work.state.quote;
  if (ladder === null || quote === null) return;
  const above = nextLevel(world, request, quote.issuedBy);
  const answered = (people: readonly string[]) => request.decisions.some((d) => people.includes(d.by));
  if (ladder.sla.silence === 'deny' || above.length === 0) {
    vote(world, work, request.rule, { at, by: 'engine', note: '', decision: 'reject' });
    return;
  }
  const approvals = quote.approvals.map((r) =>
    r.rule === request.rule
      ? {
          ...r,
          // The level above stands in for those who kept silent; what else is needed stays needed.
          asked: r.asked.map((a) => (answered(a.people) ? a : { role: a.role, people: [...a.people, ...above] })),
          askedAt: at,
          dueAt: addSpan(world.snapshot.teamCalendar, at, ladder.sla.due),
        }
      : r,
  );
  patch(work, { quote: { ...quote, approvals } });
  note(
    work,
    `${work.state.renewalId}/approval/${quote.revision}/${request.rule}/up/${request.asked.flatMap((a) => a.people).length}`,
    at,
    'approval moved up',
    null,
    because('approval.silence', { rule: request.rule }),
    { people: above },
  );
  settle(world, work, at);
}

/** Those one level above everybody asked so far, without the requester; empty at the top. */
function nextLevel(world: World, request: ApprovalRequest, requester: string): readonly string[] {
  const asked = new Set(request.asked.flatMap((a) => a.people));
  for (let role = roleAbove('sales-rep'); ; role = roleAbove(role)) {
    const people = peopleFor(world.snapshot, role)
      .map((p) => p.id)
      .filter((id) => !asked.has(id) && id !== requester);
    if (people.length > 0 || role === 'general-manager') return people;
  }
}

/** A quote that nobody accepted in time is no offer any more; the quote stage begins again. */
function offer(world: World, work: Work): Transition[] {
  const quote = openOffer(work.state);
  if (quote === null || quote.expiredAt !== null) return [];
  const at = endOfDay(world.snapshot, quote.validUntil);
  return [
    {
      at,
      what: 'quote expires',
      apply: () => {
        patch(work, { quote: { ...quote, expiredAt: at } });
        beginAgain(
          work,
          world,
          'quote issued',
          at,
          because('quote.expired', { revision: quote.revision, validUntil: quote.validUntil }),
          'requote',
          world.snapshot,
        );
      },
    },
  ];
}
