import type { DatePoint } from './types.ts';

/** Days in a unit, near enough to tell which of two dates on one anchor is the earlier. */
const DAYS_PER_UNIT: Readonly<Record<DatePoint['unit'], number>> = { days: 1, 'business days': 1.4, months: 30.4 };

/** Different units are compared only where no calendar can turn the order round. */
const SLACK_DAYS = 14;

/**
 * Order of two dates without a calendar: negative where `a` is the earlier, 0 where they fall together or are
 * too near to tell, null where they hang on different anchors.
 */
export function comparePoints(a: DatePoint, b: DatePoint): number | null {
  if (a.anchor !== b.anchor) return null;
  if (a.unit === b.unit || a.amount === 0 || b.amount === 0) {
    if (a.unit === b.unit) return a.amount - b.amount;
    return Math.sign(a.amount) - Math.sign(b.amount);
  }
  const apart = a.amount * DAYS_PER_UNIT[a.unit] - b.amount * DAYS_PER_UNIT[b.unit];
  return Math.abs(apart) <= SLACK_DAYS ? 0 : apart;
}

/** Whether two dates are the same day for certain. */
export function samePoint(a: DatePoint, b: DatePoint): boolean {
  return a.anchor === b.anchor && a.amount === b.amount && (a.unit === b.unit || a.amount === 0);
}

/** Most dates that fall into any stretch of `days` days; dates on different anchors are counted apart. */
export function densest(points: readonly DatePoint[], days: number): number {
  let most = 0;
  for (const first of points) {
    const within = points.filter((p) => {
      if (p.anchor !== first.anchor) return false;
      const apart = p.amount * DAYS_PER_UNIT[p.unit] - first.amount * DAYS_PER_UNIT[first.unit];
      return apart >= 0 && apart < days;
    });
    most = Math.max(most, within.length);
  }
  return most;
}
