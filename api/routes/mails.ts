import type { Locale } from '../../domain/text.ts';
import { listEvents } from '../../operations/events/inbox.ts';
import { noteChange } from '../../operations/events/note.ts';
import { assignMail, readMailEvent } from '../../operations/mail-in/assign.ts';
import { MAIL_SOURCE, noteOf } from '../../operations/mail-in/note.ts';
import type { InboxDoc } from '../../schemas/inbox.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/mails.ts';
import { errorOf } from '../problem.ts';

export const mailRoutes: readonly BoundRoute[] = [
  bind(contracts.listMails, async ({ deps, query, locale }) => {
    const { class: foreignType, ...request } = query;
    const { items, next } = await listEvents(deps.context.db, { ...request, source: MAIL_SOURCE, foreignType });
    return { items: items.map((event) => mailOf(event, locale)), next };
  }),

  bind(contracts.getMail, async ({ deps, params, locale }) => {
    const { event } = await readMailEvent(deps.context.db, params.mailId);
    return mailOf(event, locale);
  }),

  bind(contracts.assignMail, async ({ deps, params, body, principal, address, now, locale }) => {
    const { db } = deps.context;
    const { renewalId, as: kind = 'reply', contactId = null } = body;
    const { id: personId } = principal.person;
    await noteChange(db, { personId, address }, 'mail assigned', 'event', params.mailId, now);
    const event = await assignMail(db, params.mailId, { renewalId, kind, contactId }, personId, now);
    deps.onEvents?.();
    return mailOf(event, locale);
  }),
];

function mailOf(event: InboxDoc, locale: Locale) {
  const { _id, occurredAt, receivedAt, state, renewals, problem } = event;
  const note = noteOf(event);
  return {
    id: _id,
    messageId: note?.messageId ?? null,
    via: note?.via ?? '',
    from: note?.from ?? null,
    subject: note?.subject ?? '',
    class: note?.kind ?? null,
    sign: note?.sign ?? '',
    words: note?.words ?? '',
    occurredAt,
    receivedAt,
    state,
    sendId: note?.sendId ?? null,
    renewals: renewals.length === 0 && note?.renewalId != null ? [note.renewalId] : [...renewals],
    problem: problem && errorOf(problem, locale),
  };
}
