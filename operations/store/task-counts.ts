import { trusted } from 'mongoose';
import type { Filter } from '../../domain/access/index.ts';
import { addDays, isoWeekday, localDate, localToInstant, wallTime } from '../../domain/time/index.ts';
import type { Instant, ZoneOffsets } from '../../domain/time/index.ts';
import type { Database } from '../../schemas/connection.ts';
import { COUNT_MAX } from './due-groups.ts';
import type { DueGroup } from './due-groups.ts';
import { trustedFilter } from './trusted-filter.ts';

/** Where one group of due dates ends and the next begins, as the reader's calendar on the wall has it. */
export interface DueLimits {
  readonly now: Instant;
  /** The next midnight. */
  readonly tomorrow: Instant;
  /** Midnight before the next Monday. */
  readonly nextWeek: Instant;
}

export function dueLimits(zone: ZoneOffsets, now: Instant): DueLimits {
  const today = localDate(zone, now);
  const midnight = wallTime('00:00');
  return {
    now,
    tomorrow: localToInstant(zone, addDays(today, 1), midnight),
    nextWeek: localToInstant(zone, addDays(today, 8 - isoWeekday(today)), midnight),
  };
}

/** How many open tasks are due when; each number at most {@link COUNT_MAX}. */
export async function countByDue(
  db: Pick<Database, 'tasks'>,
  only: Filter,
  { now, tomorrow, nextWeek }: DueLimits,
): Promise<Readonly<Record<DueGroup, number>>> {
  const count = (dueAt: Record<string, Instant>) =>
    db.tasks.countDocuments(
      { $and: [{ state: 'open' }, trustedFilter(only), { dueAt: trusted(dueAt) }] },
      { limit: COUNT_MAX },
    );
  const [overdue, today, thisWeek, later] = await Promise.all([
    count({ $lt: now }),
    count({ $gte: now, $lt: tomorrow }),
    count({ $gte: tomorrow, $lt: nextWeek }),
    count({ $gte: nextWeek }),
  ]);
  return { overdue, today, thisWeek, later };
}
