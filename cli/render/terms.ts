import type { NeighbourTerms } from '../../operations/find.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { Run } from '../run.ts';

/** Where a contract has several terms: which one this is, and by which ids the ones beside it are found. */
export function termLines(
  { t }: Pick<Run, 't'>,
  { term }: Pick<RenewalDoc, 'term'>,
  { earlier, later }: NeighbourTerms,
): readonly string[] {
  const outcome = earlier?.outcome == null ? null : t.code('words', `outcome.${earlier.outcome}`);
  return [
    ...(earlier === null || outcome === null
      ? []
      : [t('cli:term.after', { term, earlier: earlier.term, outcome, id: earlier.id })]),
    ...(later === null ? [] : [t('cli:term.before', { term, later: later.term, id: later.id })]),
  ];
}
