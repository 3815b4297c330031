/** The moments between two writes at which a fault test kills the worker. */
export const CRASH_POINTS = [
  'send.before_claim',
  'send.after_claim',
  'send.before_connect',
  'send.before_mark',
  'send.after_mark',
  'send.after_250',
  'send.after_record',
  'send.after_history',
  'send.after_report',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

const hits = new Map<string, number>();

/**
 * Kills this process with SIGKILL when `PERENNIAL_CRASH_AT` names the point (`send.after_250`, or
 * `send.after_250:3` for the third time it is passed), or freezes it with SIGSTOP when `PERENNIAL_FREEZE_AT` does.
 * Does nothing without these variables.
 */
export function crashpoint(point: CrashPoint): void {
  const crashAt = process.env['PERENNIAL_CRASH_AT'] ?? '';
  const freezeAt = process.env['PERENNIAL_FREEZE_AT'] ?? '';
  if (crashAt === '' && freezeAt === '') return;
  const count = (hits.get(point) ?? 0) + 1;
  hits.set(point, count);
  if (isMeant(crashAt, point, count)) process.kill(process.pid, 'SIGKILL');
  if (isMeant(freezeAt, point, count)) process.kill(process.pid, 'SIGSTOP');
}

function isMeant(wanted: string, point: CrashPoint, count: number): boolean {
  const [name, nth = '1'] = wanted.split(':');
  return name === point && count === Number(nth);
}
