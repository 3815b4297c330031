import { createHash } from 'node:crypto';
import { OUTGOING_VERSION, outgoingOf, TEST_TYPE } from '../../domain/outgoing/index.ts';
import { parseInstant } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { ChannelDoc, DeliveryDoc } from '../../schemas/channel.ts';
import type { Database } from '../../schemas/connection.ts';
import type { HistoryDoc } from '../../schemas/history.ts';
import { raw } from '../../schemas/raw.ts';
import { parseRenewalId } from '../../workflows/renewal/messages.ts';

/**
 * Writes down for each channel what it is to be told. The ids follow from entry and channel, so that entries that are
 * read again change nothing. Gives how many deliveries are new.
 *
 * @param since only what happened after a channel was made; a log that is read in order needs no such look
 */
export async function publish(
  db: Pick<Database, 'channels' | 'deliveries'>,
  entries: readonly HistoryDoc[],
  now: Instant,
  { since = false }: { readonly since?: boolean } = {},
): Promise<number> {
  if (entries.length === 0) return 0;
  const channels = await db.channels.find({ disabledAt: null }).lean<ChannelDoc[]>();
  const made = entries.flatMap((entry) =>
    channels
      .filter(({ createdAt }) => !since || entry.at >= createdAt)
      .flatMap((channel) => deliveriesOf(channel, entry, now)),
  );
  if (made.length === 0) return 0;
  const { upsertedCount } = await raw(db.deliveries).bulkWrite(
    made.map(({ _id, ...fields }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true },
    })),
    { ordered: false },
  );
  return upsertedCount;
}

function deliveriesOf(channel: ChannelDoc, entry: HistoryDoc, now: Instant): readonly DeliveryDoc[] {
  // Whoever edits a database by hand can make anything of an entry.
  if (typeof entry.detail !== 'object' || entry.detail === null || parseInstant(entry.at) !== entry.at) return [];
  const fact = outgoingOf(entry);
  if (fact === null || (channel.types !== null && !channel.types.includes(fact.type))) return [];
  const { renewalId, clientId, seq } = entry;
  const { contractId, term } = parseRenewalId(renewalId) ?? { contractId: null, term: null };
  return [
    {
      ...fresh(channel._id, eventIdOf(entry._id), now),
      type: fact.type,
      occurredAt: entry.at,
      renewalId,
      sequence: seq,
      lane: `${channel._id}/${renewalId}`,
      data: { renewalId, contractId, term, clientId, sequence: seq, ...fact.data },
    },
  ];
}

/** A message that says nothing but that the channel works. It is tried once. */
export function testDelivery(channel: string, id: string, now: Instant): DeliveryDoc {
  const eventId = eventIdOf(`test/${id}`);
  return {
    ...fresh(channel, eventId, now),
    type: TEST_TYPE,
    occurredAt: now,
    renewalId: null,
    sequence: 0,
    lane: `${channel}/test/${id}`,
    data: {},
  };
}

function fresh(channel: string, eventId: string, now: Instant) {
  return {
    _id: `dlv_${digest(`${channel}\n${eventId}`)}`,
    channel,
    eventId,
    version: OUTGOING_VERSION,
    state: 'waiting',
    createdAt: now,
    nextAt: now,
    attempts: 0,
    tries: [],
    replays: 0,
    doneAt: null,
  } as const;
}

/** The id of a fact, the same in every channel and however often it is sent. */
export function eventIdOf(historyId: string): string {
  return `evt_${digest(historyId)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, 27);
}
