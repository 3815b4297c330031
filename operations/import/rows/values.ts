import type { ContactRole } from '../../../domain/people/contract.ts';
import type { Role } from '../../../domain/people/types.ts';
import type { Money } from '../../../domain/money/index.ts';
import type { Locale } from '../../../domain/text.ts';
import type { CivilDate, ZoneId } from '../../../domain/time/index.ts';

export interface ContactValues {
  readonly name: string;
  /** What a contact is known by, within its client. */
  readonly email: string;
  readonly phone?: string;
  readonly roles: readonly ContactRole[];
}

/** Everything a contract table says about one contract and its client, parsed. Plain JSON. */
export interface ContractValues {
  readonly number: string;
  readonly clientName: string;
  readonly tier: 'A' | 'B' | 'C';
  readonly locale: Locale;
  readonly zone: ZoneId;
  readonly calendarId: string;
  readonly ownerId: string;
  readonly contacts: readonly ContactValues[];
  readonly product: string;
  readonly startDate: CivilDate | null;
  readonly endDate: CivilDate | null;
  readonly noticeDate: CivilDate | null;
  readonly termMonths: number;
  readonly autoRenew: boolean;
  readonly amount: Money;
  readonly target: Money;
  readonly paymentDays: number;
  /** 0 (worst) to 100. */
  readonly healthScore?: number;
  readonly rootCause?: string;
  readonly remarks?: string;
}

export type ValueName = keyof ContractValues;

/** A contact of a row; what is not `given` has a default that means nothing for a contact that exists. */
export interface RowContact {
  readonly values: ContactValues;
  readonly given: readonly (keyof ContactValues)[];
}

/** One good row of a contract table. */
export interface ContractRow {
  readonly row: number;
  /** Complete: what the file does not say has the default for a new contract. */
  readonly values: ContractValues;
  /** What the file does say. Only this is compared with, and written to, a contract that exists. */
  readonly given: readonly ValueName[];
  readonly contacts: readonly RowContact[];
  /** Where the work stood when the contract came in; means nothing for a contract that exists. */
  readonly entry?: { readonly stage: string; readonly since: CivilDate };
}

/** One good row of a team table. */
export interface TeamRow {
  readonly row: number;
  readonly values: TeamValues;
  readonly given: readonly (keyof TeamValues)[];
}

export interface TeamValues {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** E-mail of the superior. */
  readonly manager?: string;
  readonly locale: Locale;
  readonly zone: ZoneId;
}

/** What clients are known by: names are kept as written and compared composed, without doubled blanks. */
export function clientKey(name: string): string {
  const composed = name.normalize('NFC').trim();
  // Most names have nothing to replace, and finding that out is cheaper than writing them anew.
  return /\s{2}|[^\S ]/.test(composed) ? composed.replace(/\s+/g, ' ') : composed;
}

/** Contract numbers and addresses that differ in case or width only are the same one to people. */
export const sameKey = (text: string): string => text.normalize('NFKC').trim().toLowerCase();
