export { appendHistory } from './append.ts';
export type { HistoryBatch } from './append.ts';
export { verifyHistory } from './verify.ts';
