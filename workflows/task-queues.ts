/** Workflows and bookkeeping. */
export const RENEWALS_QUEUE = 'renewals';
/** Mail to clients and to the team: its own queue, so that a rate cap or a dead mail server delays nothing else. */
export const OUTREACH_QUEUE = 'outreach';
