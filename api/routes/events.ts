import { z } from 'zod';
import { PerennialError } from '../../domain/errors/index.ts';
import { EVENT_TYPES, EVENTS } from '../../domain/events/index.ts';
import type { Locale } from '../../domain/text.ts';
import { acceptEvents, FROM_API } from '../../operations/events/accept-events.ts';
import type { CheckedEvent } from '../../operations/events/accept-events.ts';
import { discardEvent, listEvents, readEvent, retryEvent } from '../../operations/events/inbox.ts';
import { inboxId } from '../../operations/events/lanes.ts';
import { noteChange } from '../../operations/events/note.ts';
import type { InboxDoc } from '../../schemas/inbox.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import { checkEvent } from '../check-event.ts';
import * as contracts from '../contracts/events.ts';
import { eventData } from '../contracts/event-types.ts';
import { errorOf } from '../problem.ts';

/** Who tells, where the caller does not say it. */
const UNNAMED = 'api';

export const eventRoutes: readonly BoundRoute[] = [
  bind(contracts.sendEvents, async ({ deps, body, now, locale }) => {
    const source = body.source ?? UNNAMED;
    const checked = body.events.map((value) => checkedOrFaults(value, source, now));
    const good = checked.flatMap((one) => ('faults' in one ? [] : [one.event]));
    const results = await acceptEvents(
      deps.context.db,
      good.map((event) => ({ ...event, origin: FROM_API })),
      now,
    );
    if (results.includes('accepted')) deps.onEvents?.();
    const remaining = results.values();
    const items = checked.map((one) => {
      if ('faults' in one) {
        const errors = one.faults.problems.map((fault) => errorOf(fault, locale));
        return { id: null, eventId: one.eventId, result: 'invalid' as const, errors };
      }
      const { eventId } = one.event;
      return { id: inboxId(source, eventId), eventId, result: remaining.next().value ?? 'accepted', errors: [] };
    });
    const count = (result: (typeof items)[number]['result']) => items.filter((item) => item.result === result).length;
    return {
      accepted: count('accepted'),
      duplicates: count('duplicate'),
      stale: count('stale'),
      invalid: count('invalid'),
      items,
    };
  }),

  bind(contracts.listEvents, async ({ deps, query, locale }) => {
    const { items, next } = await listEvents(deps.context.db, query);
    return { items: items.map((event) => eventOf(event, locale)), next };
  }),

  bind(contracts.getEvent, async ({ deps, params, locale }) =>
    eventOf(await readEvent(deps.context.db, params.eventId), locale),
  ),

  bind(contracts.retryEvent, async ({ deps, params, principal, address, now, locale }) => {
    const doer = { personId: principal.person.id, address };
    await noteChange(deps.context.db, doer, 'event retried', 'event', params.eventId, now);
    const context = { db: deps.context.db, check: checkEvent };
    const event = await retryEvent(context, params.eventId, principal.person.id, now);
    deps.onEvents?.();
    return eventOf(event, locale);
  }),

  bind(contracts.discardEvent, async ({ deps, params, principal, address, now, locale }) => {
    const doer = { personId: principal.person.id, address };
    await noteChange(deps.context.db, doer, 'event discarded', 'event', params.eventId, now);
    return eventOf(await discardEvent(deps.context.db, params.eventId, principal.person.id, now), locale);
  }),

  bind(contracts.listEventTypes, async ({ locale }) => ({
    items: EVENT_TYPES.map((type) => {
      const { about, reception, newestWins } = EVENTS[type];
      const data = z.toJSONSchema(eventData[type], { io: 'input', unrepresentable: 'any' });
      return { type, about: about[locale], reception, newestWins, data: { ...data } };
    }),
  })),
];

type Checked = { readonly event: CheckedEvent } | { readonly faults: PerennialError; readonly eventId: string | null };

function checkedOrFaults(value: unknown, source: string, now: CheckedEvent['occurredAt']): Checked {
  try {
    return { event: checkEvent(value, source, now) };
  } catch (error) {
    if (!(error instanceof PerennialError)) throw error;
    const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
    return { faults: error, eventId: typeof id === 'string' ? id.slice(0, 400) : null };
  }
}

function eventOf(event: InboxDoc, locale: Locale) {
  const { _id, source, eventId, delivery, type, foreignType, occurredAt, receivedAt, subject, data, payload } = event;
  const { state, attempts, nextAt, deadline, renewals, problem } = event;
  return {
    id: _id,
    source,
    eventId,
    delivery,
    type,
    foreignType,
    occurredAt,
    receivedAt,
    subject,
    data: { ...data },
    payload,
    state,
    attempts,
    nextAt,
    deadline,
    renewals: [...renewals],
    problem: problem && errorOf(problem, locale),
  };
}
