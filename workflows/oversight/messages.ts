/** Hourly: proves that no open renewal has gone quiet. */
export const WATCHDOG_WORKFLOW = 'watchdog';
/** Hourly: compares the running workflows with the read model and the ledger, and mends what may be mended. */
export const RECONCILE_WORKFLOW = 'reconcile';

export interface WatchdogReport {
  readonly at: string;
  /** Renewals looked at. */
  readonly open: number;
  /** Renewals without a future wake-up, an open task or a wait with a deadline. */
  readonly quiet: readonly string[];
  /** Wake-ups that should have happened by now. */
  readonly overdue: readonly string[];
}

export interface ReconcileReport {
  readonly at: string;
  readonly compared: number;
  /** Terms that had no running workflow and got one. */
  readonly started: readonly string[];
  /** Read models that differed from their workflow and were written again. */
  readonly repaired: readonly string[];
  /** Mails that waited in the ledger without a delivery and were dispatched again. */
  readonly dispatched: number;
  /** Differences that a person must look at: stopped by an operator, a workflow without a term. */
  readonly reported: readonly string[];
}
