import { trusted } from 'mongoose';
import { EMPTY_HEAD, link, openEntry, verifyChain } from '../../domain/history/index.ts';
import type { ChainReport } from '../../domain/history/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { AuditDoc, AuditHeadDoc } from '../../schemas/audit.ts';
import type { Database } from '../../schemas/connection.ts';
import { createClientKeys, sha256 } from '../../schemas/sealing.ts';
import { afterCursor, pageLimit, pageOf } from '../store/cursor.ts';
import type { Page } from '../store/cursor.ts';
import type { PageRequest } from '../store/renewal-queries.ts';
import { CHAIN, keyOwner, toChainEntry } from './append.ts';
import type { AuditName } from './names.ts';

export interface AuditFilters {
  readonly name?: AuditName;
  readonly actorId?: string;
  readonly targetId?: string;
  /** From this instant on, and before this one. */
  readonly from?: Instant;
  readonly before?: Instant;
}

/** A line of the log with what is personal opened; `{ erased: true }` where its key is gone. */
export interface AuditLine extends Omit<AuditDoc, '_id' | 'name' | 'sealedFor' | 'prev'> {
  readonly name: AuditName;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A page of the log, the latest first. Throws `store.cursor`. */
export async function listAudit(
  db: Database,
  filters: AuditFilters = {},
  page: PageRequest = {},
): Promise<Page<AuditLine>> {
  const limit = pageLimit(page.limit);
  const { name, actorId, targetId, from, before } = filters;
  const when = { ...(from === undefined ? {} : { $gte: from }), ...(before === undefined ? {} : { $lt: before }) };
  const where = [
    {},
    ...(name === undefined ? [] : [{ name }]),
    ...(actorId === undefined ? [] : [{ 'actor.id': actorId }]),
    ...(targetId === undefined ? [] : [{ 'target.id': targetId }]),
    ...(Object.keys(when).length === 0 ? [] : [{ at: trusted(when) }]),
    ...(page.after === undefined ? [] : [afterCursor('seq', page.after, -1)]),
  ];
  const rows = await db.audit
    .find({ $and: where })
    .sort({ seq: -1 })
    .limit(limit + 1)
    .lean<AuditDoc[]>();
  const { items, next } = pageOf(rows, limit, (row) => row.seq);
  const openerOf = await createClientKeys(db).opener(items.map(({ sealedFor }) => keyOwner(sealedFor)));
  const lines = items.map((doc) => {
    const { detail } = openEntry(toChainEntry(doc), openerOf(keyOwner(doc.sealedFor)));
    const { target: _target, ...rest } = detail;
    const { seq, entryId, at, name: what, actor, target, hash } = doc;
    return { seq, entryId, at, name: what as AuditName, actor, target, detail: rest, hash };
  });
  return { items: lines, next };
}

/**
 * Checks the whole log against its head, in one snapshot of both. A log that is sound is walked through line by line;
 * only one that is not is held in memory, to name what is wrong and where.
 */
export async function verifyAudit(db: Database): Promise<ChainReport> {
  return db.transaction(async (session) => {
    const stored = await db.auditHeads.findOne({ _id: CHAIN }, null, { session }).lean<AuditHeadDoc>();
    const head = stored && { seq: stored.seq, hash: stored.hash };
    const all = () => db.audit.find({}, null, { session }).sort({ seq: 1, _id: 1 }).lean<AuditDoc[]>();
    let end = EMPTY_HEAD;
    for await (const doc of all().cursor()) {
      const entry = toChainEntry(doc);
      const next = link(end, entry, sha256);
      const sound = next.seq === entry.seq && next.prev === entry.prev && next.hash === entry.hash;
      if (!sound) return verifyChain((await all()).map(toChainEntry), head, sha256);
      end = { seq: entry.seq, hash: entry.hash };
    }
    if (head?.seq === end.seq && head.hash === end.hash) return { ok: true, entries: end.seq, head };
    return verifyChain((await all()).map(toChainEntry), head, sha256);
  });
}
