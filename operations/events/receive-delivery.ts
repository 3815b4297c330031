import { createHash } from 'node:crypto';
import { PerennialError } from '../../domain/errors/index.ts';
import { MS_PER_HOUR, msBetween } from '../../domain/time/instant.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { SourceDoc } from '../../schemas/source.ts';
import { NOBODY, recordAudit } from '../audit/append.ts';
import { acceptMail } from '../mail-in/accept-mail.ts';
import type { MailFate } from '../mail-in/accept-mail.ts';
import type { KeyRing } from '../temporal/key-ring.ts';
import { acceptEvents, isKnownDelivery } from './accept-events.ts';
import type { Acceptance, Incoming } from './accept-events.ts';
import { applyMapping } from './mapping/apply.ts';
import type { Mapped, MappingInput } from './mapping/apply.ts';
import { mappingOf, RAW_MAIL } from './mapping/shipped.ts';
import { at } from './mapping/values.ts';
import { secretsOf } from './sources.ts';
import { verifyDelivery, verifyToken } from './verify-delivery.ts';
import type { Delivery } from './verify-delivery.ts';

export interface ReceiveContext {
  readonly db: Database;
  readonly keyRing: KeyRing;
  /** Strict JSON of the bytes. Throws `json.…`. */
  readonly readJson: (body: Buffer) => unknown;
  readonly check: MappingInput['check'];
}

/** What became of a delivery. All of it is stored. */
export interface Received {
  /** It was taken before, whole. */
  readonly duplicate: boolean;
  /** Something newer is known of all that is in it. */
  readonly stale: boolean;
  /** Events that will be told. */
  readonly accepted: number;
  /** Elements that no rule wants. */
  readonly ignored: number;
  /** Elements that a rule wants and cannot read: they wait for a person. */
  readonly faulty: number;
}

/** Where senders that cannot sign put the secret of their source. */
export const TOKEN_HEADER = 'x-perennial-token';

/**
 * Takes what a source has sent: checks that it is from there, turns it into events and stores them. Throws
 * `webhook.…`, the same for a source that is not there as for a wrong signature, and `json.…`.
 */
export async function receiveDelivery(
  context: ReceiveContext,
  sourceId: string,
  delivery: Delivery,
): Promise<Received> {
  return ofSource(context.db, sourceId, delivery.now, async (source) => {
    const { id, payload } = open(context, source, delivery);
    if (source === null) throw PerennialError.of('webhook.signature');
    return take(context, source, id, payload, delivery.now);
  });
}

/**
 * Takes a mail that a source has sent, as `message/rfc822` or as JSON with the mail in base64. Throws `webhook.…`,
 * `json.…` and `mail.raw`; never for what stands in the mail itself.
 */
export async function receiveMail(
  context: ReceiveContext,
  sourceId: string,
  delivery: Delivery,
): Promise<{ readonly fate: MailFate }> {
  const { db, keyRing, readJson } = context;
  return ofSource(db, sourceId, delivery.now, async (source) => {
    const verification = source?.verification ?? 'standard webhooks';
    const secrets = secretsInForce(keyRing, source, delivery.now);
    if (verification === 'token') verifyToken(delivery.header(TOKEN_HEADER), secrets);
    else verifyDelivery(verification, delivery, secrets);
    if (source === null) throw PerennialError.of('webhook.signature');
    if (source.mapping !== RAW_MAIL) throw wrongKind('events', sourceId);
    const arrival = { raw: rawOf(delivery, readJson), via: source._id, arrivedAt: null };
    const fate = await acceptMail(db, arrival, delivery.now);
    await count(db, source, fate === 'duplicate' ? { 'counts.duplicates': 1 } : { 'counts.accepted': 1 }, delivery.now);
    return { fate };
  });
}

/** What came from a source; refusals of one that is known are counted. */
async function ofSource<T>(
  db: Database,
  sourceId: string,
  now: Instant,
  work: (source: SourceDoc | null) => Promise<T>,
): Promise<T> {
  const source = await db.sources.findOne({ _id: sourceId }).lean<SourceDoc>();
  try {
    return await work(source);
  } catch (error) {
    if (source !== null && error instanceof PerennialError) await countRefusal(db, source, error, now);
    throw error;
  }
}

/** None where the source is unknown or switched off. */
function secretsInForce(keyRing: KeyRing, source: SourceDoc | null, now: Instant): readonly string[] {
  return source === null || source.disabledAt !== null ? [] : secretsOf(keyRing, source, now);
}

function wrongKind(kind: 'events' | 'mails', sourceId: string): PerennialError {
  const path = `/v1/webhooks/${sourceId}${kind === 'mails' ? '/mail' : ''}`;
  return PerennialError.of('webhook.kind', { kind: `@sourcekind.${kind}`, path });
}

const EXAMPLE = '{"raw": "<base64>"}';

function rawOf({ body, header }: Delivery, readJson: ReceiveContext['readJson']): Buffer {
  if (/^message\/rfc822\b/i.test(header('content-type') ?? '')) {
    if (body.length > 0) return body;
    throw PerennialError.of('mail.raw', { example: EXAMPLE });
  }
  const json = readJson(body);
  const text = typeof json === 'object' && json !== null && 'raw' in json ? json.raw : undefined;
  const isBase64 = typeof text === 'string' && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text);
  const raw = isBase64 ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (raw.length === 0) throw PerennialError.of('mail.raw', { example: EXAMPLE }, { field: 'raw' });
  return raw;
}

