/**
 * The known names ordered by how near they are to what was written, and the nearest one where it is
 * near enough to be meant: at most a third of its letters differ (swapped neighbours count once).
 */
export function nearNames(written: string, known: readonly string[]): { nearest: string | null; ordered: string[] } {
  const from = written.slice(0, 60).toLowerCase();
  const scored = known
    .map((name) => ({ name, distance: distance(from, name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const best = scored[0];
  const near = best !== undefined && best.distance <= Math.max(1, Math.ceil(best.name.length / 3));
  return { nearest: near ? best.name : null, ordered: scored.map((s) => s.name) };
}

/** Optimal string alignment distance: inserts, deletes, replacements and swaps of neighbours. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
