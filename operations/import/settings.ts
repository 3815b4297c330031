import type { DateOrder, ZoneId } from '../../domain/time/index.ts';

/** What rows take where the file says nothing. From the settings of the company. */
export interface ImportSettings {
  /** Zone of the team, for clients and people without one. */
  readonly zone: ZoneId;
  /** Calendar of clients whose column is empty. */
  readonly calendarId: string;
  /** ISO code for amounts without one; without it such amounts are an error. */
  readonly currency?: string;
  /** Tier of clients whose column is empty; B where not set. */
  readonly tier?: 'A' | 'B' | 'C';
  /** Person id of the owner where the column is empty; without it an empty owner is an error. */
  readonly ownerId?: string;
  /** 30 where not set. */
  readonly paymentDays?: number;
  /** Order of day and month in all date columns; without it 03/04/2026 is refused. */
  readonly dateOrder?: DateOrder;
  /** Decimal sign of all amounts; the point where not set. */
  readonly decimal?: '.' | ',';
  /** Ids of the calendars there are; where set, others are refused. `always` is always there. */
  readonly calendars?: readonly string[];
}
