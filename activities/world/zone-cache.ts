import { FIRST_YEAR, LAST_YEAR } from '../../domain/time/index.ts';
import type { ZoneOffsets } from '../../domain/time/index.ts';

/** Zones of the whole range of dates, each worked out once in the process. */
export function zoneCache(
  compileZone: (zone: string, fromYear: number, toYear: number) => ZoneOffsets,
): (zone: string) => ZoneOffsets {
  const zones = new Map<string, ZoneOffsets>();
  return (zone) => {
    const known = zones.get(zone) ?? compileZone(zone, FIRST_YEAR, LAST_YEAR);
    zones.set(zone, known);
    return known;
  };
}
