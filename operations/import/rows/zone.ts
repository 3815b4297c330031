import { PerennialError } from '../../../domain/errors/index.ts';
import type { Problem } from '../../../domain/errors/index.ts';
import type { ZoneId } from '../../../domain/time/index.ts';
import { zoneId } from '../../calendars/zone-offsets.ts';
import type { RowCells } from './row-cells.ts';

/** Asking the platform for a zone is slow, and a table names few of them. */
const known = new Map<string, ZoneId | Problem>();

/** A zone of the IANA list; offsets and names of cities are refused with what was most likely meant. */
export function readZone<F extends string>(cells: RowCells<F>, field: F): ZoneId | undefined {
  const text = cells.raw(field);
  if (text === undefined) return undefined;
  let zone = known.get(text);
  if (zone === undefined) {
    zone = checkZone(text);
    if (known.size < 10_000) known.set(text, zone);
  }
  return typeof zone === 'string' ? zone : cells.fail(field, zone);
}

function checkZone(text: string): ZoneId | Problem {
  try {
    return zoneId(text);
  } catch (error) {
    const problem = error instanceof PerennialError ? error.problems[0] : undefined;
    if (problem === undefined) throw error;
    return problem;
  }
}
