import { addSpan } from '../calendar/index.ts';
import type { Instant } from '../time/types.ts';
import { maxInstant } from '../time/instant.ts';
import { seatOf, settle, vote } from './approval.ts';
import { roleAbove, peopleFor } from './assign.ts';
import { endPause } from './commands.ts';
import { addEndings, addNotice } from './endings.ts';
import { openOffer } from './quote.ts';
import type { ApprovalRequest, RenewalState } from './state.ts';
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
  /** Makes the change; each is a function of its own, for one that is not due is only named. */
  readonly apply: (world: World, work: Work, at: Instant, subject: string) => void;
  /** What it is about, where there may be several: the rule of an approval. */
  readonly subject?: string;
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
    next.apply(world, work, next.at, next.subject ?? '');
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
    return [{ at: maxInstant(workStart(world.snapshot, pause.until), pause.from), what: 'resumes', apply: resume }];
  }
  const all: Transition[] = [];
  if (state.phase !== 'open') {
    all.push({ at: opensAt(world), what: 'opens', apply: open });
    addNotice(all, world, state);
    return all;
  }
  addApprovals(all, world, state, now);
  addOffer(all, world, state);
  addEndings(all, world, state, now);
  return all;
}

function resume(_world: World, work: Work, at: Instant): void {
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

function opensAt(world: World): Instant {
  const { entry, knownSince } = world.snapshot.contract;
  return entry === undefined ? termPlan(world).opensAt : knownSince;
}

function open(world: World, work: Work): void {
  const { contract, playbook: version } = world.snapshot;
  const { entry, knownSince } = contract;
  // The work of an imported contract began before we knew of it; else nothing begins before its dates were known.
  const since = work.state.dates?.since ?? knownSince;
  const begun =
    entry === undefined || !isPlannable(entry.since)
      ? maxInstant(termPlan(world).opensAt, knownSince, since)
      : workStart(world.snapshot, entry.since);
  patch(work, {
    phase: 'open',
    openedAt: begun < knownSince || entry === undefined ? begun : knownSince,
    playbook: version === null ? null : { id: version.id, version: version.version },
  });
  const why = because(entry === undefined ? 'renewal.opens' : 'renewal.enters', {
    playbook: version?.id ?? '',
    version: version?.version ?? 0,
    end: world.dates.end,
  });
  note(work, `${work.state.renewalId}/opened`, begun, 'opened', null, why);
  if (entry !== undefined) markBefore(world, work, entry.stage, begun);
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
function addApprovals(into: Transition[], world: World, state: RenewalState, now: Instant): void {
  const { quote } = state;
  const ladder = world.snapshot.ladder;
  if (quote === null || ladder === null || quote.approvedAt !== null) return;
  for (const request of quote.approvals) {
    if (request.status !== 'asked' || request.askedAt === null) continue;
    const at = shareOfSpan(world, state, request.askedAt, ladder.sla.due, 200, now);
    into.push({ at, what: 'approval silence', apply: silence, subject: request.rule });
  }
}

function silence(world: World, work: Work, at: Instant, rule: string): void {
  const ladder = world.snapshot.ladder;
  const quote = work.state.quote;
  const request = quote?.approvals.find((r) => r.rule === rule);
  if (ladder === null || quote === null || request === undefined) return;
  const above = nextLevel(world, request, quote.issuedBy);
  const answered = (people: readonly string[]) => request.decisions.some((d) => people.includes(seatOf(d)));
  if (ladder.sla.silence === 'deny' || above.length === 0) {
    vote(world, work, request.rule, { at, by: 'engine', note: '', decision: 'reject' });
    return;
  }
  const agreed = new Set(
    quote.approvals.flatMap((r) => r.decisions.filter((d) => d.decision === 'approve').map((d) => d.by)),
  );
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
    // Whoever has agreed in another row is not asked again: that vote counts here too.
    { people: above.filter((id) => !agreed.has(id)) },
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
function addOffer(into: Transition[], world: World, state: RenewalState): void {
  const quote = openOffer(state);
  if (quote === null || quote.expiredAt !== null) return;
  into.push({ at: endOfDay(world.snapshot, quote.validUntil), what: 'quote expires', apply: expire });
}

function expire(world: World, work: Work, at: Instant): void {
  const { quote } = work.state;
  if (quote === null) return;
  patch(work, { quote: { ...quote, expiredAt: at } });
  const why = because('quote.expired', { revision: quote.revision, validUntil: quote.validUntil });
  beginAgain(work, world, 'quote issued', at, why, 'requote', world.snapshot);
}
