import type { Event } from '../domain/renewal/facts.ts';
import type { SavePlanEvent } from '../domain/save-plan/types.ts';
import type { LocalText } from '../domain/text.ts';
import type { Instant, ZoneOffsets } from '../domain/time/types.ts';
import type { Database } from '../schemas/connection.ts';
import type { ClientKeys } from '../schemas/sealing.ts';
import type { SweepPlace } from './outreach/index.ts';

/** What the renewal's activities need from outside; the worker puts it together. No clock: time comes with each call. */
export interface ActivityDeps {
  readonly db: Database;
  /** Keys that seal personal data in the history. */
  readonly keys: ClientKeys;
  /** The offset changes of a zone from one year to another, both included. */
  readonly compileZone: (zone: string, fromYear: number, toYear: number) => ZoneOffsets;
  /** A code of the product in both languages, for mail to the team: words such as `task.reply`, rules such as `stall.level`. */
  readonly wording: (
    catalogue: 'words' | 'rules',
    code: string,
    params?: Readonly<Record<string, string | number>>,
  ) => LocalText;
  /** Starts the delivery of mails that stand in the ledger; the same id twice starts it once. */
  readonly dispatch: (sendIds: readonly string[]) => Promise<void>;
  /** Starts the renewal of a term; started twice it runs once. */
  readonly startRenewal: (contractId: string, term: number) => Promise<void>;
  /** Starts the work on a save plan; started twice it runs once. */
  readonly startSavePlan: (savePlanId: string) => Promise<void>;
  /** Tells a renewal an event; told twice it counts once. False where the renewal has ended or never was. */
  readonly signalRenewal: (renewalId: string, event: Event) => Promise<boolean>;
  /** Tells a save plan that its renewal has ended; false where the plan is closed already. */
  readonly signalSavePlan: (savePlanId: string, event: SavePlanEvent) => Promise<boolean>;
  /** Starts the renewal of a term; false where one runs or has run. */
  readonly ensureRenewal: (contractId: string, term: number) => Promise<boolean>;
  /** Ids of the renewals that run on the server now. The list lags behind by a second or so. */
  readonly runningRenewals: () => AsyncIterable<string>;
  /** Ids of the save plans that run on the server now. */
  readonly runningSavePlans: () => AsyncIterable<string>;
  /** Ids of running workflows whose code fails again and again. */
  readonly stalledWorkflows: () => AsyncIterable<string>;
  /** What the server knows of one workflow, without delay; `unknown` where it never was or is forgotten. */
  readonly workflowState: (workflowId: string) => Promise<'running' | 'ended' | 'unknown'>;
  /** Starts the work on a save plan; false where it runs or has run. */
  readonly ensureSavePlan: (savePlanId: string) => Promise<boolean>;
  /** Puts mails back to work whose delivery was lost, from a place on; gives how many. */
  readonly sweepSends: (now: Instant, from: SweepPlace | null, onPage: (place: SweepPlace) => void) => Promise<number>;
}
