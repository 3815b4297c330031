import { OUTGOING, OUTGOING_TYPES } from '../../domain/outgoing/index.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import { noteChange } from '../../operations/events/note.ts';
import * as channels from '../../operations/outside/channels.ts';
import type { MadeChannel } from '../../operations/outside/channels.ts';
import { listDeliveries, readDelivery, replayDelivery, testChannel } from '../../operations/outside/deliveries.ts';
import type { ChannelDoc, DeliveryDoc } from '../../schemas/channel.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/channels.ts';
import type { ApiDeps } from '../deps.ts';

export const channelRoutes: readonly BoundRoute[] = [
  bind(contracts.listOutgoingTypes, async ({ locale }) => ({
    items: OUTGOING_TYPES.map((type) => {
      const { title, notable } = OUTGOING[type];
      return { type, title: title[locale], notable };
    }),
  })),

  bind(contracts.listChannels, async ({ deps, query }) => {
    const { items, next } = await channels.listChannels(deps.context, query);
    return { items: items.map(channelOf), next };
  }),

  bind(contracts.getChannel, async ({ deps, params }) =>
    channelOf(await channels.readChannel(deps.context, params.channelId)),
  ),

  bind(contracts.channelTraffic, async ({ deps, params }) => channels.channelTraffic(deps.context, params.channelId)),

  bind(contracts.createChannel, async ({ deps, body, principal, address, now, locale }) => {
    const wish = { ...body, locale: body.locale ?? locale };
    const created = await channels.createChannel(contextOf(deps), wish, principal.person.id, now);
    await noteChange(deps.context.db, doerOf(principal, address), 'channel made', 'channel', created.channel._id, now);
    return madeOf(created);
  }),

  bind(contracts.changeChannel, async ({ deps, params, body, principal, address, now, reply }) => {
    const { channelId } = params;
    const before = await channels.readChannel(deps.context, channelId);
    reply.matchVersion(channelOf(before));
    const name =
      body.disabled === undefined || body.disabled === (before.disabledAt !== null)
        ? 'channel changed'
        : body.disabled
          ? 'channel switched off'
          : 'channel switched on';
    await noteChange(deps.context.db, doerOf(principal, address), name, 'channel', channelId, now);
    const changed = await channels.changeChannel(contextOf(deps), channelId, body, principal.person.id, now);
    deps.onOutgoing?.();
    return channelOf(changed);
  }),

  bind(contracts.rotateChannelSecret, async ({ deps, params, body, principal, address, now }) => {
    const { channelId } = params;
    await noteChange(deps.context.db, doerOf(principal, address), 'channel secret made', 'channel', channelId, now);
    const { secret, overlapHours } = body;
    return madeOf(await channels.rotateChannelSecret(contextOf(deps), channelId, secret, now, overlapHours));
  }),

  bind(contracts.deleteChannel, async ({ deps, params, principal, address, now }) => {
    const { channelId } = params;
    await noteChange(deps.context.db, doerOf(principal, address), 'channel removed', 'channel', channelId, now);
    await channels.deleteChannel(contextOf(deps), channelId, principal.person.id, now);
  }),

  bind(contracts.testChannel, async ({ deps, params, principal, address, now }) => {
    const { channelId } = params;
    await noteChange(deps.context.db, doerOf(principal, address), 'channel tested', 'channel', channelId, now);
    const delivery = await testChannel(deps.context.db, channelId, now);
    deps.onOutgoing?.();
    return deliveryOf(delivery);
  }),

  bind(contracts.listDeliveries, async ({ deps, params, query }) => {
    const { items, next } = await listDeliveries(deps.context.db, params.channelId, query);
    return { items: items.map(deliveryOf), next };
  }),

  bind(contracts.getDelivery, async ({ deps, params }) =>
    deliveryOf(await readDelivery(deps.context.db, params.channelId, params.deliveryId)),
  ),

  bind(contracts.replayDelivery, async ({ deps, params, principal, address, now }) => {
    const { channelId, deliveryId } = params;
    await noteChange(deps.context.db, doerOf(principal, address), 'delivery replayed', 'delivery', deliveryId, now);
    const delivery = await replayDelivery(deps.context.db, channelId, deliveryId, now);
    deps.onOutgoing?.();
    return deliveryOf(delivery);
  }),
];

function contextOf({ context: { db, keyRing }, settings }: ApiDeps): channels.ChannelContext {
  return { db, keyRing, allowance: settings.outside };
}

function doerOf({ person }: Principal, address: string) {
  return { personId: person.id, address };
}

function madeOf({ channel, secret }: MadeChannel) {
  return { channel: channelOf(channel), secret };
}

function channelOf(channel: ChannelDoc) {
  const { _id, name, kind, shownUrl, locale, types, secrets } = channel;
  const { createdAt, updatedAt, disabledAt, disabledBecause } = channel;
  return {
    id: _id,
    name,
    kind,
    url: shownUrl,
    locale,
    types: types === null ? null : [...types],
    secrets: secrets.map(({ id, createdAt: since, endsAt }) => ({ id, createdAt: since, endsAt })),
    createdAt,
    updatedAt,
    disabledAt,
    disabledBecause,
  };
}

function deliveryOf(delivery: DeliveryDoc) {
  const { _id, eventId, type, occurredAt, renewalId, data, state } = delivery;
  const { createdAt, nextAt, doneAt, attempts, replays, tries } = delivery;
  const ends = { createdAt, nextAt, doneAt };
  return {
    id: _id,
    eventId,
    type,
    occurredAt,
    renewalId,
    data: { ...data },
    state,
    ...ends,
    attempts,
    replays,
    tries: tries.map((one) => ({ ...one })),
  };
}
