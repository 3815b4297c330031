import { randomBytes } from 'node:crypto';
import { trusted } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Verification } from '../../domain/events/index.ts';
import { addMs, MS_PER_HOUR } from '../../domain/time/instant.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import { textKey } from '../../schemas/keys.ts';
import type { SourceDoc, SourceLinkDoc, SourceSecret } from '../../schemas/source.ts';
import { newSecret } from '../accounts/secrets.ts';
import { afterCursor, pageLimit, pageOf } from '../store/cursor.ts';
import type { Page } from '../store/cursor.ts';
import type { KeyRing } from '../temporal/key-ring.ts';
import { linkId } from './accept-events.ts';
import { CUSTOM, mappingOf, RAW_MAIL } from './mapping/shipped.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';

/** How long the old secret holds after a new one was made, where nothing else is said. */
const OVERLAP_HOURS = 24;
const SECRET_BYTES = 32;

export interface SourceContext {
  readonly db: Pick<Database, 'sources' | 'sourceLinks' | 'inbox' | 'contracts'>;
  readonly keyRing: KeyRing;
}

export interface SourceWish {
  readonly name: string;
  readonly verification: Verification;
  readonly mapping: string;
  readonly mappingText: string | null;
  /** Of a sender that makes its secrets itself. */
  readonly secret?: string | undefined;
}

/** A new source. Its secret is told once, here. Throws `mapping.…`, `source.secret`. */
export async function createSource(
  { db, keyRing }: SourceContext,
  wish: SourceWish,
  personId: string,
  now: Instant,
): Promise<{ readonly secret: string; readonly source: SourceDoc }> {
  checkMapping(wish);
  checkVerification(wish);
  const _id = `src_${randomBytes(9).toString('base64url')}`;
  const secret = secretFor(wish.verification, wish.secret);
  const source: SourceDoc = {
    _id,
    name: wish.name,
    verification: wish.verification,
    mapping: wish.mapping,
    mappingText: wish.mappingText,
    secrets: [sealed(keyRing, _id, secret, now)],
    createdAt: now,
    createdBy: personId,
    updatedAt: now,
    disabledAt: null,
    counts: { accepted: 0, duplicates: 0, refused: 0 },
    lastReceivedAt: null,
    lastRefusedAt: null,
    lastRefusal: null,
  };
  await db.sources.insertMany([source]);
  return { secret, source };
}

/**
 * A new secret beside the old one, which holds for a while so that no delivery is lost; never more than two hold.
 * Throws `resource.not_found`, `source.secret`.
 */
export async function rotateSecret(
  context: SourceContext,
  id: string,
  given: string | undefined,
  now: Instant,
  overlapHours: number = OVERLAP_HOURS,
): Promise<{ readonly secret: string; readonly source: SourceDoc }> {
  const { db, keyRing } = context;
  const source = await readSource(context, id);
  const secret = secretFor(source.verification, given);
  const current = source.secrets.find(({ endsAt }) => endsAt === null);
  const old = current === undefined ? [] : [{ ...current, endsAt: addMs(now, overlapHours * MS_PER_HOUR) }];
  const secrets = [...old, sealed(keyRing, id, secret, now)];
  const changed = await db.sources
    .findOneAndUpdate(
      { _id: id, updatedAt: source.updatedAt },
      { $set: { secrets, updatedAt: now } },
      { returnDocument: 'after' },
    )
    .lean<SourceDoc>();
  // Somebody else was faster: one of the two secrets would never have held.
  if (changed === null) throw PerennialError.of('precondition.failed', { current: id });
  return { secret, source: changed };
}

/** The secrets that hold now, in the clear. */
export function secretsOf(keyRing: KeyRing, source: SourceDoc, now: Instant): readonly string[] {
  return source.secrets
    .filter(({ endsAt }) => endsAt === null || endsAt > now)
    .map(({ id, sealed: text }) => openSecret(keyRing, text, placeOf(source._id, id)));
}

export type SourceChange = Partial<Pick<SourceDoc, 'name' | 'mapping' | 'mappingText'>> & {
  readonly disabled?: boolean | undefined;
};

/** Throws `resource.not_found`, `mapping.…`. */
export async function changeSource(
  context: SourceContext,
  id: string,
  { disabled, ...change }: SourceChange,
  now: Instant,
): Promise<SourceDoc> {
  const source = await readSource(context, id);
  const wanted = { ...source, ...change };
  if (wanted.mapping !== CUSTOM && change.mappingText === undefined) wanted.mappingText = null;
  checkMapping(wanted);
  checkVerification(wanted);
  const { name, mapping, mappingText } = wanted;
  const disabledAt = disabled === undefined ? source.disabledAt : disabled ? (source.disabledAt ?? now) : null;
  const set = { name, mapping, mappingText, disabledAt, updatedAt: now };
  const changed = await context.db.sources
    .findOneAndUpdate({ _id: id }, { $set: set }, { returnDocument: 'after' })
    .lean<SourceDoc>();
  if (changed === null) throw missing(id);
  return changed;
}

