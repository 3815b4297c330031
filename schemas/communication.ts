import { Schema } from 'mongoose';
import type { Actor } from '../domain/people/types.ts';
import type { Channel } from '../domain/renewal/facts.ts';
import type { Instant } from '../domain/time/types.ts';
import { flag, inCollection, json, text, textOrNull } from './fields.ts';

/** One line of a renewal's communication log (沟通记录). Mail that the engine sends stands in the send ledger instead. */
export interface CommunicationDoc {
  /** `<renewal id>/<id of the history entry>` */
  readonly _id: string;
  readonly renewalId: string;
  readonly contractId: string;
  readonly clientId: string;
  readonly at: Instant;
  readonly channel: Channel;
  /** `in`: the client wrote or called; `out`: we did. */
  readonly direction: 'in' | 'out';
  readonly contactId: string | null;
  readonly reached: boolean;
  readonly note: string | null;
  readonly promise: string | null;
  readonly nextStep: string | null;
  readonly by: Actor;
}

export const communicationSchema = new Schema<CommunicationDoc>(
  {
    _id: text,
    renewalId: text,
    contractId: text,
    clientId: text,
    at: text,
    channel: text,
    direction: text,
    contactId: textOrNull,
    reached: flag,
    note: textOrNull,
    promise: textOrNull,
    nextStep: textOrNull,
    by: json,
  },
  inCollection('communications'),
);

communicationSchema.index({ renewalId: 1, at: -1 }, { name: 'of_renewal' });
communicationSchema.index({ clientId: 1, at: -1 }, { name: 'of_client' });
