import { z } from 'zod';
import { EVENT_TYPES } from '../../domain/events/index.ts';
import type { EventType } from '../../domain/events/index.ts';
import { PAYMENT_METHODS } from '../../domain/renewal/facts.ts';
import { civilDate, instant, money } from './shapes.ts';

/** What each event carries. Strict, as everything that comes in: a field that is not here is refused by name. */

const id = z.string().min(1).max(200);
const note = z.string().max(2000).optional();
const contactRef = { contactId: id.optional(), contactEmail: z.string().min(3).max(320).optional() } as const;
const oneContact = z
  .strictObject({ ...contactRef })
  .refine(({ contactId, contactEmail }) => (contactId === undefined) !== (contactEmail === undefined), {
    path: ['contactEmail'],
    params: { code: 'event.subject', params: { found: 'data', known: 'contactId, contactEmail' } },
  });
const complaint = z.strictObject({ complaintId: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}#._/-]{0,79}$/u) });

export const eventData = {
  'reply.received': z.strictObject({ ...contactRef, summary: note }),
  'meeting.booked': z.strictObject({ on: civilDate }),
  'contact.opted_out': oneContact,
  'mail.bounced': oneContact.safeExtend({ reason: z.string().max(500), sendId: id.optional() }),
  'notice.given': z.strictObject({ note }),
  'health.scored': z.strictObject({ score: z.number().min(0).max(100) }),
  'usage.dropped': z.strictObject({ percent: z.number().min(0).max(100) }),
  'sponsor.left': z.strictObject(contactRef),
  'complaint.opened': complaint,
  'complaint.closed': complaint,
  'invoice.issued': z.strictObject({ number: z.string().min(1).max(200), amount: money, dueDate: civilDate }),
  'payment.received': z.strictObject({
    amount: money,
    receivedOn: civilDate,
    method: z.enum(PAYMENT_METHODS).optional(),
    receipt: z.string().min(1).max(200).optional(),
  }),
  'legal_review.done': z.strictObject({ note }),
  'contract.signed': z.strictObject({ note }),
  'step.completed': z.strictObject({ step: z.string().regex(/^[a-z0-9][\w .~-]{0,79}$/i), note }),
  'contract.dates_changed': z.strictObject({
    endDate: civilDate,
    noticeDate: civilDate.nullable().optional(),
    reason: note,
  }),
} as const satisfies Readonly<Record<EventType, z.ZodType>>;

const named = z.string().min(1).max(320);

export const eventSubject = z
  .strictObject({
    contractNumber: named.optional(),
    contractId: named.optional(),
    renewalId: named.optional(),
    clientId: named.optional(),
    clientName: named.optional(),
    contactEmail: named.optional(),
    reference: named.optional(),
  })
  .meta({ id: 'EventSubject', description: 'What the event is about: exactly one of these' });

/** What all events have; `data` is checked by its type. */
export const eventEnvelope = z.strictObject({
  id: z
    .string()
    .regex(/^[\x21-\x7e]{1,400}$/)
    .meta({ description: 'The sender’s own id: the same event again has the same one, and counts once' }),
  type: z.enum(EVENT_TYPES),
  occurredAt: instant.meta({ description: 'When it happened, not when it is sent' }),
  subject: eventSubject,
  data: z.record(z.string(), z.unknown()),
});
