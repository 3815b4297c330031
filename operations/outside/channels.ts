import { randomBytes } from 'node:crypto';
import { trusted } from 'mongoose';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { OUTGOING, OUTGOING_TYPES } from '../../domain/outgoing/index.ts';
import type { ChannelKind, DeliveryState, OutgoingType } from '../../domain/outgoing/index.ts';
import type { Locale } from '../../domain/text.ts';
import { addMs, MS_PER_HOUR } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { ChannelDoc } from '../../schemas/channel.ts';
import type { Database } from '../../schemas/connection.ts';
import { afterCursor, pageLimit, pageOf } from '../store/cursor.ts';
import type { Page } from '../store/cursor.ts';
import type { KeyRing } from '../temporal/key-ring.ts';
import { isAllowedAddress } from './allowance.ts';
import type { Allowance } from './allowance.ts';
import { closeTask, holdDeliveries } from './channel-off.ts';
import { checkOutsideUrl, hostOf } from './guard.ts';
import type { Resolve } from './guard.ts';
import { KINDS, servesKind } from './kinds/index.ts';
import { beginPlace, endOfLog } from './place.ts';
import { newWebhookSecret, sealChannelSecret, sealUrl } from './secrets.ts';

/** How long the old secret holds after a new one was made, where nothing else is said. */
const OVERLAP_HOURS = 24;

export interface ChannelContext {
  readonly db: Database;
  readonly keyRing: KeyRing;
  readonly allowance: Allowance;
  readonly resolve?: Resolve;
}

export interface ChannelWish {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly url: string;
  readonly locale: Locale;
  /** Left out: everything for a webhook, what somebody should look at for a chat group. */
  readonly types?: readonly OutgoingType[] | undefined;
  /** Of a bot whose platform has made it. */
  readonly secret?: string | undefined;
}

/** A channel, and its secret where it was made here: told once. */
export interface MadeChannel {
  readonly channel: ChannelDoc;
  readonly secret: string | null;
}

/**
 * A new channel: it is told what happens from now on. Throws `url.forbidden`, `channel.host`, `channel.secret`.
 */
export async function createChannel(
  context: ChannelContext,
  wish: ChannelWish,
  personId: string,
  now: Instant,
): Promise<MadeChannel> {
  const { db, keyRing } = context;
  const { name, kind, locale, types = notableTypes(kind) } = wish;
  const _id = `chn_${randomBytes(9).toString('base64url')}`;
  const url = await checkedUrl(context, kind, wish.url);
  const secret = secretFor(kind, wish.secret);
  const channel: ChannelDoc = {
    _id,
    name,
    kind,
    sealedUrl: sealUrl(keyRing, _id, url.href),
    shownUrl: shownUrl(kind, url),
    locale,
    types: types === null ? null : inOrder(types),
    secrets: secret === null ? [] : [sealChannelSecret(keyRing, _id, secret, now)],
    createdAt: now,
    createdBy: personId,
    updatedAt: now,
    disabledAt: null,
    disabledBecause: null,
    failures: 0,
    failingSince: null,
    restsUntil: null,
    lastDeliveredAt: null,
  };
  const place = await endOfLog(db, now);
  await db.transaction(async (session) => {
    await db.channels.insertMany([channel], { session });
    await beginPlace(db, session, place);
  });
  return { channel, secret: wish.secret === undefined ? secret : null };
}

export interface ChannelChange {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly locale?: Locale | undefined;
  /** Null is everything. */
  readonly types?: readonly OutgoingType[] | null | undefined;
  readonly disabled?: boolean | undefined;
}

/**
 * Changes a channel. One that is switched off keeps what waits for it, and is told nothing of what happens meanwhile;
 * switched on again it goes on with what waited. Throws `resource.not_found`, `url.forbidden`, `channel.host`.
 */
export async function changeChannel(
  context: ChannelContext,
  id: string,
  change: ChannelChange,
  personId: string,
  now: Instant,
): Promise<ChannelDoc> {
  const { db, keyRing } = context;
  const channel = await readChannel(context, id);
  const { name, locale, types, disabled } = change;
  const url = change.url === undefined ? undefined : await checkedUrl(context, channel.kind, change.url);
  const set: Partial<ChannelDoc> = {
    updatedAt: now,
    ...(name === undefined ? {} : { name }),
    ...(locale === undefined ? {} : { locale }),
    ...(types === undefined ? {} : { types: types === null ? null : inOrder(types) }),
    ...(url === undefined
      ? {}
      : { sealedUrl: sealUrl(keyRing, id, url.href), shownUrl: shownUrl(channel.kind, url), restsUntil: null }),
    ...(disabled === undefined ? {} : switched(channel, disabled, now)),
  };
  const goesOn = disabled === false && channel.disabledAt !== null;
  const place = goesOn ? await endOfLog(db, now) : null;
  const changed = await db.transaction(async (session) => {
    if (place !== null) await beginPlace(db, session, place);
    return db.channels
      .findOneAndUpdate({ _id: id }, { $set: set }, { returnDocument: 'after', session })
      .lean<ChannelDoc>();
  });
  if (changed === null) throw missingChannel(id);
  if (disabled === true) await holdDeliveries(db, id);
  if (goesOn) {
    await db.deliveries.updateMany({ channel: id, state: 'held' }, { $set: { state: 'waiting', nextAt: now } });
    await closeTask(db, id, personId, now);
  }
  return changed;
}

