import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import type { Instant } from '../domain/time/types.ts';
import type { ClientKeyDoc } from './client-key.ts';
import type { Database } from './connection.ts';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Turns a JSON value into ciphertext. `place` must be given again to open it: a ciphertext can't be moved. */
export type Seal = (value: unknown, place: string) => string;

/** The value of a ciphertext; undefined where its key was erased. Throws where it was tampered with. */
export type Open = (sealed: string, place: string) => unknown;

/**
 * The keys that seal the personal data of each client in the history. Erasing a client's key makes all of
 * them unreadable at once, while the chain of hashes, taken over the ciphertext, stays whole.
 */
export interface ClientKeys {
  /** Seals under the client's current key, made on first use within `session`. */
  sealer(clientId: string, session: ClientSession): Promise<Seal>;
  opener(clientIds: readonly string[]): Promise<(clientId: string) => Open>;
  /** Destroys all keys of the client. What is written later gets a new key. */
  erase(clientId: string, at: Instant): Promise<void>;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** The keys as the database keeps them. */
export function createClientKeys(db: Pick<Database, 'clientKeys'>): ClientKeys {
  return {
    async sealer(clientId, session) {
      const last = await db.clientKeys
        .findOne({ clientId }, null, { session })
        .sort({ serial: -1 })
        .lean<ClientKeyDoc>();
      if (last !== null && last.key !== null) return sealWith(last.serial, last.key, clientId);
      const serial = (last?.serial ?? 0) + 1;
      const key = randomBytes(KEY_BYTES).toString('base64');
      await db.clientKeys.create([{ _id: `${clientId}#${serial}`, clientId, serial, key, erasedAt: null }], {
        session,
      });
      return sealWith(serial, key, clientId);
    },
    async opener(clientIds) {
      const keys = await db.clientKeys
        .find({ clientId: trusted({ $in: [...new Set(clientIds)] }) })
        .lean<ClientKeyDoc[]>();
      const byId = new Map(keys.map((doc) => [doc._id, doc.key]));
      return (clientId) => (sealed, place) =>
        openSealed(sealed, clientId, place, (serial) => byId.get(`${clientId}#${serial}`) ?? null);
    },
    async erase(clientId, at) {
      await db.clientKeys.updateMany({ clientId, erasedAt: null }, { $set: { key: null, erasedAt: at } });
    },
  };
}

function sealWith(serial: number, key: string, clientId: string): Seal {
  return (value, place) => {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, Buffer.from(key, 'base64'), iv);
    cipher.setAAD(boundTo(clientId, place));
    const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return `v1.${serial}.${Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64url')}`;
  };
}

function openSealed(
  sealed: string,
  clientId: string,
  place: string,
  keyOf: (serial: number) => string | null,
): unknown {
  const match = /^v1\.(\d+)\.([\w-]+)$/.exec(sealed);
  if (match === null) throw new Error(`not a sealed value at ${place}`);
  const key = keyOf(Number(match[1]));
  if (key === null) return undefined;
  const bytes = Buffer.from(match[2] ?? '', 'base64url');
  const decipher = createDecipheriv(ALGORITHM, Buffer.from(key, 'base64'), bytes.subarray(0, IV_BYTES));
  decipher.setAAD(boundTo(clientId, place));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  return JSON.parse(text.toString('utf8')) as unknown;
}

function boundTo(clientId: string, place: string): Buffer {
  return Buffer.from(`${clientId}\n${place}`, 'utf8');
}
