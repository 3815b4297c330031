import { trusted } from 'mongoose';
import { excerpt, PerennialError, problem } from '../../domain/errors/index.ts';
import type { EventType, InboxState } from '../../domain/events/index.ts';
import { addMs } from '../../domain/time/instant.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { InboxDoc } from '../../schemas/inbox.ts';
import type { SourceDoc } from '../../schemas/source.ts';
import { afterCursor, pageLimit, pageOf } from '../store/cursor.ts';
import type { Page } from '../store/cursor.ts';
import { documentOf, linksOf, PATIENCE_MS } from './accept-events.ts';
import { contractLane } from './lanes.ts';
import { applyMapping } from './mapping/apply.ts';
import type { MappingInput } from './mapping/apply.ts';
import { mappingOf } from './mapping/shipped.ts';
import { incomingOf } from './receive-delivery.ts';
import { matchAgain } from '../mail-in/assign.ts';
import { noteOf } from '../mail-in/note.ts';

export interface EventListRequest {
  readonly state?: InboxState | undefined;
  readonly type?: EventType | undefined;
  readonly source?: string | undefined;
  readonly contractId?: string | undefined;
  /** As the sender calls it; of a mail its class. */
  readonly foreignType?: string | undefined;
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
}

/** Events, the newest arrival first. Throws `store.cursor`. */
export async function listEvents(
  db: Pick<Database, 'inbox'>,
  { state, type, source, contractId, foreignType, limit, after }: EventListRequest,
): Promise<Page<InboxDoc>> {
  const size = pageLimit(limit);
  const where = {
    ...(state === undefined ? {} : { state }),
    ...(type === undefined ? {} : { type }),
    ...(source === undefined ? {} : { source }),
    ...(foreignType === undefined ? {} : { foreignType }),
    ...(contractId === undefined ? {} : { lane: contractLane(contractId) }),
  };
  const rows = await db.inbox
    .find({ $and: [where, ...(after === undefined ? [] : [afterCursor('receivedAt', after, -1)])] })
    .sort({ receivedAt: -1, _id: -1 })
    .limit(size + 1)
    .lean<InboxDoc[]>();
  return pageOf(rows, size, ({ receivedAt }) => receivedAt);
}

/** Throws `resource.not_found`. */
export async function readEvent(db: Pick<Database, 'inbox'>, id: string): Promise<InboxDoc> {
  const event = await db.inbox.findOne({ _id: id }).lean<InboxDoc>();
  if (event === null) throw PerennialError.of('resource.not_found', { kind: '@kind.event', id: excerpt(id) });
  return event;
}

const RETRIABLE: readonly InboxState[] = ['received', 'parked', 'dead', 'ignored'];
const DISCARDABLE: readonly InboxState[] = ['received', 'parked', 'dead'];

type MendContext = { readonly db: Database } & Pick<MappingInput, 'check'>;

/**
 * Tells an event again, at once, and gives it seven days anew. What could not be mapped is mapped again with the
 * mapping that its source has now; a mail that was nobody's is matched again. Throws `resource.not_found`, `event.state`.
 */
export async function retryEvent(
  { db, check }: MendContext,
  id: string,
  personId: string,
  now: Instant,
): Promise<InboxDoc> {
  const event = await readEvent(db, id);
  const anew =
    event.type !== null
      ? {}
      : noteOf(event) === null
        ? await mapAgain({ db, check }, event, now)
        : await matchAgain(db, event, now);
  return change(db, event, RETRIABLE, {
    state: 'received',
    nextAt: now,
    deadline: addMs(now, PATIENCE_MS),
    attempts: 0,
    problem: null,
    doneAt: null,
    ...anew,
    touchedBy: personId,
  });
}

/** Gives an event up for good. Throws `resource.not_found`, `event.state`. */
export async function discardEvent(
  db: Pick<Database, 'inbox'>,
  id: string,
  personId: string,
  now: Instant,
): Promise<InboxDoc> {
  const event = await readEvent(db, id);
  return change(db, event, DISCARDABLE, {
    state: 'ignored',
    nextAt: null,
    doneAt: now,
    problem: problem('event.discarded'),
    touchedBy: personId,
  });
}

/** Fields of an event that its source's mapping can read now; or why it still cannot. */
async function mapAgain({ db, check }: MendContext, event: InboxDoc, now: Instant): Promise<Partial<InboxDoc>> {
  const source = await db.sources.findOne({ _id: event.source }).lean<SourceDoc>();
  if (source === null) {
    throw PerennialError.of('resource.not_found', { kind: '@kind.source', id: excerpt(event.source) });
  }
  const { payload, delivery, receivedAt } = event;
  const input = { payload, source: source._id, delivery: delivery ?? event.eventId, now: receivedAt, check };
  const [mapped] = applyMapping(mappingOf(source), input);
  if (mapped === undefined) return { state: 'ignored', nextAt: null, doneAt: now, problem: event.problem };
  const incoming = incomingOf(mapped, source, delivery);
  const made = documentOf(incoming, await linksOf(db, [incoming]), now);
  const { type, subject, data, occurredAt, lane, partition, state, problem: wrong, nextAt, doneAt } = made;
  return { type, subject, data, occurredAt, lane, partition, state, problem: wrong, nextAt, doneAt };
}

async function change(
  db: Pick<Database, 'inbox'>,
  event: InboxDoc,
  allowed: readonly InboxState[],
  set: Partial<InboxDoc>,
): Promise<InboxDoc> {
  const changed = await db.inbox
    .findOneAndUpdate({ _id: event._id, state: trusted({ $in: allowed }) }, { $set: set }, { returnDocument: 'after' })
    .lean<InboxDoc>();
  if (changed !== null) return changed;
  const { state } = await readEvent(db, event._id);
  const params = { state: `@eventstate.${state}`, allowed: allowed.map((one) => `@eventstate.${one}`).join(', ') };
  throw PerennialError.of('event.state', params);
}
