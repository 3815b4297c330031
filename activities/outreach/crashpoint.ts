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
 * `send.after_250:3` for the third time it is passed). Does nothing without that variable.
 */
export function crashpoint(point: CrashPoint): void {
  const wanted = process.env['PERENNIAL_CRASH_AT'];
  if (wanted === undefined || wanted === '') return;
  const [name, nth = '1'] = wanted.split(':');
  if (name !== point) return;
  const count = (hits.get(point) ?? 0) + 1;
  hits.set(point, count);
  if (count === Number(nth)) process.kill(process.pid, 'SIGKILL');
}
