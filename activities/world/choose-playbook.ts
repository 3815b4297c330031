import { localDate } from '../../domain/time/index.ts';
import type { Instant, ZoneOffsets } from '../../domain/time/index.ts';
import { holds } from '../../domain/expressions/index.ts';
import type { RuleValues } from '../../domain/expressions/index.ts';
import type { Client, Contract } from '../../domain/people/contract.ts';
import type { PlaybookVersion } from '../../domain/playbook/types.ts';
import { contractValues as valuesOf } from '../../domain/renewal/rule-values.ts';

/** What `applies` of a playbook looks at, at this moment. */
export function contractValues(
  client: Client,
  contract: Contract,
  zone: ZoneOffsets,
  now: Instant,
): RuleValues<'applies'> {
  const dates = { end: contract.endDate, notice: contract.noticeDate };
  return valuesOf(client, contract, dates, localDate(zone, now));
}

/** Of the playbooks that apply the one of highest priority; of equals the first by id, so that the choice never wavers. */
export function choosePlaybook(
  playbooks: readonly PlaybookVersion[],
  values: RuleValues<'applies'>,
): PlaybookVersion | null {
  const [best] = playbooks
    .filter(({ definition }) => holds(definition.applies, 'applies', values))
    .sort((a, b) => b.definition.priority - a.definition.priority || (a.id < b.id ? -1 : 1));
  return best ?? null;
}