/** What it has sent stays; what it sends from now on is refused. False where there is none. */
export async function deleteSource({ db }: SourceContext, id: string): Promise<boolean> {
  const { deletedCount } = await db.sources.deleteOne({ _id: id });
  await db.sourceLinks.deleteMany({ source: id });
  return deletedCount > 0;
}

/** Throws `resource.not_found`. */
export async function readSource({ db }: Pick<SourceContext, 'db'>, id: string): Promise<SourceDoc> {
  const source = await db.sources.findOne({ _id: id }).lean<SourceDoc>();
  if (source === null) throw missing(id);
  return source;
}

export async function listSources(
  { db }: Pick<SourceContext, 'db'>,
  { limit, after }: { readonly limit?: number | undefined; readonly after?: string | undefined },
): Promise<Page<SourceDoc>> {
  const size = pageLimit(limit);
  const rows = await db.sources
    .find(after === undefined ? {} : afterCursor('name', after, 1))
    .sort({ name: 1, _id: 1 })
    .limit(size + 1)
    .lean<SourceDoc[]>();
  return pageOf(rows, size, ({ name }) => name);
}

/** Says which contract a record of the source is about, and wakes what has waited for it. Throws `resource.not_found`. */
export async function linkReference(
  context: SourceContext,
  source: string,
  reference: string,
  contractNumber: string,
  personId: string,
  now: Instant,
): Promise<SourceLinkDoc> {
  const { db } = context;
  await readSource(context, source);
  const contract = await db.contracts.findOne({ numberKey: textKey(contractNumber) }, { _id: 1 }).lean();
  if (contract === null) {
    throw PerennialError.of('resource.not_found', { kind: '@kind.contract', id: excerpt(contractNumber) });
  }
  const link = await db.sourceLinks
    .findOneAndUpdate(
      { _id: linkId(source, reference) },
      {
        $set: { source, reference, contractId: contract._id, createdAt: now, createdBy: personId },
        $inc: { revision: 1 },
      },
      { upsert: true, returnDocument: 'after' },
    )
    .lean<SourceLinkDoc>();
  await db.inbox.updateMany(
    { source, 'subject.reference': reference, state: 'parked', nextAt: trusted({ $type: 'string' }) },
    { $set: { nextAt: now } },
  );
  if (link === null) throw missing(source);
  return link;
}

/** False where there is none. */
export async function unlinkReference({ db }: SourceContext, source: string, reference: string): Promise<boolean> {
  const { deletedCount } = await db.sourceLinks.deleteOne({ _id: linkId(source, reference) });
  return deletedCount > 0;
}

export async function listLinks(
  { db }: Pick<SourceContext, 'db'>,
  source: string,
  { limit, after }: { readonly limit?: number | undefined; readonly after?: string | undefined },
): Promise<Page<SourceLinkDoc>> {
  const size = pageLimit(limit);
  const where = after === undefined ? [{ source }] : [{ source }, afterCursor('reference', after, 1)];
  const rows = await db.sourceLinks
    .find({ $and: where })
    .sort({ reference: 1, _id: 1 })
    .limit(size + 1)
    .lean<SourceLinkDoc[]>();
  return pageOf(rows, size, ({ reference }) => reference);
}

/** The mapping can be read, and has a text of its own exactly where it is one's own. */
function checkMapping({ mapping, mappingText }: Pick<SourceWish, 'mapping' | 'mappingText'>): void {
  if ((mapping === CUSTOM) !== (mappingText !== null)) {
    throw PerennialError.of(
      'mapping.field',
      { field: 'mappingText', found: mappingText === null ? '–' : mapping },
      { field: 'mappingText' },
    );
  }
  if (mapping !== RAW_MAIL) mappingOf({ mapping, mappingText });
}

/** HubSpot signs events of its own, and no mails. */
function checkVerification({ mapping, verification }: Pick<SourceWish, 'mapping' | 'verification'>): void {
  if (mapping !== RAW_MAIL || verification !== 'hubspot') return;
  const params = { found: verification, known: 'standard webhooks, token' };
  throw PerennialError.of('source.mail_verification', params, { field: 'verification' });
}

function secretFor(verification: Verification, given: string | undefined): string {
  if ((verification === 'hubspot') !== (given !== undefined)) {
    throw PerennialError.of('source.secret', {}, { field: 'secret' });
  }
  if (given !== undefined) return given;
  // A token travels in fields that take 50 signs at most.
  return verification === 'token' ? newSecret() : `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

function sealed(keyRing: KeyRing, source: string, secret: string, now: Instant): SourceSecret {
  const id = randomBytes(6).toString('base64url');
  return { id, sealed: sealSecret(keyRing, secret, placeOf(source, id)), createdAt: now, endsAt: null };
}

function placeOf(source: string, secret: string): string {
  return `source/${source}/${secret}`;
}

function missing(id: string): PerennialError {
  return PerennialError.of('resource.not_found', { kind: '@kind.source', id: excerpt(id) });
}
