import type { ClientSession, mongo } from 'mongoose';
import type { LogEntry } from '../../domain/renewal/effects.ts';
import { approvalId, parseApprovalId } from '../../domain/renewal/quote.ts';
import type { Effect } from '../../domain/renewal/effects.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { Database } from '../../schemas/connection.ts';
import { raw } from '../../schemas/raw.ts';
import type { EffectOf, PerformInput } from './input.ts';
import type { Scene } from './scene.ts';

type ApprovalWrite = mongo.AnyBulkWriteOperation<ApprovalDoc>;

/**
 * Asks for approvals, notes votes and new approvers, and closes what is decided. Where the decision is the newest,
 * what only a lost decision asked for is taken back.
 *
 * @param known the approvals of the renewal that stand in the books
 */
export async function writeApprovals(
  db: Pick<Database, 'approvals'>,
  session: ClientSession,
  scene: Scene,
  known: readonly ApprovalDoc[],
  input: PerformInput,
  newest: boolean,
): Promise<void> {
  const { effects, log } = input.decision;
  const of = (when: (effect: Effect) => boolean) =>
    effects.filter(when).flatMap((effect) => effectWrite(scene, input, effect));
  const writes = [
    ...of((effect) => effect.kind === 'request approval'),
    ...log.flatMap((entry) => logWrite(input, entry)),
    ...of((effect) => effect.kind === 'close approval'),
    ...followOwner(known, scene),
    ...(newest ? closeLeftovers(known, input) : []),
  ];
  if (writes.length > 0) await raw(db.approvals).bulkWrite(writes, { session, ordered: true });
}

/** What waits goes with its client: whoever looks after that one now sees it. */
function followOwner(known: readonly ApprovalDoc[], { client }: Scene): ApprovalWrite[] {
  const { ownerId } = client;
  return known
    .filter((approval) => approval.status === 'waiting' && approval.ownerId !== ownerId)
    .map(({ _id }) => ({
      updateOne: { filter: { _id, status: 'waiting' as const }, update: { $set: { ownerId } } },
    }));
}

function closeLeftovers(known: readonly ApprovalDoc[], { decision, now }: PerformInput): ApprovalWrite[] {
  const wanted = new Set(decision.state.open.approvals);
  const left = known.filter(({ _id, status }) => status === 'waiting' && !wanted.has(_id));
  const closed = { status: 'superseded' as const, closedAt: now, closedBy: 'engine' };
  return left.map(({ _id }) => ({
    updateOne: { filter: { _id, status: 'waiting' as const }, update: { $set: closed } },
  }));
}

function effectWrite(scene: Scene, input: PerformInput, effect: Effect): ApprovalWrite[] {
  if (effect.kind === 'request approval') {
    const { _id, ...fields } = requested(scene, input, effect);
    return [{ updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true } }];
  }
  if (effect.kind === 'close approval') {
    const { status, by, comment } = effect;
    const closed = { status, closedAt: input.now, closedBy: by, comment };
    return [{ updateOne: { filter: { _id: effect.approvalId, status: 'waiting' }, update: { $set: closed } } }];
  }
  return [];
}

export function requested(
  { contract, client }: Scene,
  input: PerformInput,
  effect: EffectOf<'request approval'>,
): ApprovalDoc {
  const { rule, request, quote, currentAmount, dueAt, why } = effect;
  return {
    _id: effect.id,
    renewalId: input.renewalId,
    contractId: contract._id,
    clientId: client.id,
    ownerId: client.ownerId,
    clientName: client.name,
    contractNumber: contract.number,
    rule,
    mode: request.mode,
    asked: request.asked,
    people: peopleAsked(effect),
    requestedBy: quote.issuedBy,
    quote,
    currentAmount,
    askedAt: input.now,
    dueAt,
    status: 'waiting',
    decisions: [],
    closedAt: null,
    closedBy: null,
    comment: null,
    why,
  };
}

export function peopleAsked(effect: EffectOf<'request approval'>): readonly string[] {
  return [...new Set(effect.request.asked.flatMap((one) => one.people))];
}

/** An approval that nobody decided in time goes to the level above as well. */
export interface MovedUp {
  readonly entryId: string;
  readonly approvalId: string;
  readonly people: readonly string[];
}

export function movedUp(entry: LogEntry): MovedUp | null {
  if (entry.kind !== 'transition' || entry.name !== 'approval moved up') return null;
  const { people } = entry.detail;
  const cut = entry.id.lastIndexOf('/up/');
  if (cut === -1 || !Array.isArray(people)) return null;
  return {
    entryId: entry.id,
    approvalId: entry.id.slice(0, cut),
    people: people.filter((id) => typeof id === 'string'),
  };
}

function logWrite(input: PerformInput, entry: LogEntry): ApprovalWrite[] {
  const moved = movedUp(entry);
  if (moved !== null) {
    const { approvalId: _id, people } = moved;
    return [{ updateOne: { filter: { _id }, update: { $addToSet: { people: { $each: [...people] } } } } }];
  }
  const revision = revisionOf(entry) ?? input.decision.state.quote?.revision;
  const { rule, decision, comment } = entry.detail;
  const by = voterOf(entry);
  if (by === null || revision === undefined) return [];
  if (typeof rule !== 'string' || (decision !== 'approve' && decision !== 'reject')) return [];
  const vote: ApprovalDoc['decisions'][number] = {
    factId: entry.id,
    at: typeof entry.detail['at'] === 'string' ? (entry.detail['at'] as ApprovalDoc['askedAt']) : entry.at,
    by,
    note: typeof comment === 'string' ? comment : '',
    decision,
    ...(typeof entry.detail['for'] === 'string' ? { for: entry.detail['for'] } : {}),
  };
  const _id = approvalId(input.renewalId, revision, rule);
  return [{ updateOne: { filter: { _id }, update: { $addToSet: { decisions: vote } } } }];
}

/** Whose vote an entry holds: one that was given, or one given for another row that counts in this one too. */
function voterOf({ kind, name, actor, detail }: LogEntry): string | null {
  if (kind === 'fact' && name === 'approval decided') return actor.kind === 'engine' ? 'engine' : actor.id;
  if (kind === 'transition' && name === 'approval counted')
    return typeof detail['by'] === 'string' ? detail['by'] : null;
  return null;
}

/** The revision that was voted on: a later fact of the same look may have brought the next one. */
function revisionOf({ id, detail }: LogEntry): number | undefined {
  if (typeof detail['revision'] === 'number') return detail['revision'];
  return parseApprovalId(id.slice(0, Math.max(0, id.lastIndexOf('/counted/'))))?.revision;
}
