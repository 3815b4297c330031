import { holds } from '../expressions/index.ts';
import type { RuleValues } from '../expressions/index.ts';
import type { PlaybookVersion } from './types.ts';

/** Of the playbooks that apply the one of highest priority; of equals the first by id, so that the choice never wavers. */
export function choosePlaybook<P extends Pick<PlaybookVersion, 'id' | 'definition'>>(
  playbooks: readonly P[],
  values: RuleValues<'applies'>,
): P | null {
  const [best] = playbooks
    .filter(({ definition }) => holds(definition.applies, 'applies', values))
    .sort((a, b) => b.definition.priority - a.definition.priority || (a.id < b.id ? -1 : 1));
  return best ?? null;
}
