import type { BusinessCalendar } from '../../domain/calendar/types.ts';
import { timeline } from '../../domain/playbook/index.ts';
import type { TimelineEntry } from '../../domain/playbook/index.ts';
import type { Client } from '../../domain/people/contract.ts';
import type { Playbook } from '../../domain/playbook/types.ts';
import type { CivilDate } from '../../domain/time/types.ts';

export interface PreviewWish {
  readonly endDate: CivilDate;
  readonly noticeDate: CivilDate | null;
  /** Whose days count, the team's and the client's alike. */
  readonly calendar: BusinessCalendar;
  /** Entries for other tiers are left out; any other condition is shown beside its entry. */
  readonly tier?: Client['tier'] | undefined;
}

/** What a playbook would do for one term, with its dates. */
export function previewTimeline(playbook: Playbook, wish: PreviewWish): readonly TimelineEntry[] {
  const { endDate, noticeDate, calendar, tier } = wish;
  const term = { endDate, noticeDate, startDate: null };
  const entries = timeline(playbook, term, { team: calendar, client: calendar, clientZone: calendar.zone });
  return entries.filter((entry) => fitsTier(entry, tier));
}

function fitsTier(entry: TimelineEntry, tier: Client['tier'] | undefined): boolean {
  const wanted = /^client\.tier\s*==\s*"([ABC])"$/.exec(entry.when ?? '')?.[1];
  return tier === undefined || wanted === undefined || wanted === tier;
}
