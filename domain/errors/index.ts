export type { ErrorClass, ErrorEntries, ErrorEntry } from './entry.ts';
export { describePlace, explain } from './explain.ts';
export type { Explanation } from './explain.ts';
export { excerpt, PerennialError, problem, warning } from './problem.ts';
export type { Place, Problem } from './problem.ts';
export { ERROR_NAMES, fileReason } from './names.ts';
export { ERROR_TABLE } from './table.ts';
export type { ErrorCode } from './table.ts';
