/** A figure over several runs. */
export interface Stat {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

/** Median, least and greatest of at least one value. */
export function statOf(values: readonly number[]): Stat {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1), runs: sorted.length };
}

/** Of pairs taken in the same run each, so that what slows both down falls out. */
export function ratioOf(ours: readonly number[], base: readonly number[]): Stat {
  return statOf(ours.map((value, i) => value / (base[i] ?? Number.NaN)));
}

/** Three or four digits are what a measurement carries. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** `4.1 (3.9–4.4)`; the median alone where all runs gave the same. */
export function showStat({ median, min, max }: Stat): string {
  return min === max ? digits(median) : `${digits(median)} (${digits(min)}–${digits(max)})`;
}
