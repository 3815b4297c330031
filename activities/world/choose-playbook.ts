import { daysBetween, localDate } from '../../domain/time/index.ts';
import type { Instant, ZoneOffsets } from '../../domain/time/index.ts';
import { holds } from '../../domain/expressions/index.ts';
import type { RuleValues } from '../../domain/expressions/index.ts';
import { minorDigits } from '../../domain/money/index.ts';
import type { Client, Contract } from '../../domain/people/contract.ts';
import type { PlaybookVersion } from '../../domain/playbook/types.ts';

/** What `applies` of a playbook looks at. Without a date the day is as far away as can be: no "soon" holds. */
export function contractValues(
  client: Client,
  contract: Contract,
  zone: ZoneOffsets,
  now: Instant,
): RuleValues<'applies'> {
  const today = localDate(zone, now);
  const daysUntilEnd = contract.endDate === null ? Number.POSITIVE_INFINITY : daysBetween(today, contract.endDate);
  return {
    client: { tier: client.tier, name: client.name, locale: client.locale },
    contract: {
      amount: contract.amount.minor / 10 ** minorDigits(contract.amount.currency),
      currency: contract.amount.currency,
      autoRenew: contract.autoRenew,
      termMonths: contract.termMonths,
      product: contract.product,
      paymentDays: contract.paymentDays,
      daysUntilEnd,
      daysUntilNotice: contract.noticeDate === null ? daysUntilEnd : daysBetween(today, contract.noticeDate),
    },
  };
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
