import type { BusinessCalendar } from '../calendar/types.ts';
import type { Client, Contract } from '../people/contract.ts';
import type { Person } from '../people/types.ts';
import type { ApprovalLadder, PlaybookVersion, SavePlanSet } from '../playbook/types.ts';
import type { ZoneOffsets } from '../time/types.ts';

/** The world as `judge` found it: everything a decision may look at besides the renewal's own state. */
export interface Snapshot {
  readonly contract: Contract;
  readonly client: Client;
  /** The pinned version, or before opening the one that would be pinned now; null when none applies. */
  readonly playbook: PlaybookVersion | null;
  readonly ladder: ApprovalLadder | null;
  readonly savePlans: SavePlanSet | null;
  /** The whole team, by person id. */
  readonly people: Readonly<Record<string, Person>>;
  /** Calendar of the team: for due dates, stalls and approvals. */
  readonly teamCalendar: BusinessCalendar;
  /** Calendar of the client: on which days mail may go out. */
  readonly clientCalendar: BusinessCalendar;
  /** Offsets of every zone that a contact or the client is in. */
  readonly zones: Readonly<Record<string, ZoneOffsets>>;
  /** An open save plan of this client that another contract started. */
  readonly clientSavePlan: { readonly id: string; readonly cause: string } | null;
}
