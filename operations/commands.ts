import { z } from 'zod';
import { excerpt, PerennialError } from '../domain/errors/index.ts';
import type { Actor } from '../domain/people/types.ts';
import { CHANNELS } from '../domain/renewal/facts.ts';
import type { Command, CommandKind, PaymentMethod } from '../domain/renewal/facts.ts';
import { knownMethods, parsePaymentMethod } from '../domain/renewal/payment.ts';
import { parseCivilDate } from '../domain/time/civil.ts';
import type { CivilDate, Instant } from '../domain/time/types.ts';
import type { OperationsContext } from './context.ts';
import { sendCommand } from './send-command.ts';
import type { Accepted } from './send-command.ts';
import { MAX_NAME, MAX_TEXT, toProblem, words } from './text-fields.ts';

export type { Accepted } from './send-command.ts';

/** Who acts, when, and under which id: the same id again changes nothing. */
export interface Stamp {
  readonly id: string;
  readonly at: Instant;
  readonly by: Actor;
}

type Body<K extends CommandKind> = Omit<Extract<Command, { kind: K }>, keyof Stamp | 'kind'>;

const note = words(MAX_TEXT, false);
const reason = words(MAX_TEXT, true);
const name = words(MAX_NAME, true);
const code = z.string().regex(/^[a-z0-9][\w .~-]{0,79}$/i);
const count = (min: number, max: number) => z.number().int().min(min).max(max);
const money = z.object({ minor: count(0, 10_000_000_000_000), currency: z.string().regex(/^[A-Z]{3}$/) });
const date = z.custom<CivilDate>((value) => typeof value === 'string' && parseCivilDate(value) !== undefined);
const nullable = <T extends z.ZodType>(type: T) => type.nullable();

/** What each command may carry. The core checks whether it fits the renewal; here only its shape is checked. */
const bodies: { readonly [K in CommandKind]: z.ZodType<Body<K>> } = {
  'quote issued': z.object({
    quote: z.object({
      number: name,
      amount: money,
      listAmount: money,
      discountBasisPoints: count(0, 10_000),
      upliftBasisPoints: count(-10_000, 1_000_000),
      termMonths: count(1, 120),
      paymentDays: count(0, 365),
      startDate: date,
      validUntil: date,
      reason: note,
    }),
  }),
  'quote accepted': z.object({ note }),
  'quote declined': z.object({ reason, note }),
  'approval decided': z.object({
    rule: code,
    // Whoever decides has seen one revision of the figures; a vote never passes to another.
    revision: count(1, 100_000),
    decision: z.enum(['approve', 'reject']),
    comment: note,
  }),
  'step completed': z.object({ step: code, note }),
  'step skipped': z.object({ step: code, reason }),
  'step redone': z.object({ step: code, reason }),
  paused: z.object({ reason, until: nullable(date) }),
  resumed: z.object({ note }),
  'dates amended': z.object({ endDate: date, noticeDate: nullable(date), reason }),
  cancelled: z.object({ cause: code, detail: code, competitor: nullable(name), note }),
  'communication logged': z.object({
    channel: z.enum(CHANNELS),
    contactId: nullable(z.string().min(1).max(MAX_NAME)),
    reached: z.boolean(),
    note,
    promise: nullable(note),
    nextStep: nullable(note),
  }),
  'invoice issued': z.object({ number: name, amount: money, dueDate: date }),
  'payment received': z.object({
    amount: money,
    receivedOn: date,
    method: z.string().transform((text, context): PaymentMethod => {
      const method = parsePaymentMethod(text);
      if (method !== undefined) return method;
      const params = { code: 'payment.method', params: { value: excerpt(text), known: knownMethods() } };
      context.addIssue({ code: 'custom', params });
      return z.NEVER;
    }),
    receipt: nullable(name),
    overpaid: z.boolean().optional(),
  }),
  'risk flagged': z.object({ cause: code, note }),
};

/** Checks a body and makes it a fact. Throws {@link PerennialError} with every fault, each naming its field. */
export function makeCommand<K extends CommandKind>(kind: K, body: Body<K>, stamp: Stamp): Command {
  const parsed = (bodies[kind] as z.ZodType<Body<K>>).safeParse(body, { reportInput: true });
  if (!parsed.success) throw new PerennialError(parsed.error.issues.map(toProblem));
  return { ...parsed.data, kind, ...stamp } as unknown as Command;
}

type Operation<K extends CommandKind> = (
  context: OperationsContext,
  renewalId: string,
  body: Body<K>,
  stamp: Stamp,
) => Promise<Accepted>;

/**
 * One operation for each thing a person can do. Resolves when the core has judged it; throws
 * {@link PerennialError} with the reason of a refusal, `renewal.closed` or `renewal.not_found`.
 */
function operation<K extends CommandKind>(kind: K): Operation<K> {
  return (context, renewalId, body, stamp) => sendCommand(context, renewalId, makeCommand(kind, body, stamp));
}

export const issueQuote = operation('quote issued');
export const acceptQuote = operation('quote accepted');
export const declineQuote = operation('quote declined');
export const decideApproval = operation('approval decided');
export const completeStep = operation('step completed');
export const skipStep = operation('step skipped');
export const redoStep = operation('step redone');
export const pauseRenewal = operation('paused');
export const resumeRenewal = operation('resumed');
export const amendDates = operation('dates amended');
export const cancelRenewal = operation('cancelled');
export const logCommunication = operation('communication logged');
export const issueInvoice = operation('invoice issued');
export const receivePayment = operation('payment received');
export const flagRisk = operation('risk flagged');
