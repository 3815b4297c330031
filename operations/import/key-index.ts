import { excerpt, problem, warning } from '../../domain/errors/index.ts';
import type { Place, Problem } from '../../domain/errors/index.ts';
import { sameKey } from './rows/values.ts';

interface Seen {
  readonly row: number;
  readonly text: string;
}

/** Finds the same key twice in one file, and numbers that lost their leading zeros. */
export class KeyIndex {
  readonly #first = new Map<string, Seen>();
  readonly #repeats: { readonly first: Seen; readonly again: Seen }[] = [];
  readonly #digits: Seen[] = [];
  #zeroLength = 0;

  add(row: number, text: string): void {
    const key = sameKey(text);
    const first = this.#first.get(key);
    if (first === undefined) this.#first.set(key, { row, text });
    else this.#repeats.push({ first, again: { row, text } });
    if (!/^\d+$/.test(text)) return;
    if (text.startsWith('0')) this.#zeroLength = Math.max(this.#zeroLength, text.length);
    else this.#digits.push({ row, text });
  }

  has(text: string): boolean {
    return this.#first.has(sameKey(text));
  }

  /** `row.duplicate` for both rows of each pair: which of the two is right, only a person can say. */
  duplicates(place: (row: number) => Place): readonly Problem[] {
    const problems: Problem[] = [];
    const told = new Set<number>();
    const tell = (self: Seen, other: Seen) => {
      if (told.has(self.row)) return;
      told.add(self.row);
      const params = { value: excerpt(self.text), row: self.row, other: other.row };
      problems.push(problem('row.duplicate', params, place(self.row)));
    };
    for (const { first, again } of this.#repeats) {
      tell(first, again);
      tell(again, first);
    }
    return problems;
  }

  /** Bare numbers that are shorter than one with leading zeros in the same column. */
  lostZeros(place: (row: number) => Place): readonly Problem[] {
    return this.#digits
      .filter((seen) => seen.text.length < this.#zeroLength)
      .map((seen) => warning('id.leading_zero', { value: excerpt(seen.text) }, place(seen.row)));
  }
}
