import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Locale } from '../../domain/text.ts';
import { applyMapping } from '../../operations/events/mapping/apply.ts';
import type { Mapped } from '../../operations/events/mapping/apply.ts';
import { readMapping } from '../../operations/events/mapping/language.ts';
import { mappingOf, RAW_MAIL, SHIPPED_MAPPINGS, shippedText } from '../../operations/events/mapping/shipped.ts';
import { noteChange } from '../../operations/events/note.ts';
import { receiveDelivery, receiveMail } from '../../operations/events/receive-delivery.ts';
import type { Delivery } from '../../operations/events/verify-delivery.ts';
import * as sources from '../../operations/events/sources.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import type { SourceDoc, SourceLinkDoc } from '../../schemas/source.ts';
import { bind, bindPublic } from '../call.ts';
import type { BoundRoute, Call } from '../call.ts';
import { checkEvent } from '../check-event.ts';
import * as contracts from '../contracts/sources.ts';
import type { ApiDeps } from '../deps.ts';
import { readJson } from '../http/bodies.ts';
import { errorOf } from '../problem.ts';

export const sourceRoutes: readonly BoundRoute[] = [
  bind(contracts.listSources, async ({ deps, query }) => {
    const { items, next } = await sources.listSources(deps.context, query);
    return { items: items.map((source) => sourceOf(source, deps)), next };
  }),

  bind(contracts.getSource, async ({ deps, params }) =>
    sourceOf(await sources.readSource(deps.context, params.sourceId), deps),
  ),

  bind(contracts.sourceTraffic, async ({ deps, params }) => {
    const source = await sources.readSource(deps.context, params.sourceId);
    const { counts, lastReceivedAt, lastRefusedAt, lastRefusal } = source;
    return { ...counts, lastReceivedAt, lastRefusedAt, lastRefusal };
  }),

  bind(contracts.createSource, async ({ deps, body, principal, address, now }) => {
    const wish = { ...body, mappingText: body.mappingText ?? null };
    const { secret, source } = await sources.createSource(deps.context, wish, principal.person.id, now);
    await noteChange(deps.context.db, doerOf(principal, address), 'source made', 'source', source._id, now);
    return { secret, source: sourceOf(source, deps) };
  }),

  bind(contracts.changeSource, async ({ deps, params, body, principal, address, now, reply }) => {
    reply.matchVersion(sourceOf(await sources.readSource(deps.context, params.sourceId), deps));
    await noteChange(deps.context.db, doerOf(principal, address), 'source changed', 'source', params.sourceId, now);
    const { name, mapping, mappingText, disabled } = body;
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(mapping === undefined ? {} : { mapping }),
      ...(mappingText === undefined ? {} : { mappingText }),
      disabled,
    };
    return sourceOf(await sources.changeSource(deps.context, params.sourceId, change, now), deps);
  }),

  bind(contracts.rotateSourceSecret, async ({ deps, params, body, principal, address, now }) => {
    const { secret: given, overlapHours } = body;
    await noteChange(deps.context.db, doerOf(principal, address), 'source secret made', 'source', params.sourceId, now);
    const rotated = await sources.rotateSecret(deps.context, params.sourceId, given, now, overlapHours);
    return { secret: rotated.secret, source: sourceOf(rotated.source, deps) };
  }),

  bind(contracts.deleteSource, async ({ deps, params, principal, address, now }) => {
    await noteChange(deps.context.db, doerOf(principal, address), 'source removed', 'source', params.sourceId, now);
    const deleted = await sources.deleteSource(deps.context, params.sourceId);
    if (!deleted) throw missing('source', params.sourceId);
  }),

  bind(contracts.trySource, async ({ deps, params, body, now, locale }) => {
    const source = await sources.readSource(deps.context, params.sourceId);
    const text = body.mappingText ?? null;
    const mapping = text === null ? mappingOf(source) : readMapping(text);
    const input = { payload: body.payload, source: source._id, delivery: 'try', now, check: checkEvent };
    return { items: applyMapping(mapping, input).map((one) => triedOf(one, locale)) };
  }),

  bind(contracts.listSourceLinks, async ({ deps, params, query }) => {
    await sources.readSource(deps.context, params.sourceId);
    const { items, next } = await sources.listLinks(deps.context, params.sourceId, query);
    return { items: items.map(linkOf), next };
  }),

  bind(contracts.linkReference, async ({ deps, params, body, principal, address, now }) => {
    const { sourceId, reference } = params;
    await noteChange(deps.context.db, doerOf(principal, address), 'source linked', 'source', sourceId, now);
    const by = principal.person.id;
    const link = await sources.linkReference(deps.context, sourceId, reference, body.contractNumber, by, now);
    deps.onEvents?.();
    return linkOf(link);
  }),

  bind(contracts.unlinkReference, async ({ deps, params }) => {
    const removed = await sources.unlinkReference(deps.context, params.sourceId, params.reference);
    if (!removed) throw missing('link', params.reference);
  }),

  bind(contracts.listMappings, async ({ locale }) => ({
    items: SHIPPED_MAPPINGS.map((id) => {
      const { version, name, about } = mappingOf({ mapping: id, mappingText: null });
      return { id, version, name: name[locale], about: about?.[locale] ?? '', text: shippedText(id) };
    }),
  })),

  bindPublic(contracts.receiveDelivery, async ({ deps, params, body, headers, now, reply }) => {
    const { sourceId } = params;
    const delivery = deliveryOf({ deps, body, headers, now }, addressOf(sourceId, deps));
    const { db, keyRing } = deps.context;
    const received = await receiveDelivery({ db, keyRing, readJson, check: checkEvent }, sourceId, delivery);
    if (received.accepted > 0) deps.onEvents?.();
    if (received.duplicate || received.stale) reply.status(200);
    return received;
  }),

  bindPublic(contracts.receiveMail, async ({ deps, params, body, headers, now, reply }) => {
    const { sourceId } = params;
    const delivery = deliveryOf({ deps, body, headers, now }, `${addressOf(sourceId, deps)}/mail`);
    const { db, keyRing } = deps.context;
    const received = await receiveMail({ db, keyRing, readJson, check: checkEvent }, sourceId, delivery);
    if (received.fate === 'told') deps.onEvents?.();
    if (received.fate === 'duplicate') reply.status(200);
    return received;
  }),
];

