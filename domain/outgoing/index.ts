export * from './types.ts';
export { BACK_OFF, backOffMs, FAILING_MS } from './back-off.ts';
export { HISTORY_NAMES, outgoingOf } from './from-history.ts';
export type { OutgoingFact } from './from-history.ts';
