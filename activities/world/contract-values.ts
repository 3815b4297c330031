import { localDate } from '../../domain/time/index.ts';
import type { Instant, ZoneOffsets } from '../../domain/time/index.ts';
import type { RuleValues } from '../../domain/expressions/index.ts';
import type { Client, Contract } from '../../domain/people/contract.ts';
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
