import { addSpan } from '../calendar/index.ts';
import { holds } from '../expressions/index.ts';
import type { ApprovalRule } from '../playbook/types.ts';
import type { Instant } from '../time/types.ts';
import { approversFor } from './assign.ts';
import { approvalId } from './quote.ts';
import { openPlan } from './risk.ts';
import { quoteValues } from './rule-values.ts';
import type { ApprovalDecision, ApprovalRequest, Quote } from './state.ts';
import { openEngineTask } from './tasks.ts';
import { because, emit, note, patch } from './work.ts';
import type { Work } from './work.ts';
import type { World } from './world.ts';

type Terms = Pick<Quote, 'amount' | 'discountBasisPoints' | 'upliftBasisPoints' | 'termMonths' | 'paymentDays'>;

/** The rows of the ladder that a quote meets, in their order. */
export function rulesMet(world: World, work: Work, terms: Terms, now: Instant): readonly ApprovalRule[] {
  const ladder = world.snapshot.ladder;
  if (ladder === null) return [];
  const values = quoteValues(world, work.state, terms, now);
  return ladder.rules.filter((rule) => holds(rule.when, 'approval', values));
}

/**
 * Requests for the rows met; the requester is never among those asked. Rows without approvers only want a
 * reason. While a save plan is open every discount is a concession: the manager agrees at least, and above the
 * cap of the plan's cause the director.
 */
export function requestsFor(
  world: World,
  work: Work,
  terms: Terms,
  requester: string,
  now: Instant,
): ApprovalRequest[] {
  const rows = rulesMet(world, work, terms, now).filter((rule) => rule.approvers.length > 0);
  const asked: Pick<ApprovalRule, 'id' | 'mode' | 'approvers'>[] = [...rows];
  const plan = openPlan(world, work.state);
  if (plan !== null && terms.discountBasisPoints > 0) {
    if (rows.length === 0) asked.push({ id: 'concession', mode: 'any of', approvers: ['sales-manager'] });
    const cap = world.snapshot.savePlans?.plans.find((p) => p.cause === plan.cause)?.concessionCapPercent ?? 0;
    const director = rows.some((rule) => rule.approvers.includes('director') && rule.mode === 'all of');
    if (terms.discountBasisPoints > cap * 100 && !director)
      asked.push({ id: 'concession-cap', mode: 'any of', approvers: ['director'] });
  }
  return asked.map((rule) => ({
    rule: rule.id,
    mode: rule.mode,
    asked: askedFor(world, rule, requester),
    askedAt: null,
    dueAt: null,
    decisions: [],
    status: 'waiting' as const,
    decidedAt: null,
  }));
}

/** Who is asked for each role. One who is the only one for a role is not asked for another as well: the level above is. */
function askedFor(
  world: World,
  rule: Pick<ApprovalRule, 'mode' | 'approvers'>,
  requester: string,
): ApprovalRequest['asked'] {
  const alone: string[] = [];
  return rule.approvers.map((role) => {
    const excluded = rule.mode === 'all of' ? [requester, ...alone] : [requester];
    const people = approversFor(world.snapshot, role, excluded);
    const [only] = people;
    if (people.length === 1 && only !== undefined) alone.push(only);
    return { role, people };
  });
}

/**
 * Asks what may be asked now: in a serial ladder the first undecided row, in a parallel one all. Who has agreed to
 * these very figures in another row is not asked again: the vote counts here too, and may be all that is needed.
 */
export function askNext(world: World, work: Work, now: Instant): void {
  const quote = work.state.quote;
  const ladder = world.snapshot.ladder;
  if (quote === null || ladder === null || quote.rejectedAt !== null) return;
  const approvals = [...quote.approvals];
  for (const [i, found] of approvals.entries()) {
    if (found.status === 'approved') continue;
    const known = votesElsewhere(approvals, found);
    const request = { ...found, decisions: [...found.decisions, ...known] };
    for (const { note: comment, ...counted } of known)
      noteCounted(work, quote, request.rule, now, { ...counted, comment });
    if (statusOf(request) === 'approved') {
      approvals[i] = { ...request, status: 'approved', decidedAt: now };
      const last = request.decisions.at(-1);
      if (found.status === 'asked' && last !== undefined)
        closeApproval(work, quote.revision, request.rule, 'approved', { ...last, at: now });
      continue;
    }
    if (request.status === 'waiting') {
      const dueAt = addSpan(world.snapshot.teamCalendar, now, ladder.sla.due);
      const asked = { ...request, status: 'asked' as const, askedAt: now, dueAt };
      approvals[i] = asked;
      emitRequest(world, work, quote, { ...asked, asked: stillToAsk(asked) }, now);
    } else approvals[i] = request;
    if (quote.order === 'serial') break;
  }
  patch(work, { quote: { ...quote, approvals } });
}

