/** One difference between two versions of a document. */
export interface DocumentChange {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  /** Dotted, with the ids of stages and steps instead of their places: `stages.quote.steps.send-quote.due`. */
  readonly path: string;
  /** What stood there; null where nothing did. Of what was moved the place in its list, from 1. */
  readonly before: unknown;
  readonly after: unknown;
}

/** A sentence of one of two descriptions, or of both. */
export interface SentenceChange {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/**
 * What differs between two documents, in the order of the newer one, and what was removed where it stood. Stages,
 * steps and rules are known by their ids: one that was moved is the same one.
 */
export function compareDocuments(before: unknown, after: unknown): readonly DocumentChange[] {
  const changes: DocumentChange[] = [];
  compare(before, after, '', changes);
  return changes;
}

function compare(before: unknown, after: unknown, path: string, changes: DocumentChange[]): void {
  if (before === undefined && after === undefined) return;
  if (before === undefined) changes.push({ kind: 'added', path, before: null, after });
  else if (after === undefined) changes.push({ kind: 'removed', path, before, after: null });
  else if (isRecord(before) && isRecord(after) && !isValue(before) && !isValue(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[key], after[key], path === '' ? key : `${path}.${key}`, changes);
    }
  } else {
    const [old, now] = [named(before), named(after)];
    if (old !== undefined && now !== undefined) compareLists(old, now, path, changes);
    else if (!same(before, after)) changes.push({ kind: 'changed', path, before, after });
  }
}

type Named = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

function compareLists(before: Named, after: Named, path: string, changes: DocumentChange[]): void {
  // Only among those in both lists: one more in front moves nothing.
  const stayed = [...before.keys()].filter((id) => after.has(id));
  const order = [...after.keys()].filter((id) => before.has(id));
  const still = new Set(longestCommon(stayed, order));
  const placeOf = (list: Named, id: string) => [...list.keys()].indexOf(id) + 1;
  for (const [id, record] of before) if (!after.has(id)) compare(record, undefined, `${path}.${id}`, changes);
  for (const [id, record] of after) {
    const at = `${path}.${id}`;
    const old = before.get(id);
    if (old !== undefined && !still.has(id)) {
      changes.push({ kind: 'moved', path: at, before: placeOf(before, id), after: placeOf(after, id) });
    }
    compare(old, record, at, changes);
  }
}

/** What records of a list are known by, whichever they have. */
const KEYS = ['id', 'cause', 'at'] as const;

/** The records of a list by what they are known by; undefined for any other list or value. */
function named(value: unknown): Named | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = (value as readonly unknown[]).flatMap((one): [string, Readonly<Record<string, unknown>>][] => {
    const key = isRecord(one) && !isValue(one) ? KEYS.map((name) => one[name]).find(isKey) : undefined;
    return key === undefined ? [] : [[String(key), one as Readonly<Record<string, unknown>>]];
  });
  const map = new Map(entries);
  return map.size === value.length ? map : undefined;
}

function isKey(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** A date or a span is one value: "90 days before end" is not its parts. */
function isValue(record: Readonly<Record<string, unknown>>): boolean {
  return 'unit' in record || ('count' in record && 'days' in record);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => same(one, b[i]));
  if (!isRecord(a) || !isRecord(b)) return a === b;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same(a[key], b[key]));
}

/** Two descriptions beside each other: what both say, what only the older says, and what only the newer says. */
export function compareSentences(before: readonly string[], after: readonly string[]): readonly SentenceChange[] {
  const both = longestCommon(before, after);
  const result: SentenceChange[] = [];
  let [i, j] = [0, 0];
  for (const text of [...both, undefined]) {
    for (; i < before.length && before[i] !== text; i += 1) result.push({ kind: 'removed', text: before[i] ?? '' });
    for (; j < after.length && after[j] !== text; j += 1) result.push({ kind: 'added', text: after[j] ?? '' });
    if (text === undefined) break;
    result.push({ kind: 'same', text });
    i += 1;
    j += 1;
  }
  return result;
}

/** The longest list that is part of both, in order. */
function longestCommon(a: readonly string[], b: readonly string[]): readonly string[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const common: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      common.push(a[i] ?? '');
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return common;
}
