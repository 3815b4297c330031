import { randomUUID } from 'node:crypto';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { DeliveredType, DeliveryState } from '../../domain/outgoing/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { DeliveryDoc } from '../../schemas/channel.ts';
import type { Database } from '../../schemas/connection.ts';
import { afterCursor, pageLimit, pageOf } from '../store/cursor.ts';
import type { Page } from '../store/cursor.ts';
import { readChannel } from './channels.ts';
import { testDelivery } from './publish.ts';

type Tables = Pick<Database, 'channels' | 'deliveries'>;

export interface DeliveryListRequest {
  readonly state?: DeliveryState | undefined;
  readonly type?: DeliveredType | undefined;
  readonly renewalId?: string | undefined;
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
}

/** What a channel was sent, the newest first. Throws `resource.not_found`, `store.cursor`. */
export async function listDeliveries(
  db: Tables,
  channel: string,
  { limit, after, ...asked }: DeliveryListRequest,
): Promise<Page<DeliveryDoc>> {
  await readChannel({ db }, channel);
  const size = pageLimit(limit);
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const where = [{ channel, ...given }, ...(after === undefined ? [] : [afterCursor('createdAt', after, -1)])];
  const rows = await db.deliveries
    .find({ $and: where })
    .sort({ createdAt: -1, _id: -1 })
    .limit(size + 1)
    .lean<DeliveryDoc[]>();
  return pageOf(rows, size, ({ createdAt }) => createdAt);
}

/** Throws `resource.not_found`. */
export async function readDelivery(
  db: Pick<Database, 'deliveries'>,
  channel: string,
  id: string,
): Promise<DeliveryDoc> {
  const delivery = await db.deliveries.findOne({ _id: id, channel }).lean<DeliveryDoc>();
  if (delivery === null) throw missingDelivery(id);
  return delivery;
}

/**
 * Sends one again, with all attempts anew, under the id that it had: whoever has taken it already knows it. Throws
 * `resource.not_found`; `delivery.state` where it waits anyway; `channel.off`.
 */
export async function replayDelivery(db: Tables, channelId: string, id: string, now: Instant): Promise<DeliveryDoc> {
  const channel = await readChannel({ db }, channelId);
  if (channel.disabledAt !== null) throw PerennialError.of('channel.off');
  const { state, replays } = await readDelivery(db, channelId, id);
  if (state === 'waiting') throw PerennialError.of('delivery.state');
  const replayed = await db.deliveries
    .findOneAndUpdate(
      { _id: id, state, replays },
      { $set: { state: 'waiting', nextAt: now, attempts: 0, doneAt: null, replays: replays + 1 } },
      { returnDocument: 'after' },
    )
    .lean<DeliveryDoc>();
  // Somebody else was faster, and it waits already.
  if (replayed === null) throw PerennialError.of('delivery.state');
  return replayed;
}

/** A message that says nothing but that the channel works, also through one that is off or rests. */
export async function testChannel(db: Tables, channelId: string, now: Instant): Promise<DeliveryDoc> {
  await readChannel({ db }, channelId);
  const delivery = testDelivery(channelId, randomUUID(), now);
  await db.deliveries.insertMany([delivery]);
  await db.channels.updateOne({ _id: channelId }, { $set: { restsUntil: null } });
  return delivery;
}

function missingDelivery(id: string): PerennialError {
  return PerennialError.of('resource.not_found', { kind: '@kind.delivery', id: excerpt(id) });
}