/** In whose place a vote counts: the voter's own, or that of the one asked who is away. */
export function seatOf(vote: Pick<ApprovalRequest['decisions'][number], 'by' | 'for'>): string {
  return vote.for ?? vote.by;
}

/** What those whom a row asks have agreed to in the other rows for this quote, each person once. */
function votesElsewhere(
  approvals: readonly ApprovalRequest[],
  request: ApprovalRequest,
): readonly ApprovalRequest['decisions'][number][] {
  const waited = new Set(request.asked.flatMap((a) => a.people));
  const voters = new Set<string>();
  for (const own of request.decisions) {
    waited.delete(seatOf(own));
    voters.add(own.by);
  }
  const votes = approvals.flatMap((other) => (other.rule === request.rule ? [] : other.decisions));
  return votes.filter((other) => {
    // Four eyes: one who votes for an absent colleague does not count a second time under the own name.
    if (other.decision !== 'approve' || voters.has(other.by) || !waited.delete(seatOf(other))) return false;
    voters.add(other.by);
    return true;
  });
}

function noteCounted(
  work: Work,
  quote: Quote,
  rule: string,
  now: Instant,
  vote: Omit<ApprovalDecision, 'note'> & { readonly comment: string },
): void {
  const id = `${approvalId(work.state.renewalId, quote.revision, rule)}/counted/${vote.by}`;
  const why = because('approval.counted', { rule, by: vote.by });
  note(work, id, now, 'approval counted', null, why, { rule, ...vote });
}

/** Whom a row still waits for, where some have voted already: roles that lack a vote of their own. */
export function stillToAsk({
  asked,
  decisions,
}: Pick<ApprovalRequest, 'asked' | 'decisions'>): ApprovalRequest['asked'] {
  const free = new Set(decisions.map(seatOf));
  if (free.size === 0) return asked;
  const voted = new Set(free);
  const groups = asked.map(({ role, people }) => ({
    role,
    people: people.filter((p) => !voted.has(p)),
    votes: people.filter((p) => voted.has(p)),
  }));
  // A role that nobody else can speak for takes its vote first.
  const covered = new Set<string>();
  for (const group of [...groups].sort((a, b) => a.people.length - b.people.length)) {
    const own = group.votes.find((p) => free.has(p));
    if (own !== undefined && free.delete(own)) covered.add(group.role);
  }
  return groups.flatMap(({ role, people }) => (covered.has(role) ? [] : [{ role, people }]));
}

function emitRequest(
  world: World,
  work: Work,
  quote: Quote,
  request: ApprovalRequest & { dueAt: Instant },
  now: Instant,
): void {
  const { renewalId } = work.state;
  const why = because('approval.ladder', {
    ladder: world.snapshot.ladder?.id ?? '',
    rule: request.rule,
    discountPercent: quote.discountBasisPoints / 100,
    revision: quote.revision,
  });
  const id = approvalId(renewalId, quote.revision, request.rule);
  const { approvals: _frozenApart, ...frozen } = quote;
  emit(
    work,
    {
      kind: 'request approval',
      id,
      why,
      rule: request.rule,
      request,
      quote: { ...frozen, approvals: [] },
      currentAmount: world.snapshot.contract.amount,
      dueAt: request.dueAt,
    },
    now,
    null,
  );
  if (request.asked.every((a) => a.people.length === 0)) {
    openEngineTask(work, world.snapshot, now, {
      kind: 'approval nobody',
      occurrence: `${quote.revision}-${request.rule}`,
      role: 'ops',
      stage: null,
      why,
    });
  }
}

/**
 * Whether a request is decided by the votes so far. A single rejection rejects, whatever the mode. Where all
 * roles are needed each needs a person of its own: nobody agrees twice in two roles.
 */
function statusOf(request: ApprovalRequest): 'asked' | 'approved' | 'rejected' {
  if (request.decisions.some((d) => d.decision === 'reject')) return 'rejected';
  const voters = request.decisions.map(seatOf);
  if (voters.length === 0) return 'asked';
  if (request.mode === 'any of')
    return request.asked.some((a) => a.people.some((p) => voters.includes(p))) ? 'approved' : 'asked';
  return eachHasOwn(request.asked.map((a) => a.people.filter((p) => voters.includes(p)))) ? 'approved' : 'asked';
}

