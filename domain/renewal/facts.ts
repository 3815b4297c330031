import type { Money } from '../money/types.ts';
import type { Actor } from '../people/types.ts';
import type { CivilDate, Instant } from '../time/types.ts';

export const CHANNELS = ['call', 'mail', 'meeting', 'chat'] as const;
export type Channel = (typeof CHANNELS)[number];

/** How money came in. People write it in many ways: see `parsePaymentMethod`. */
export const PAYMENT_METHODS = ['bank transfer', 'card', 'cheque', 'cash', 'online', 'other'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** What a person asks for in a quote; list price and uplift come from the contract. */
export interface QuoteTerms {
  readonly number: string;
  readonly amount: Money;
  /** Price before discount: the current amount with the uplift of the rule. */
  readonly listAmount: Money;
  /** Discount in basis points of the list amount; 1800 = 18 %. */
  readonly discountBasisPoints: number;
  /** Rise of the list amount over the current amount, in basis points. */
  readonly upliftBasisPoints: number;
  readonly termMonths: number;
  readonly paymentDays: number;
  readonly startDate: CivilDate;
  readonly validUntil: CivilDate;
  /** Why a discount is given; required by ladder rules that say so. */
  readonly reason: string;
}

interface FactBase {
  /** Handled once: the same id again changes nothing. */
  readonly id: string;
  /** When it happened, not when it arrived. */
  readonly at: Instant;
  readonly by: Actor;
  /** Where it came from, as a W3C `traceparent`, for operators; no rule looks at it. */
  readonly trace?: string;
}

/** What people do. Each is judged alone and may be refused. */
export type Command = FactBase &
  (
    | { readonly kind: 'quote issued'; readonly quote: QuoteTerms }
    | { readonly kind: 'quote accepted'; readonly note: string }
    | { readonly kind: 'quote declined'; readonly reason: string; readonly note: string }
    | {
        readonly kind: 'approval decided';
        readonly rule: string;
        /** Of the quote that was looked at; a decision on an earlier one is refused. */
        readonly revision?: number;
        readonly decision: 'approve' | 'reject';
        readonly comment: string;
      }
    | { readonly kind: 'step completed'; readonly step: string; readonly note: string }
    | { readonly kind: 'step skipped'; readonly step: string; readonly reason: string }
    | { readonly kind: 'step redone'; readonly step: string; readonly reason: string }
    | { readonly kind: 'paused'; readonly reason: string; readonly until: CivilDate | null }
    | { readonly kind: 'resumed'; readonly note: string }
    | {
        readonly kind: 'dates amended';
        readonly endDate: CivilDate;
        readonly noticeDate: CivilDate | null;
        readonly reason: string;
      }
    | {
        readonly kind: 'cancelled';
        /** Root cause and detail from the save-plan document's loss reasons. */
        readonly cause: string;
        readonly detail: string;
        readonly competitor: string | null;
        readonly note: string;
      }
    | {
        readonly kind: 'communication logged';
        readonly channel: Channel;
        readonly contactId: string | null;
        /** False for an attempt without an answer: it is logged but does not count as contact. */
        readonly reached: boolean;
        readonly note: string;
        readonly promise: string | null;
        readonly nextStep: string | null;
      }
    | { readonly kind: 'invoice issued'; readonly number: string; readonly amount: Money; readonly dueDate: CivilDate }
    | {
        readonly kind: 'payment received';
        readonly amount: Money;
        readonly receivedOn: CivilDate;
        readonly method: PaymentMethod;
        /** Number of the receipt (发票/收据) where one was made. */
        readonly receipt: string | null;
        /** More came in than is owed, and whoever records it knows; else such a payment is refused as a slip. */
        readonly overpaid?: boolean;
      }
    | { readonly kind: 'risk flagged'; readonly cause: string; readonly note: string }
  );

/** What machines tell. Never refused; late, doubled and shuffled ones give the same state. */
export type Event = FactBase &
  (
    | { readonly kind: 'reply received'; readonly contactId: string | null; readonly summary: string }
    | { readonly kind: 'meeting booked'; readonly on: CivilDate }
    | { readonly kind: 'opted out of mail'; readonly contactId: string }
    | { readonly kind: 'mail bounced'; readonly contactId: string; readonly effectId: string; readonly reason: string }
    | { readonly kind: 'mail refused'; readonly effectId: string; readonly reason: string }
    /** It is known now what became of a mail in doubt, or it goes out again; `doubt` is the id of the fact that told of the doubt. */
    | { readonly kind: 'mail settled'; readonly effectId: string; readonly doubt: string }
    | { readonly kind: 'notice given'; readonly note: string }
    | { readonly kind: 'health scored'; readonly score: number }
    | { readonly kind: 'usage dropped'; readonly percent: number }
    | { readonly kind: 'sponsor left'; readonly contactId: string | null }
    | { readonly kind: 'complaint opened'; readonly complaintId: string }
    | { readonly kind: 'complaint closed'; readonly complaintId: string }
    | { readonly kind: 'save plan opened'; readonly savePlanId: string; readonly cause: string }
    | { readonly kind: 'save plan closed'; readonly savePlanId: string; readonly outcome: SaveOutcome }
    /** The contract, client, team, calendar or playbook changed: look again. */
    | { readonly kind: 'world changed'; readonly what: string }
  );

export const SAVE_OUTCOMES = ['saved', 'saved with concession', 'not saved', 'not needed'] as const;
export type SaveOutcome = (typeof SAVE_OUTCOMES)[number];

export type Fact = Command | Event;
export type CommandKind = Command['kind'];
export type EventKind = Event['kind'];

/** Indexes of facts in the order in which they happened; those of one instant in the order in which they came. */
export function inOrderOfTime(facts: readonly { readonly at: Instant }[]): readonly number[] {
  const indexes = facts.map((_, index) => index);
  if (indexes.length < 2) return indexes;
  return indexes.sort((a, b) => {
    const [first, second] = [facts[a]?.at ?? '', facts[b]?.at ?? ''];
    return first < second ? -1 : first > second ? 1 : a - b;
  });
}
