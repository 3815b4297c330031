import type { Money } from '../money/types.ts';
import type { Locale } from '../text.ts';
import type { CivilDate, Instant, ZoneId } from '../time/types.ts';

export const CONTACT_ROLES = ['decision-maker', 'champion', 'billing', 'legal'] as const;
export type ContactRole = (typeof CONTACT_ROLES)[number];

export interface Contact {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone?: string;
  readonly roles: readonly ContactRole[];
  readonly locale: Locale;
  readonly zone: ZoneId;
  /** Set when nothing but legal matters may be sent there, and legal matters go to a person instead. */
  readonly suppressed?: { readonly reason: 'bounce' | 'opt-out' | 'complaint'; readonly at: Instant };
}

export interface Client {
  readonly id: string;
  readonly name: string;
  readonly tier: 'A' | 'B' | 'C';
  readonly locale: Locale;
  readonly zone: ZoneId;
  /** Calendar of the client's working days; decides on which days mail may go out. */
  readonly calendarId: string;
  readonly ownerId: string;
  readonly contacts: readonly Contact[];
}

/** One contract in its current term. Dates may be missing: then the renewal is parked under "data needed". */
export interface Contract {
  readonly id: string;
  /** The number people use, unique. */
  readonly number: string;
  readonly clientId: string;
  readonly product: string;
  readonly term: number;
  readonly startDate: CivilDate | null;
  readonly endDate: CivilDate | null;
  /** Last day on which either side may give notice; null where the contract names none. */
  readonly noticeDate: CivilDate | null;
  readonly termMonths: number;
  readonly autoRenew: boolean;
  /** What the current term costs. */
  readonly amount: Money;
  /** What the renewal should bring; the current amount where nothing else was set. */
  readonly target: Money;
  readonly paymentDays: number;
  /** Where the work stood when the contract came in: a stage and since when. */
  readonly entry?: { readonly stage: string; readonly since: CivilDate };
  /** When Perennial learned of this term. Nothing due before is sent as if it were new. */
  readonly knownSince: Instant;
}