/** Whether one person can be chosen from each group without choosing anybody twice. Groups are few and small. */
function eachHasOwn(groups: readonly (readonly string[])[], taken: readonly string[] = []): boolean {
  const [first, ...rest] = groups;
  if (first === undefined) return true;
  return first.some((person) => !taken.includes(person) && eachHasOwn(rest, [...taken, person]));
}

/** Takes one vote and what follows from it: the next row is asked, the quote is approved or rejected. */
export function vote(world: World, work: Work, rule: string, decision: ApprovalRequest['decisions'][number]): void {
  const quote = work.state.quote;
  if (quote === null) return;
  const approvals = quote.approvals.map((request) => {
    if (request.rule !== rule) return request;
    const voted = { ...request, decisions: [...request.decisions, decision] };
    const status = statusOf(voted);
    return { ...voted, status, decidedAt: status === 'asked' ? null : decision.at };
  });
  patch(work, { quote: { ...quote, approvals } });
  const request = approvals.find((r) => r.rule === rule);
  if (request === undefined || request.status === 'waiting') return;
  if (request.status !== 'asked') closeApproval(work, quote.revision, rule, request.status, decision);
  settle(world, work, decision.at);
}

/** Approves or rejects the quote once its requests say so, else asks the next row. */
export function settle(world: World, work: Work, at: Instant): void {
  const quote = work.state.quote;
  if (quote === null || quote.approvedAt !== null || quote.rejectedAt !== null) return;
  const { renewalId } = work.state;
  if (quote.approvals.some((r) => r.status === 'rejected')) {
    supersedeApprovals(work, at, 'quote.rejected');
    patch(work, { quote: { ...(work.state.quote ?? quote), rejectedAt: at } });
    const why = because('quote.rejected', { revision: quote.revision });
    note(work, `${renewalId}/quote/${quote.revision}/rejected`, at, 'quote rejected', null, why);
    openEngineTask(work, world.snapshot, at, {
      kind: 'quote rejected',
      occurrence: quote.revision,
      role: 'sales-rep',
      stage: null,
      why,
    });
    return;
  }
  askNext(world, work, at);
  const settled = work.state.quote ?? quote;
  if (!settled.approvals.every((r) => r.status === 'approved')) return;
  patch(work, { quote: { ...settled, approvedAt: at } });
  const why = because(quote.approvals.length === 0 ? 'quote.no_approval_needed' : 'quote.all_approved', {
    revision: quote.revision,
    discountPercent: quote.discountBasisPoints / 100,
  });
  note(work, `${renewalId}/quote/${quote.revision}/approved`, at, 'quote approved', null, why);
}

function closeApproval(
  work: Work,
  revision: number,
  rule: string,
  status: 'approved' | 'rejected' | 'superseded',
  by: { by: string; note: string; at: Instant },
  reason = 'approval.decided',
): void {
  const id = approvalId(work.state.renewalId, revision, rule);
  emit(
    work,
    {
      kind: 'close approval',
      id: `${id}/closed`,
      why: because(reason, { rule, revision }),
      approvalId: id,
      status,
      by: by.by,
      comment: by.note,
    },
    by.at,
    null,
  );
}

/** Takes back what is still asked: a new revision, a rejection elsewhere, the end of the renewal. */
export function supersedeApprovals(work: Work, at: Instant, reason: string): void {
  const quote = work.state.quote;
  if (quote === null) return;
  for (const request of quote.approvals) {
    if (request.status === 'asked')
      closeApproval(work, quote.revision, request.rule, 'superseded', { by: 'engine', note: '', at }, reason);
  }
  // Nobody is asked any more: no reminder, no silence, no late vote.
  const approvals = quote.approvals.map((r) =>
    r.status === 'asked' || r.status === 'waiting'
      ? { ...r, status: 'waiting' as const, askedAt: null, dueAt: null }
      : r,
  );
  patch(work, { quote: { ...quote, approvals } });
}

/** Rows that want a written reason although none was given. */
export function ruleWithoutReason(
  world: World,
  work: Work,
  terms: Terms & { reason: string },
  now: Instant,
): ApprovalRule | undefined {
  if (terms.reason.trim() !== '') return undefined;
  return rulesMet(world, work, terms, now).find((rule) => rule.reasonRequired);
}