type DeliveryCall = Pick<Call<typeof contracts.receiveDelivery>, 'deps' | 'body' | 'headers' | 'now'>;

function deliveryOf({ body, headers, now }: DeliveryCall, url: string): Delivery {
  return {
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    method: 'POST',
    url,
    header: (name) => oneOf(headers[name]),
    now,
  };
}

function doerOf({ person }: Principal, address: string) {
  return { personId: person.id, address };
}

/** A header given several times is joined: as one it fits no signature. */
function oneOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

function addressOf(sourceId: string, { settings }: ApiDeps): string {
  return `${settings.publicUrl}${contracts.receiveDelivery.path.replace(':sourceId', sourceId)}`;
}

function sourceOf(source: SourceDoc, deps: ApiDeps) {
  const { _id, name, verification, mapping, mappingText, secrets, createdAt, updatedAt, disabledAt } = source;
  return {
    id: _id,
    name,
    verification,
    mapping,
    mappingText,
    url: mapping === RAW_MAIL ? `${addressOf(_id, deps)}/mail` : addressOf(_id, deps),
    secrets: secrets.map(({ id, createdAt: since, endsAt }) => ({ id, createdAt: since, endsAt })),
    createdAt,
    updatedAt,
    disabledAt,
  };
}

function linkOf({ reference, contractId, createdAt, revision }: SourceLinkDoc) {
  return { reference, contractId, createdAt, revision };
}

function triedOf({ eventId, foreignType, result }: Mapped, locale: Locale) {
  const common = { eventId, foreignType, event: null, ignored: false, problems: [] };
  if ('event' in result) {
    const { type, occurredAt, subject, data } = result.event;
    return { ...common, event: { type, occurredAt, subject, data: { ...data } } };
  }
  if ('ignored' in result) return { ...common, ignored: true };
  return { ...common, problems: result.faults.map((fault) => errorOf(fault, locale)) };
}

function missing(kind: 'source' | 'link', id: string): PerennialError {
  return PerennialError.of('resource.not_found', { kind: `@kind.${kind}`, id: excerpt(id) });
}
