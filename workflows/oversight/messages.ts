import type { Instant } from '../../domain/time/types.ts';

/** Hourly: proves that no open renewal has gone quiet. */
export const WATCHDOG_WORKFLOW = 'watchdog';
/** Hourly: puts lost mail back to work, compares the running workflows with the read model, mends what may be mended. */
export const RECONCILE_WORKFLOW = 'reconcile';

/** Names of the settings that hold the last reports. */
export const WATCHDOG_SETTING = 'oversight.watchdog';
export const RECONCILE_SETTING = 'oversight.reconcile';

/** What the watchdog may find of a workflow; each finding stands under the first that fits. */
export const WATCHDOG_FINDINGS = ['withoutWorkflow', 'stalled', 'quiet', 'overdue'] as const;
export type WatchdogFinding = (typeof WATCHDOG_FINDINGS)[number];

export interface WatchdogReport {
  readonly at: Instant;
  /** Renewals looked at. */
  readonly open: number;
  /** Renewals that no workflow on the server works on. */
  readonly withoutWorkflow: readonly string[];
  /** Workflows whose code fails again and again: they stand still until it is mended. Also those of save plans. */
  readonly stalled: readonly string[];
  /** Renewals without any wake-up. */
  readonly quiet: readonly string[];
  /** Renewals whose wake-up should have happened by now. */
  readonly overdue: readonly string[];
  /** How many there are of each; the lists are cut where they grow long. */
  readonly found: Readonly<Record<WatchdogFinding, number>>;
}

export interface ReconcileReport {
  readonly at: Instant;
  readonly compared: number;
  /** Terms that had no running workflow and got one. */
  readonly started: readonly string[];
  /** Renewals told to look again because their read model differs from their workflow; the next report says what came of it. */
  readonly asked: readonly string[];
  /** Renewals asked by an earlier check, whose read model has moved since. */
  readonly repaired: readonly string[];
  /** Mails that waited in the ledger without a delivery and were dispatched again. */
  readonly dispatched: number;
  /** Differences that a person must look at: stopped by an operator, or asked before and not moved. */
  readonly reported: readonly string[];
  /** Open save plans without a workflow that had never begun, and now have. */
  readonly plansStarted: readonly string[];
  /** Open save plans whose workflow has ended without closing them: the client's mail is held until a person acts. */
  readonly plansReported: readonly string[];
  /** How many are reported in all; the lists are cut where they grow long. */
  readonly found: number;
}
