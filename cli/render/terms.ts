import type { Run } from '../run.ts';
import type { Renewal } from '../seen.ts';

/** Where a contract has several terms: which one this is, and by which ids the ones beside it are found. */
export function termLines(
  { t }: Pick<Run, 't'>,
  { term, earlier, later }: Pick<Renewal, 'term' | 'earlier' | 'later'>,
): readonly string[] {
  const outcome = earlier?.outcome == null ? null : t.code('words', `outcome.${earlier.outcome}`);
  return [
    ...(earlier === null || outcome === null
      ? []
      : [t('cli:term.after', { term, earlier: earlier.term, outcome, id: earlier.id })]),
    ...(later === null ? [] : [t('cli:term.before', { term, later: later.term, id: later.id })]),
  ];
}
