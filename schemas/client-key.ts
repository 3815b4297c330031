import { Schema } from 'mongoose';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, number, text, textOrNull } from './fields.ts';

/**
 * The key under which personal data in the history of one client are sealed. Erasing sets `key` to null
 * for good; whatever is written for the client afterwards is sealed under a new document with the next serial.
 */
export interface ClientKeyDoc {
  /** `<client id>#<serial>` */
  readonly _id: string;
  readonly clientId: string;
  readonly serial: number;
  /** 32 bytes in base64; null once erased. */
  readonly key: string | null;
  readonly erasedAt: Instant | null;
}

export const clientKeySchema = new Schema<ClientKeyDoc>(
  { _id: text, clientId: text, serial: number, key: textOrNull, erasedAt: textOrNull },
  inCollection('clientKeys'),
);

clientKeySchema.index({ clientId: 1, serial: -1 }, { unique: true, name: 'one_key_per_serial' });
