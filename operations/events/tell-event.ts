import { excerpt, problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import { EVENTS } from '../../domain/events/index.ts';
import type { EventSubject, EventType } from '../../domain/events/index.ts';
import type { Command, Event } from '../../domain/renewal/facts.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { InboxDoc } from '../../schemas/inbox.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import { makeCommand } from '../commands.ts';
import type { Stamp } from '../commands.ts';
import type { OperationsContext } from '../context.ts';
import { notRunning, sendCommand } from '../send-command.ts';
import { signalEvent } from '../signal-event.ts';
import { suppressAfterEnd } from '../suppress-contact.ts';
import { isPassing, unavailable } from '../unavailable.ts';
import { makeFact } from './facts.ts';
import { contractLane, subjectText } from './lanes.ts';
import { contactOf, resolveSubject } from './resolve-subject.ts';
import type { Target } from './resolve-subject.ts';

/** How a renewal is reached. Tests put the core itself in its place. */
export interface Renewals {
  /** False where no workflow takes the fact. */
  readonly tell: (renewalId: string, event: Event) => Promise<boolean>;
  /** Throws {@link PerennialError} with the reason of a refusal. */
  readonly command: (renewalId: string, command: Command) => Promise<unknown>;
}

export function renewalsOf(context: OperationsContext): Renewals {
  return {
    tell: async (id, event) => signalEvent(await context.temporal(), id, event),
    command: (id, command) => sendCommand(context, id, command),
  };
}

/** What came of telling an event. */
export type Outcome = { readonly renewals: readonly string[]; readonly lane: string } & (
  | { readonly state: 'told' }
  | { readonly state: 'ignored' | 'parked' | 'dead'; readonly problem: Problem }
  /** A service is away, or something of ours is wrong: it stays as it is and is tried again, for ever. */
  | { readonly state: 'again'; readonly problem: Problem }
);

type Verdict = Omit<Extract<Outcome, { problem: Problem }>, 'renewals' | 'lane'> | { readonly state: 'told' };

/** Refusals that stay: nothing that may still come changes them. */
const FINAL: ReadonlySet<string> = new Set(['renewal.closed']);
/** The renewal knows it already. */
const KNOWN: ReadonlySet<string> = new Set(['payment.twice', 'quote.already_accepted']);

/**
 * Tells one event to the renewals that it is about. Never throws: what goes wrong is the outcome. Told twice it
 * counts once, because its id is the id of the fact.
 */
export async function tellEvent(
  context: Pick<OperationsContext, 'db' | 'config'>,
  renewals: Renewals,
  event: InboxDoc,
): Promise<Outcome> {
  const reached: string[] = [];
  let { lane } = event;
  const ended = (verdict: Verdict): Outcome => ({ ...verdict, renewals: reached, lane });
  const { type, subject } = event;
  if (type === null || subject === null) return ended({ state: 'dead', problem: unmapped(event) });
  try {
    const resolved = await resolveSubject(context.db, event.source, subject);
    if ('missing' in resolved) return ended({ state: 'parked', problem: resolved.missing });
    const { targets } = resolved;
    const [first] = targets;
    // An event of one contract is compared with the others of that contract, however each has named it.
    if (first !== undefined && isOfContract(subject)) lane = contractLane(first.contractId);
    if (EVENTS[type].reception === 'command' && targets.length > 1) {
      const params = { found: excerpt(subjectText(subject)), count: targets.length };
      return ended({ state: 'parked', problem: problem('event.several', params) });
    }
    const newer = EVENTS[type].newestWins && first !== undefined ? await newerThan(context, event, lane, first) : null;
    if (newer !== null) return ended({ state: 'ignored', problem: problem('event.stale', { known: newer }) });
    let worst: Verdict | null = null;
    for (const target of targets) {
      const verdict = await tellOne(context, renewals, { ...event, type }, target);
      if (verdict.state === 'again') return ended(verdict);
      if (verdict.state === 'told') reached.push(target.renewalId);
      else worst ??= verdict;
    }
    // Of a client's renewals it is enough that one has heard it; the others say why not in their own history.
    return ended(reached.length > 0 || worst === null ? { state: 'told' } : worst);
  } catch (error) {
    return ended(failureOf(error, event, context));
  }
}

async function tellOne(
  { db }: Pick<OperationsContext, 'db'>,
  renewals: Renewals,
  event: InboxDoc & { readonly type: EventType },
  target: Target,
): Promise<Verdict> {
  const stamp: Stamp = { id: event._id, at: event.occurredAt, by: { kind: 'system', id: event.source } };
  const contact = await contactOf(db, target.clientId, event.data);
  if (contact === undefined && needsContact(event.type)) {
    const found = excerpt(event.data['contactEmail'] ?? event.data['contactId'] ?? '');
    return { state: 'parked', problem: problem('event.contact_unknown', { found }) };
  }
  const made = makeFact(event.type, event.data, contact ?? null, stamp);
  switch (made.kind) {
    case 'fact': {
      const heard =
        (await renewals.tell(target.renewalId, made.event)) ||
        (await suppressAfterEnd(db, target.renewalId, made.event));
      return heard ? { state: 'told' } : gone(db, target.renewalId);
    }
    case 'command':
      await renewals.command(target.renewalId, made.command);
      return { state: 'told' };
    case 'legal review':
      return completeLegal(db, renewals, target.renewalId, made.note, stamp);
    case 'signature':
      return sign(db, renewals, target.renewalId, made.note, stamp);
    default:
      return made satisfies never;
  }
}

/** No workflow takes a fact: the renewal has ended, or has not begun. */
async function gone(db: OperationsContext['db'], renewalId: string): Promise<Verdict> {
  const [reason] = (await notRunning({ db }, renewalId)).problems;
  if (reason?.code === 'renewal.closed') return { state: 'ignored', problem: reason };
  return { state: 'parked', problem: problem('event.no_renewal', { found: renewalId }) };
}

async function completeLegal(
  db: OperationsContext['db'],
  renewals: Renewals,
  renewalId: string,
  note: string,
  stamp: Stamp,
): Promise<Verdict> {
  const renewal = await db.renewals.findOne({ _id: renewalId }, { view: 1, phase: 1 }).lean<RenewalDoc>();
  const stages = renewal?.view.rows.filter(({ ownerRole }) => ownerRole === 'legal').map(({ stage }) => stage) ?? [];
  const tasks = (await openSteps(db, renewalId)).filter(({ stage }) => stage !== null && stages.includes(stage));
  if (tasks.length === 0) return noStep(db, renewalId);
  for (const { _id, step } of tasks)
    await complete(renewals, renewalId, _id, note, { ...stamp, id: `${stamp.id}/${step ?? ''}` });
  return { state: 'told' };
}

/** A signature completes the step that waits for it; where the playbook has none, it is how a client accepts. */
async function sign(
  db: OperationsContext['db'],
  renewals: Renewals,
  renewalId: string,
  note: string,
  stamp: Stamp,
): Promise<Verdict> {
  const step = (await openSteps(db, renewalId)).find((task) => /\bsign(ature|ing)?\b/.test(task.step ?? ''));
  if (step === undefined) await renewals.command(renewalId, makeCommand('quote accepted', { note }, stamp));
  else await complete(renewals, renewalId, step._id, note, stamp);
  return { state: 'told' };
}

function openSteps(db: OperationsContext['db'], renewalId: string): Promise<readonly TaskDoc[]> {
  return db.tasks.find({ renewalId, state: 'open', kind: 'step' }).sort({ _id: 1 }).lean<TaskDoc[]>();
}

/** By the id of its task, which is one of this renewal and of this turn. */
function complete(renewals: Renewals, renewalId: string, task: string, note: string, stamp: Stamp): Promise<unknown> {
  return renewals.command(renewalId, { ...stamp, kind: 'step completed', step: task, note });
}

async function noStep(db: OperationsContext['db'], renewalId: string): Promise<Verdict> {
  const [reason] = (await notRunning({ db }, renewalId)).problems;
  if (reason?.code === 'renewal.closed') return { state: 'dead', problem: reason };
  return { state: 'parked', problem: problem('event.no_step', { found: renewalId }) };
}

/** When the word happened that makes this one old: another event, or what a person has set. */
async function newerThan(
  { db }: Pick<OperationsContext, 'db'>,
  { _id, type, occurredAt }: InboxDoc,
  lane: string,
  { amendedAt }: Target,
): Promise<Instant | null> {
  const newest = await db.inbox
    .findOne({ lane, type, state: 'told' }, { occurredAt: 1 })
    .sort({ occurredAt: -1, _id: -1 })
    .lean<Pick<InboxDoc, '_id' | 'occurredAt'>>();
  // Of two that happened at once the same one wins in every order of arrival.
  if (newest !== null && `${newest.occurredAt} ${newest._id}` > `${occurredAt} ${_id}`) return newest.occurredAt;
  const setByHand = type === 'contract.dates_changed' && amendedAt !== null && amendedAt > occurredAt;
  return setByHand ? amendedAt : null;
}

function isOfContract(subject: EventSubject): boolean {
  return 'contractNumber' in subject || 'contractId' in subject || 'renewalId' in subject || 'reference' in subject;
}

function needsContact(type: EventType): boolean {
  return type === 'contact.opted_out' || type === 'mail.bounced';
}

function unmapped({ foreignType, eventId }: InboxDoc): Problem {
  return problem('event.unmapped', { found: excerpt(foreignType ?? eventId) });
}

function failureOf(error: unknown, event: InboxDoc, { config }: Pick<OperationsContext, 'config'>): Verdict {
  const [reason] = unavailable(error, config)?.problems ?? [];
  // A fault of ours: the operator sees it with the event, and nothing is lost meanwhile.
  if (reason === undefined) return { state: 'again', problem: problem('server.bug', { requestId: event._id }) };
  if (isPassing(error)) return { state: 'again', problem: reason };
  if (KNOWN.has(reason.code)) return { state: 'ignored', problem: reason };
  if (FINAL.has(reason.code)) return { state: 'dead', problem: reason };
  if (reason.code === 'renewal.not_found' || reason.code === 'command.not_running') {
    return { state: 'parked', problem: problem('event.no_renewal', { found: excerpt(String(reason.params['id'])) }) };
  }
  return { state: 'parked', problem: reason };
}