/** The payload of a delivery that is from its source. */
function open(
  { keyRing, readJson }: ReceiveContext,
  source: SourceDoc | null,
  delivery: Delivery,
): { readonly id: string; readonly payload: unknown } {
  const verification = source?.verification ?? 'standard webhooks';
  const secrets = secretsInForce(keyRing, source, delivery.now);
  const isMail = source?.mapping === RAW_MAIL;
  if (verification !== 'token') {
    const id = verifyDelivery(verification, delivery, secrets);
    if (isMail) throw wrongKind('mails', source._id);
    return { id: id ?? digestOf(delivery.body), payload: readJson(delivery.body) };
  }
  const inHeader = delivery.header(TOKEN_HEADER);
  if (inHeader !== undefined || isMail) verifyToken(inHeader, secrets);
  if (isMail) throw wrongKind('mails', source._id);
  const payload = readJson(delivery.body);
  // Zoho sends the token within the body: it must be read first.
  const path = source === null ? undefined : mappingOf(source).token;
  if (inHeader === undefined) {
    verifyToken(path === undefined ? undefined : at(path, { payload, element: payload }), secrets);
  }
  return { id: digestOf(delivery.body), payload: path === undefined ? payload : without(payload, path) };
}

/** The payload without what stands at a path: a secret must not be kept with what came. */
function without(payload: unknown, path: string): unknown {
  const keys = path.replace(/^\$\.?/, '').split('.');
  const [last] = keys.splice(-1);
  const copy = structuredClone(payload);
  const holder = keys.length === 0 ? copy : at(keys.join('.'), { payload: copy, element: copy });
  if (last !== undefined && typeof holder === 'object' && holder !== null) Reflect.deleteProperty(holder, last);
  return copy;
}

async function take(
  { db, check }: ReceiveContext,
  source: SourceDoc,
  id: string,
  payload: unknown,
  now: Instant,
): Promise<Received> {
  if (await isKnownDelivery(db, source._id, id)) {
    await count(db, source, { 'counts.duplicates': 1 }, now);
    return { duplicate: true, stale: false, accepted: 0, ignored: 0, faulty: 0 };
  }
  const mapped = applyMapping(mappingOf(source), { payload, source: source._id, delivery: id, now, check });
  const incoming =
    mapped.length === 0 ? [nothing(source, id, payload)] : mapped.map((one) => incomingOf(one, source, id));
  const results = await acceptEvents(db, incoming, now);
  const received = summary(incoming, results);
  await count(db, source, received.duplicate ? { 'counts.duplicates': 1 } : { 'counts.accepted': 1 }, now);
  return received;
}

/** An element as it goes into the inbox. */
export function incomingOf(
  { eventId, foreignType, payload, result }: Mapped,
  source: Pick<SourceDoc, '_id'>,
  delivery: string | null,
): Incoming {
  // What has been read need not be kept as it came.
  if ('event' in result) return { ...result.event, origin: { delivery, foreignType, payload: null } };
  const origin = { delivery, foreignType, payload };
  const common = { source: source._id, eventId, origin };
  if ('ignored' in result) return { ...common, state: 'ignored', problem: result.ignored };
  const [first] = result.faults;
  if (first === undefined) throw new Error('a fault without a problem');
  return { ...common, state: 'dead', problem: first };
}

/** A delivery with no elements is kept too: that it came may matter to somebody. */
function nothing(source: SourceDoc, delivery: string, payload: unknown): Incoming {
  const problem = { code: 'event.unmapped', params: { found: '[]' }, severity: 'error' } as const;
  return {
    source: source._id,
    eventId: delivery,
    state: 'ignored',
    problem,
    origin: { delivery, foreignType: null, payload },
  };
}

function summary(incoming: readonly Incoming[], results: readonly Acceptance[]): Received {
  const of = (state: 'ignored' | 'dead') =>
    incoming.filter((one, i) => 'state' in one && one.state === state && results[i] === 'accepted').length;
  const [ignored, faulty] = [of('ignored'), of('dead')];
  return {
    duplicate: results.every((result) => result === 'duplicate'),
    stale: results.includes('stale') && !results.includes('accepted'),
    accepted: results.filter((result) => result === 'accepted').length - ignored - faulty,
    ignored,
    faulty,
  };
}

function digestOf(body: Buffer): string {
  return `body_${createHash('sha256').update(body).digest('base64url')}`;
}

type Increments = Readonly<Record<string, number>>;

async function count(db: ReceiveContext['db'], source: SourceDoc, increments: Increments, now: Instant): Promise<void> {
  await db.sources.updateOne({ _id: source._id }, { $inc: increments, $set: { lastReceivedAt: now } });
}

async function countRefusal(
  db: ReceiveContext['db'],
  source: SourceDoc,
  error: PerennialError,
  now: Instant,
): Promise<void> {
  const lastRefusal = error.problems[0]?.code ?? null;
  // Whoever tries must not be able to fill the log: the first of an hour stands in it, the others are counted.
  if (source.lastRefusedAt === null || msBetween(source.lastRefusedAt, now) > MS_PER_HOUR) {
    const target = { kind: 'source', id: source._id };
    await recordAudit(db, {
      at: now,
      name: 'deliveries refused',
      actor: NOBODY,
      target,
      detail: { code: lastRefusal },
    });
  }
  await db.sources.updateOne(
    { _id: source._id },
    { $inc: { 'counts.refused': 1 }, $set: { lastRefusedAt: now, lastRefusal } },
  );
}
