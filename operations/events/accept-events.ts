import { mongo, trusted } from 'mongoose';
import type { Problem } from '../../domain/errors/index.ts';
import { problem } from '../../domain/errors/index.ts';
import { EVENTS } from '../../domain/events/index.ts';
import type { EventSubject, EventType } from '../../domain/events/index.ts';
import { addMs, MS_PER_DAY } from '../../domain/time/instant.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { InboxDoc } from '../../schemas/inbox.ts';
import type { SourceLinkDoc } from '../../schemas/source.ts';
import { contractLane, inboxId, laneOf, partitionOf } from './lanes.ts';

/** How long an event waits for what it is about. */
export const PATIENCE_MS = 7 * MS_PER_DAY;

/** An event whose shape has been checked. */
export interface CheckedEvent {
  readonly source: string;
  readonly eventId: string;
  readonly type: EventType;
  readonly occurredAt: Instant;
  readonly subject: EventSubject;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Something of which no event could be made, kept so that it can be looked at and mapped anew. */
export interface UnmappedEvent {
  readonly source: string;
  readonly eventId: string;
  /** `ignored` where no rule asks for it, `dead` where one does and fails. */
  readonly state: 'ignored' | 'dead';
  readonly problem: Problem;
}

/** Where an event came from, besides its source. */
export interface Origin {
  readonly delivery: string | null;
  readonly foreignType: string | null;
  readonly payload: unknown;
}

export const FROM_API: Origin = { delivery: null, foreignType: null, payload: null };

export type Incoming = (CheckedEvent | UnmappedEvent) & { readonly origin: Origin };

/** `stale`: something newer of the same kind has been told already; kept, and never told. */
export type Acceptance = 'accepted' | 'duplicate' | 'stale';

type Inbox = Pick<Database, 'inbox' | 'sourceLinks'>;

/**
 * Stores events; what is accepted is written to a majority before this resolves, so that it is never lost. Answers
 * stand in the order given. An event that was stored before is a duplicate and changes nothing.
 */
export async function acceptEvents(
  db: Inbox,
  events: readonly Incoming[],
  now: Instant,
): Promise<readonly Acceptance[]> {
  if (events.length === 0) return [];
  const links = await linksOf(db, events);
  const docs = events.map((event) => documentOf(event, links, now));
  const told = await newestTold(db, docs);
  const stale = docs.map((doc) => staleBy(doc, told));
  const stored = docs.map((doc, i) => withStale(doc, stale[i] ?? null));
  const duplicates = await insert(db, stored);
  return stored.map((_, i) => (duplicates.has(i) ? 'duplicate' : stale[i] ? 'stale' : 'accepted'));
}

/** Whether the delivery of a source was taken before. */
export async function isKnownDelivery(db: Pick<Database, 'inbox'>, source: string, delivery: string): Promise<boolean> {
  return (await db.inbox.findOne({ source, delivery }, { _id: 1 }).lean()) !== null;
}

/** The inbox's record of an event, not told yet. */
export function documentOf(event: Incoming, links: ReadonlyMap<string, string>, now: Instant): InboxDoc {
  const { source, eventId, origin } = event;
  const isEvent = 'type' in event;
  const linked =
    isEvent && 'reference' in event.subject ? links.get(linkId(source, event.subject.reference)) : undefined;
  const lane = isEvent ? (linked === undefined ? laneOf(source, event.subject) : contractLane(linked)) : '';
  return {
    _id: inboxId(source, eventId),
    source,
    eventId,
    ...origin,
    type: isEvent ? event.type : null,
    occurredAt: isEvent ? event.occurredAt : now,
    receivedAt: now,
    subject: isEvent ? event.subject : null,
    data: isEvent ? event.data : {},
    state: isEvent ? 'received' : event.state,
    attempts: 0,
    nextAt: isEvent ? now : null,
    deadline: addMs(now, PATIENCE_MS),
    lane,
    partition: partitionOf(lane),
    renewals: [],
    problem: isEvent ? null : event.problem,
    touchedBy: null,
    doneAt: isEvent || event.state === 'dead' ? null : now,
  };
}

export function linkId(source: string, reference: string): string {
  return `${source}/${reference}`;
}

/** Contract ids by link, for the references among the events. */
export async function linksOf(
  db: Pick<Database, 'sourceLinks'>,
  events: readonly (CheckedEvent | UnmappedEvent)[],
): Promise<ReadonlyMap<string, string>> {
  const ids = events.flatMap((event) =>
    'type' in event && 'reference' in event.subject ? [linkId(event.source, event.subject.reference)] : [],
  );
  if (ids.length === 0) return new Map();
  const links = await db.sourceLinks.find({ _id: trusted({ $in: ids }) }).lean<SourceLinkDoc[]>();
  return new Map(links.map(({ _id, contractId }) => [_id, contractId]));
}

type Newest = ReadonlyMap<string, Instant>;

/** When the newest told event of a kind happened, by lane and type; only where the newest wins. */
async function newestTold(db: Pick<Database, 'inbox'>, docs: readonly InboxDoc[]): Promise<Newest> {
  const wanted = docs.filter(({ type }) => type !== null && EVENTS[type].newestWins);
  if (wanted.length === 0) return new Map();
  const lanes = [...new Set(wanted.map(({ lane }) => lane))];
  const types = [...new Set(wanted.map(({ type }) => type))];
  const rows = await db.inbox.aggregate<{ _id: { lane: string; type: string }; at: Instant }>([
    { $match: { lane: { $in: lanes }, type: { $in: types }, state: 'told' } },
    { $group: { _id: { lane: '$lane', type: '$type' }, at: { $max: '$occurredAt' } } },
  ]);
  return new Map(rows.map(({ _id, at }) => [`${_id.lane} ${_id.type}`, at]));
}

function staleBy({ lane, type, occurredAt }: InboxDoc, told: Newest): Instant | null {
  const known = told.get(`${lane} ${type ?? ''}`);
  return known !== undefined && known > occurredAt ? known : null;
}

function withStale(doc: InboxDoc, known: Instant | null): InboxDoc {
  if (known === null) return doc;
  return { ...doc, state: 'ignored', nextAt: null, doneAt: doc.receivedAt, problem: problem('event.stale', { known }) };
}

const DUPLICATE = 11_000;

/** Indexes of those that were there before, or twice among these. Throws where anything else went wrong. */
async function insert(db: Pick<Database, 'inbox'>, docs: readonly InboxDoc[]): Promise<ReadonlySet<number>> {
  try {
    // The driver itself: the documents are made here, field by field, and there may be many.
    await db.inbox.collection.insertMany(docs as unknown as { _id: never }[], { ordered: false });
    return new Set();
  } catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
    const faults = [error.writeErrors].flat();
    // Only what a majority has is accepted: an unacknowledged write is no acceptance.
    if (error.result.getWriteConcernError() !== undefined) throw error;
    if (faults.length === 0 || faults.some(({ code }) => code !== DUPLICATE)) throw error;
    return new Set(faults.map(({ index }) => index));
  }
}
