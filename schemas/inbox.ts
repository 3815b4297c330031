import { Schema } from 'mongoose';
import type { Problem } from '../domain/errors/index.ts';
import type { EventSubject, EventType, InboxState } from '../domain/events/index.ts';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, json, jsonOrNull, number, text, textOrNull } from './fields.ts';

/** A fact from outside. It is stored before its sender is answered, and never lost from then on. */
export interface InboxDoc {
  /** `evt_` and a digest of source and event id: the same event again has the same one. */
  readonly _id: string;
  /** Id of a source, or the name that a caller of the API gives. */
  readonly source: string;
  readonly eventId: string;
  /** The delivery that it came with, as its sender numbers it; null from the API. */
  readonly delivery: string | null;
  /** Null where nothing of ours could be made of it. */
  readonly type: EventType | null;
  /** How the sender calls it, where it came through a mapping. */
  readonly foreignType: string | null;
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly subject: EventSubject | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** As it came, where nothing could be made of it: a person may want to map it anew. */
  readonly payload: unknown;
  readonly state: InboxState;
  readonly attempts: number;
  /** When it is looked at next; null where it is done with. */
  readonly nextAt: Instant | null;
  /** Until when a parked one waits. */
  readonly deadline: Instant;
  /** What it is about, as far as that is known on arrival: events of one lane are told one after the other. */
  readonly lane: string;
  /** Lanes are shared out between processes by this number. */
  readonly partition: number;
  /** Ids of the renewals that were told. */
  readonly renewals: readonly string[];
  readonly problem: Problem | null;
  /** Person who retried or discarded it last. */
  readonly touchedBy: string | null;
  readonly doneAt: Instant | null;
}

export const inboxSchema = new Schema<InboxDoc>(
  {
    _id: text,
    source: text,
    eventId: text,
    delivery: textOrNull,
    type: textOrNull,
    foreignType: textOrNull,
    occurredAt: text,
    receivedAt: text,
    subject: jsonOrNull,
    data: json,
    payload: jsonOrNull,
    state: text,
    attempts: number,
    nextAt: textOrNull,
    deadline: text,
    lane: text,
    partition: number,
    renewals: json,
    problem: jsonOrNull,
    touchedBy: textOrNull,
    doneAt: textOrNull,
  },
  inCollection('inbox'),
);

const waiting = { partialFilterExpression: { nextAt: { $type: 'string' } } } as const;
inboxSchema.index({ nextAt: 1, partition: 1 }, { name: 'due', ...waiting });
inboxSchema.index({ partition: 1, occurredAt: 1, _id: 1 }, { name: 'due_in_order', ...waiting });
inboxSchema.index({ receivedAt: -1, _id: -1 }, { name: 'by_arrival' });
inboxSchema.index({ state: 1, receivedAt: -1, _id: -1 }, { name: 'by_state' });
inboxSchema.index({ source: 1, receivedAt: -1, _id: -1 }, { name: 'by_source' });
inboxSchema.index({ lane: 1, type: 1, occurredAt: -1 }, { name: 'by_lane' });
inboxSchema.index(
  { source: 1, delivery: 1 },
  { name: 'by_delivery', partialFilterExpression: { delivery: { $type: 'string' } } },
);
inboxSchema.index({ doneAt: 1 }, { name: 'by_end', partialFilterExpression: { doneAt: { $type: 'string' } } });

/** Which process does a part of the work, and until when it may. */
export interface InboxLeaseDoc {
  /** The number of a partition of the inbox; `outbox`, or `channel/<id>`, for what goes out. */
  readonly _id: string;
  readonly holder: string;
  readonly until: Instant;
}

export const inboxLeaseSchema = new Schema<InboxLeaseDoc>(
  { _id: text, holder: text, until: text },
  inCollection('inboxLeases'),
);
