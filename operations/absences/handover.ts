import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { audited } from '../accounts/doer.ts';
import type { Doer } from '../accounts/doer.ts';
import { appendAudit } from '../audit/append.ts';
import { followUp } from '../jobs/follow-up.ts';
import { changeEntry } from '../records/history.ts';

/** How much passes from one to another. */
export interface Handover {
  readonly clients: number;
  /** Renewals that have not ended. */
  readonly renewals: number;
  /** Open tasks of these clients that carry the person's name. */
  readonly tasks: number;
  readonly approvals: number;
  /** The first of the clients, by name. */
  readonly names: readonly { readonly id: string; readonly name: string }[];
}

export interface HandoverWish {
  readonly from: string;
  readonly to: string;
}

const NAMES_SHOWN = 200;

/** What a hand-over would move; nothing is changed. Throws `store.person_missing` and the refusals of {@link handOver}. */
export async function previewHandover(db: Database, wish: HandoverWish): Promise<Handover> {
  await checkWish(db, wish);
  return db.transaction(async (session) => (await subjectOf(db, session, wish.from)).handover);
}

/**
 * Hands all clients of a person to somebody else, with the renewals that run, the tasks that carry the old name, and
 * what waits; in one transaction, so that nobody sees half of it. The renewals are told of it durably, one by one.
 * What the old owner asked for or agreed to stays under that name. Throws `handover.self`, `store.person_missing` and
 * `account.person_inactive`.
 *
 * @param onceId of the request: the same again moves and tells nothing more
 */
export async function handOver(
  db: Database,
  wish: HandoverWish,
  onceId: string,
  doer: Doer,
  now: Instant,
): Promise<Handover> {
  await checkWish(db, wish);
  const { from, to } = wish;
  return db.transaction(async (session) => {
    const { handover, clientIds, renewalIds } = await subjectOf(db, session, from);
    if (clientIds.length === 0) return handover;
    const ofThese = { clientId: trusted({ $in: clientIds }) };
    const owner = { $set: { ownerId: to } };
    const named = { $set: { assignee: { kind: 'person', id: to } } };
    await db.clients.updateMany({ _id: trusted({ $in: clientIds }), ownerId: from }, owner, { session });
    await db.renewals.updateMany(ofThese, owner, { session });
    await db.tasks.updateMany({ ...ofThese, state: 'open', 'assignee.id': from }, named, { session });
    await db.tasks.updateMany({ ...ofThese, state: 'open' }, owner, { session });
    await db.approvals.updateMany({ ...ofThese, status: 'waiting' }, owner, { session });
    const stamp = { id: onceId, at: now, personId: doer.personId };
    const entry = changeEntry('client changed', stamp, from, { before: { ownerId: from }, after: { ownerId: to } });
    await followUp(db, session, { kind: 'tell', what: 'client', entry }, renewalIds, stamp);
    const about = {
      target: { kind: 'person', id: from },
      detail: { to, clients: handover.clients, renewals: handover.renewals, tasks: handover.tasks },
    };
    await appendAudit(db, session, [audited(doer, 'clients handed over', about, now)]);
    return handover;
  });
}

async function checkWish(db: Database, { from, to }: HandoverWish): Promise<void> {
  if (from === to) throw PerennialError.of('handover.self', {}, { field: 'to' });
  const [giver, taker] = await Promise.all([from, to].map((_id) => db.people.findOne({ _id }).lean<PersonDoc>()));
  if (giver == null) throw PerennialError.of('resource.not_found', { kind: '@kind.person', id: excerpt(from) });
  if (taker == null) throw PerennialError.of('store.person_missing', { who: excerpt(to), hint: '' }, { field: 'to' });
  if (!taker.active) throw PerennialError.of('account.person_inactive', { email: taker.email }, { field: 'to' });
}

interface Subject {
  readonly handover: Handover;
  readonly clientIds: readonly string[];
  readonly renewalIds: readonly string[];
}

async function subjectOf(db: Database, session: ClientSession, from: string): Promise<Subject> {
  const clients = await db.clients
    .find({ ownerId: from }, { name: 1 }, { session })
    .sort({ nameKey: 1, _id: 1 })
    .lean<Pick<ClientDoc, '_id' | 'name'>[]>();
  const clientIds = clients.map(({ _id }) => _id);
  const ofThese = { clientId: trusted({ $in: clientIds }) };
  const renewals = await db.renewals
    .find({ ...ofThese, phase: trusted({ $ne: 'closed' }) }, { _id: 1 }, { session })
    .lean<{ readonly _id: string }[]>();
  const tasks = await db.tasks.countDocuments({ ...ofThese, state: 'open', 'assignee.id': from }, { session });
  const approvals = await db.approvals.countDocuments({ ...ofThese, status: 'waiting' }, { session });
  const names = clients.slice(0, NAMES_SHOWN).map(({ _id, name }) => ({ id: _id, name }));
  return {
    handover: { clients: clients.length, renewals: renewals.length, tasks, approvals, names },
    clientIds,
    renewalIds: renewals.map(({ _id }) => _id),
  };
}
