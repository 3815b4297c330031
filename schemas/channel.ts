import { Schema } from 'mongoose';
import type { ChannelKind, DeliveredType, DeliveryState, OffReason, OutgoingType } from '../domain/outgoing/index.ts';
import type { Locale } from '../domain/text.ts';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, json, jsonOrNull, number, text, textOrNull } from './fields.ts';

/** What deliveries are signed with. Two hold at once while one takes over from the other. */
export interface ChannelSecret {
  readonly id: string;
  /** Encrypted with the key ring: it is needed in the clear to sign. */
  readonly sealed: string;
  readonly createdAt: Instant;
  /** Until when it holds, where another has taken over; null for the current one. */
  readonly endsAt: Instant | null;
}

/** Where facts go: another system, or a chat group. */
export interface ChannelDoc {
  readonly _id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  /** Encrypted: whoever has the address of a chat group may write into it. */
  readonly sealedUrl: string;
  /** As much of the address as may be shown. */
  readonly shownUrl: string;
  /** Of cards. */
  readonly locale: Locale;
  /** What it is told; null is everything, also what is added later. */
  readonly types: readonly OutgoingType[] | null;
  readonly secrets: readonly ChannelSecret[];
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly updatedAt: Instant;
  readonly disabledAt: Instant | null;
  readonly disabledBecause: OffReason | null;
  /** Attempts in a row that failed. */
  readonly failures: number;
  readonly failingSince: Instant | null;
  /** Nothing is sent before: it fails, or has its limit. */
  readonly restsUntil: Instant | null;
  readonly lastDeliveredAt: Instant | null;
}

export const channelSchema = new Schema<ChannelDoc>(
  {
    _id: text,
    name: text,
    kind: text,
    sealedUrl: text,
    shownUrl: text,
    locale: text,
    types: jsonOrNull,
    secrets: json,
    createdAt: text,
    createdBy: text,
    updatedAt: text,
    disabledAt: textOrNull,
    disabledBecause: textOrNull,
    failures: number,
    failingSince: textOrNull,
    restsUntil: textOrNull,
    lastDeliveredAt: textOrNull,
  },
  inCollection('channels'),
);
channelSchema.index({ name: 1, _id: 1 }, { name: 'by_name' });

/** One attempt to deliver. */
export interface DeliveryTry {
  readonly at: Instant;
  readonly millis: number;
  /** What the other side answered; null where it did not. */
  readonly status: number | null;
  /** Why there was no answer, or the error code in its body; null where it was taken. */
  readonly fault: string | null;
  /** The beginning of the answer. */
  readonly answer: string;
}

/** One fact on its way to one channel. */
export interface DeliveryDoc {
  /** Follows from channel and event: the same fact is written down once, however often it is read. */
  readonly _id: string;
  readonly channel: string;
  /** `evt_` and a digest of the history entry: stays over attempts and replays, and is the same in every channel. */
  readonly eventId: string;
  readonly type: DeliveredType;
  readonly version: number;
  readonly occurredAt: Instant;
  /** Null for a test. */
  readonly renewalId: string | null;
  /** Place in the history of the renewal. Of one renewal the earlier goes out first. */
  readonly sequence: number;
  /** What is delivered one after the other: `<channel>/<renewal>`. */
  readonly lane: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly state: DeliveryState;
  readonly createdAt: Instant;
  /** When it is tried next; null where it is not. */
  readonly nextAt: Instant | null;
  /** Attempts since it was made, or asked for again. */
  readonly attempts: number;
  /** The last attempts, the oldest first. */
  readonly tries: readonly DeliveryTry[];
  readonly replays: number;
  readonly doneAt: Instant | null;
}

export const deliverySchema = new Schema<DeliveryDoc>(
  {
    _id: text,
    channel: text,
    eventId: text,
    type: text,
    version: number,
    occurredAt: text,
    renewalId: textOrNull,
    sequence: number,
    lane: text,
    data: json,
    state: text,
    createdAt: text,
    nextAt: textOrNull,
    attempts: number,
    tries: json,
    replays: number,
    doneAt: textOrNull,
  },
  inCollection('deliveries'),
);

const waiting = { partialFilterExpression: { nextAt: { $type: 'string' } } } as const;
deliverySchema.index({ nextAt: 1, channel: 1 }, { name: 'due', ...waiting });
deliverySchema.index({ channel: 1, nextAt: 1, lane: 1 }, { name: 'due_of_channel', ...waiting });
deliverySchema.index({ lane: 1, sequence: 1 }, { name: 'in_order', ...waiting });
deliverySchema.index({ channel: 1, createdAt: -1, _id: -1 }, { name: 'of_channel' });
deliverySchema.index({ channel: 1, state: 1, createdAt: -1, _id: -1 }, { name: 'by_state' });
deliverySchema.index({ state: 1 }, { name: 'counts' });
deliverySchema.index({ doneAt: 1 }, { name: 'by_end', partialFilterExpression: { doneAt: { $type: 'string' } } });
