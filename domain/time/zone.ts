import { fromEpochDay, toEpochDay } from './civil.ts';
import { fromMs, MS_PER_DAY, MS_PER_MINUTE, toMs } from './instant.ts';
import type { CivilDate, Instant, WallTime, ZoneOffsets } from './types.ts';
import { wallMinutes } from './wall-time.ts';

export { parseWallTime, wallMinutes, wallTime, wallTimeOf } from './wall-time.ts';

/** The rows of a zone as numbers, made once per zone object. */
interface OffsetTable {
  readonly zone: ZoneOffsets;
  /** Instants (ms) from which row i holds; row 0 holds for all earlier ones too. */
  readonly from: Float64Array;
  /**
   * Local times (ms, read as if UTC) from which row i holds. Where the clocks go forward, times in the gap
   * still take the offset before it (02:30 becomes 03:30); where they go back, times in the overlap do too
   * (the earlier of the two).
   */
  readonly localFrom: Float64Array;
  readonly offsetMs: Float64Array;
}

const tables = new WeakMap<ZoneOffsets, OffsetTable>();
/** The table used last: most calls in a row ask the same zone, and this is quicker than the map. */
let latest: OffsetTable | undefined;

function tableOf(zone: ZoneOffsets): OffsetTable {
  if (latest?.zone === zone) return latest;
  let table = tables.get(zone);
  if (!table) {
    table = buildTable(zone);
    tables.set(zone, table);
  }
  latest = table;
  return table;
}

function buildTable(zone: ZoneOffsets): OffsetTable {
  const rows = zone.changes;
  if (rows.length === 0) throw new RangeError(`zone ${zone.zone} has no offsets`);
  const from = Float64Array.from(rows, (row) => toMs(row.from));
  const offsetMs = Float64Array.from(rows, (row) => row.minutes * MS_PER_MINUTE);
  const localFrom = from.map((at, i) => at + Math.max(offsetMs[i] ?? 0, offsetMs[i - 1] ?? offsetMs[i] ?? 0));
  return { zone, from, localFrom, offsetMs };
}

/** Index of the last row that holds at `at`; 0 before all of them. */
function rowAt(starts: Float64Array, at: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Local time (ms, read as if UTC) at an instant (ms). */
export function localMsAt(zone: ZoneOffsets, ms: number): number {
  const table = tableOf(zone);
  return ms + (table.offsetMs[rowAt(table.from, ms)] ?? 0);
}

/** The instant (ms) of a local time (ms, read as if UTC); gaps and overlaps as in {@link localToInstant}. */
export function msOfLocal(zone: ZoneOffsets, localMs: number): number {
  const table = tableOf(zone);
  return localMs - (table.offsetMs[rowAt(table.localFrom, localMs)] ?? 0);
}

/** The instant (ms) of minutes since midnight on a day (since 1970-01-01). */
export function msOfDayMinutes(zone: ZoneOffsets, epochDay: number, minutes: number): number {
  return msOfLocal(zone, epochDay * MS_PER_DAY + minutes * MS_PER_MINUTE);
}

/** The local day (since 1970-01-01) at an instant (ms). */
export function localDayAt(zone: ZoneOffsets, ms: number): number {
  return Math.floor(localMsAt(zone, ms) / MS_PER_DAY);
}

/**
 * The instant of a wall-clock time. A time that the clocks skip moves forward by the length of the gap
 * (02:30 → 03:30); of a time that occurs twice the earlier one counts.
 */
export function localToInstant(zone: ZoneOffsets, date: CivilDate, time: WallTime): Instant {
  return fromMs(msOfDayMinutes(zone, toEpochDay(date), wallMinutes(time)));
}

/** The date on the calendar on the wall at an instant. */
export function localDate(zone: ZoneOffsets, at: Instant): CivilDate {
  return fromEpochDay(localDayAt(zone, toMs(at)));
}

/** Minutes since local midnight at an instant, whole ones, 0 to 1439. */
export function localMinutes(zone: ZoneOffsets, at: Instant): number {
  const local = localMsAt(zone, toMs(at));
  return Math.floor((local - Math.floor(local / MS_PER_DAY) * MS_PER_DAY) / MS_PER_MINUTE);
}

/** One stretch of local time that the clocks skip, as [from, to) in local ms; used to find days that do not exist. */
export function localGaps(zone: ZoneOffsets): readonly { readonly from: number; readonly to: number }[] {
  const { from, offsetMs } = tableOf(zone);
  const gaps: { from: number; to: number }[] = [];
  for (let i = 1; i < from.length; i += 1) {
    const at = from[i] ?? 0;
    const [before, after] = [offsetMs[i - 1] ?? 0, offsetMs[i] ?? 0];
    if (after > before) gaps.push({ from: at + before, to: at + after });
  }
  return gaps;
}

/** Instants (ms) at which the offset changes. */
export function offsetChanges(zone: ZoneOffsets): readonly number[] {
  return Array.from(tableOf(zone).from).slice(1);
}