function switched(channel: ChannelDoc, disabled: boolean, now: Instant): Partial<ChannelDoc> {
  if (disabled) {
    return channel.disabledAt === null ? { disabledAt: now, disabledBecause: 'person' } : {};
  }
  return { disabledAt: null, disabledBecause: null, failures: 0, failingSince: null, restsUntil: null };
}

/**
 * A new secret. One of ours is told once, and the old one signs as well for a while, so that receivers can change over;
 * never more than two hold. Throws `resource.not_found`, `channel.secret`.
 */
export async function rotateChannelSecret(
  context: ChannelContext,
  id: string,
  given: string | undefined,
  now: Instant,
  overlapHours: number = OVERLAP_HOURS,
): Promise<MadeChannel> {
  const { db, keyRing } = context;
  const channel = await readChannel(context, id);
  const secret = secretFor(channel.kind, given);
  if (secret === null) throw PerennialError.of('channel.secret', {}, { field: 'secret' });
  const current = channel.secrets.find(({ endsAt }) => endsAt === null);
  // A platform that makes its secret itself knows one at a time.
  const old =
    current === undefined || given !== undefined
      ? []
      : [{ ...current, endsAt: addMs(now, overlapHours * MS_PER_HOUR) }];
  const secrets = [...old, sealChannelSecret(keyRing, id, secret, now)];
  const changed = await db.channels
    .findOneAndUpdate(
      { _id: id, updatedAt: channel.updatedAt },
      { $set: { secrets, updatedAt: now } },
      { returnDocument: 'after' },
    )
    .lean<ChannelDoc>();
  // Somebody else was faster: one of the two secrets would never have held.
  if (changed === null) throw PerennialError.of('precondition.failed', { current: id });
  return { channel: changed, secret: given === undefined ? secret : null };
}

/** With what it was sent, and what waits for it. Throws `resource.not_found`. */
export async function deleteChannel({ db }: ChannelContext, id: string, personId: string, now: Instant): Promise<void> {
  const { deletedCount } = await db.channels.deleteOne({ _id: id });
  if (deletedCount === 0) throw missingChannel(id);
  await db.deliveries.deleteMany({ channel: id });
  await closeTask(db, id, personId, now);
}

/** Throws `resource.not_found`. */
export async function readChannel(
  { db }: { readonly db: Pick<Database, 'channels'> },
  id: string,
): Promise<ChannelDoc> {
  const channel = await db.channels.findOne({ _id: id }).lean<ChannelDoc>();
  if (channel === null) throw missingChannel(id);
  return channel;
}

export async function listChannels(
  { db }: Pick<ChannelContext, 'db'>,
  { limit, after }: { readonly limit?: number | undefined; readonly after?: string | undefined },
): Promise<Page<ChannelDoc>> {
  const size = pageLimit(limit);
  const rows = await db.channels
    .find(after === undefined ? {} : afterCursor('name', after, 1))
    .sort({ name: 1, _id: 1 })
    .limit(size + 1)
    .lean<ChannelDoc[]>();
  return pageOf(rows, size, ({ name }) => name);
}

/** How it goes with a channel: what waits, what was given up. Throws `resource.not_found`. */
export async function channelTraffic({ db }: Pick<ChannelContext, 'db'>, id: string) {
  const { failures, failingSince, restsUntil, lastDeliveredAt } = await readChannel({ db }, id);
  const count = (state: DeliveryState) => db.deliveries.countDocuments({ channel: id, state });
  const [waiting, held, dead, oldest] = await Promise.all([
    count('waiting'),
    count('held'),
    count('dead'),
    db.deliveries
      .find({ channel: id, state: trusted({ $in: ['waiting', 'held'] }) }, { createdAt: 1 })
      .sort({ createdAt: 1 })
      .limit(1)
      .lean<{ createdAt: Instant }[]>(),
  ]);
  const waitsSince = oldest[0]?.createdAt ?? null;
  return { waiting, held, dead, waitsSince, failures, failingSince, restsUntil, lastDeliveredAt };
}

function notableTypes(kind: ChannelKind): readonly OutgoingType[] | null {
  return kind === 'webhook' ? null : OUTGOING_TYPES.filter((type) => OUTGOING[type].notable);
}

function inOrder(types: readonly OutgoingType[]): readonly OutgoingType[] {
  return OUTGOING_TYPES.filter((type) => types.includes(type));
}

async function checkedUrl(context: ChannelContext, kind: ChannelKind, text: string): Promise<URL> {
  const url = await checkOutsideUrl(text, 'url', context);
  const host = hostOf(url);
  const { names } = context.allowance;
  if (servesKind(kind, host) || names.has(host) || isAllowedAddress(context.allowance, host)) return url;
  const known = (KINDS[kind].hosts ?? []).map((one) => (one.startsWith('.') ? `*${one}` : one)).join(', ');
  throw PerennialError.of('channel.host', { found: excerpt(host), known }, { field: 'url' });
}

function secretFor(kind: ChannelKind, given: string | undefined): string | null {
  const { secret } = KINDS[kind];
  if (given !== undefined && secret !== 'theirs') throw PerennialError.of('channel.secret', {}, { field: 'secret' });
  return secret === 'ours' ? newWebhookSecret() : (given ?? null);
}

/** Of a chat group the host alone; of a webhook what stands before its query, where tokens are. */
function shownUrl(kind: ChannelKind, url: URL): string {
  return kind === 'webhook' ? `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}` : `${url.origin}/…`;
}

function missingChannel(id: string): PerennialError {
  return PerennialError.of('resource.not_found', { kind: '@kind.channel', id: excerpt(id) });
}
