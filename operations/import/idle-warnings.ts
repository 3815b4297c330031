import type { ErrorCode, Problem } from '../../domain/errors/index.ts';

/** Warnings that hold for their whole column; they are told at the first row that has them. */
const OF_COLUMNS: readonly ErrorCode[] = ['xlsx.formula', 'id.leading_zero'];

/** What will be done about a row that is not taken in at all is no news. */
export function withoutIdleWarnings(problems: readonly Problem[]): readonly Problem[] {
  const refused = new Set(problems.flatMap((p) => (p.severity === 'error' ? [p.place?.row] : [])));
  refused.delete(undefined);
  return problems.filter((p) => p.severity === 'error' || OF_COLUMNS.includes(p.code) || !refused.has(p.place?.row));
}
