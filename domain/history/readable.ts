import { parseInstant } from '../time/instant.ts';
import type { Instant } from '../time/types.ts';
import type { ChainEntry } from './entry.ts';

/** An entry as it is read for people. */
export interface ReadEntry extends ChainEntry {
  /** It was edited into something that no writer of ours writes: what it says is left out. */
  readonly unreadable?: true;
}

const KINDS: ReadonlySet<unknown> = new Set(['fact', 'refused', 'effect', 'transition'] satisfies ChainEntry['kind'][]);

/** Whether an entry has the shape that it was written with. Whoever edits a database by hand can break it. */
export function isReadable(entry: ChainEntry): boolean {
  const { at, kind, name, actor, stage, why, detail, clientId } = entry as Readonly<Record<keyof ChainEntry, unknown>>;
  return (
    typeof at === 'string' &&
    parseInstant(at) === at &&
    KINDS.has(kind) &&
    typeof name === 'string' &&
    typeof clientId === 'string' &&
    isPlain(actor) &&
    typeof actor['kind'] === 'string' &&
    (actor['id'] === undefined || typeof actor['id'] === 'string') &&
    (stage === null || typeof stage === 'string') &&
    (why === null || (isPlain(why) && typeof why['rule'] === 'string' && isPlain(why['inputs']))) &&
    isPlain(detail) &&
    isJson(detail)
  );
}

/** What may still be told of an entry that is not readable: that it is there. */
export function unreadable(entry: ChainEntry): ReadEntry {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const at = parseInstant(text(entry.at));
  return {
    renewalId: text(entry.renewalId),
    entryId: text(entry.entryId),
    at: typeof at === 'string' ? at : NO_TIME,
    kind: 'fact',
    name: 'unreadable',
    actor: { kind: 'engine' },
    stage: null,
    why: null,
    detail: {},
    playbook: null,
    clientId: text(entry.clientId),
    seq: entry.seq,
    prev: text(entry.prev),
    hash: text(entry.hash),
    unreadable: true,
  };
}

const NO_TIME = '1970-01-01T00:00:00.000Z' as Instant;

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Plain JSON all the way down: a database holds dates and numbers of its own beside it. */
function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value === 'object' && value !== null) return isPlain(value) && Object.values(value).every(isJson);
  return value === undefined || ['string', 'number', 'boolean'].includes(typeof value) || value === null;
}
