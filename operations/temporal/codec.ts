import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { PerennialError } from '../../domain/errors/index.ts';
import type { KeyRing } from './key-ring.ts';

const ENCODING = 'binary/encrypted';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Temporal refuses payloads over 2 MiB; the bound keeps a forged one from filling the memory. */
const MAX_PLAIN_BYTES = 16 * 1024 * 1024;
/** Below this, deflate's own overhead eats what it gains. */
const WORTH_COMPRESSING = 512;
/** Half the time of the default for 3 % more bytes, on payloads of 2 to 16 KB. */
const LEVEL = 3;

const { Payload: PayloadProto } = proto.temporal.api.common.v1;

/**
 * Compresses (where that makes it smaller) and encrypts every payload with AES-256-GCM. Key id and
 * compression stand in the metadata and are covered by the tag, so that changing them is found too.
 *
 * Data that were never encrypted pass through `decode` as they are: a person may send a signal with
 * the plain Temporal CLI. Throws {@link PerennialError} `codec.key_unknown` or `codec.damaged`.
 */
export function createCodec(ring: KeyRing): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, ring)),
    decode: async (payloads) => payloads.map((payload) => decrypt(payload, ring)),
  };
}

function encrypt(payload: Payload, ring: KeyRing): Payload {
  const plain = PayloadProto.encode(payload).finish();
  const deflated = plain.length >= WORTH_COMPRESSING ? deflateRawSync(plain, { level: LEVEL }) : undefined;
  const compressed = deflated !== undefined && deflated.length < plain.length;
  const compression = compressed ? 'deflate-raw' : 'none';
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(ring, ring.current), iv);
  cipher.setAAD(associated(ring.current, compression));
  const body = Buffer.concat([cipher.update(compressed ? deflated : plain), cipher.final()]);
  return {
    metadata: {
      encoding: utf8(ENCODING),
      'encryption-cipher': utf8(CIPHER),
      'encryption-key-id': utf8(ring.current),
      compression: utf8(compression),
    },
    data: Buffer.concat([iv, cipher.getAuthTag(), body]),
  };
}

function decrypt(payload: Payload, ring: KeyRing): Payload {
  if (textOf(payload, 'encoding') !== ENCODING) return payload;
  const id = textOf(payload, 'encryption-key-id');
  const key = keyOf(ring, id);
  try {
    const data = payload.data ?? new Uint8Array();
    const compression = textOf(payload, 'compression');
    const decipher = createDecipheriv(CIPHER, key, data.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(associated(id, compression));
    decipher.setAuthTag(data.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const body = Buffer.concat([decipher.update(data.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    const plain = compression === 'deflate-raw' ? inflateRawSync(body, { maxOutputLength: MAX_PLAIN_BYTES }) : body;
    const { metadata, data: inner } = PayloadProto.decode(plain);
    return { metadata, data: inner };
  } catch {
    // Deliberately one answer for every cause: a wrong tag must not tell how far the reading came.
    throw PerennialError.of('codec.damaged', { id });
  }
}

function keyOf(ring: KeyRing, id: string): KeyObject {
  const key = ring.keys.get(id);
  if (key === undefined) {
    throw PerennialError.of('codec.key_unknown', { id, known: [...ring.keys.keys()].join(', ') });
  }
  return key;
}

function associated(keyId: string, compression: string): Buffer {
  return utf8(`${ENCODING}\n${keyId}\n${compression}`);
}

function textOf(payload: Payload, name: string): string {
  const value = payload.metadata?.[name];
  return value ? Buffer.from(value).toString('utf8') : '';
}

function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}
