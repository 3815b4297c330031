import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { ChainHead } from '../../domain/history/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { HistoryHeadDoc } from '../../schemas/history.ts';
import { sha256 } from '../../schemas/sealing.ts';
import type { KeyRing } from '../temporal/key-ring.ts';

const FORMAT = 'perennial-heads/1';
const NAME = /^heads-[\dTZ-]{14,20}\.jsonl$/;

/** What is sent elsewhere of a head file: whoever has it can tell another file from this one. */
export interface HeadReceipt {
  readonly name: string;
  readonly at: Instant;
  readonly count: number;
  readonly digest: string;
  readonly mac: string;
}

/** Where receipts go: a mail, a webhook. One that fails is told, and the next hour sends its own. */
export type ReceiptSink = (receipt: HeadReceipt) => Promise<void>;

/** What the head files of a folder have seen. */
export interface Witnessed {
  readonly files: number;
  /** Points of each chain, the oldest first. */
  readonly points: ReadonlyMap<string, readonly ChainHead[]>;
  readonly problems: readonly Problem[];
}

/**
 * Writes the ends of all chains that have moved since the last file into a new one, signed with a key that is not in
 * the database and bound to the file before it. A file of the hour that is there already stays; null then.
 */
export async function writeHeads(
  db: Pick<Database, 'historyHeads'>,
  ring: KeyRing,
  folder: string,
  at: Instant,
  sinks: readonly ReceiptSink[] = [],
): Promise<HeadReceipt | null> {
  await mkdir(folder, { recursive: true });
  const name = `heads-${at.slice(0, 13)}Z.jsonl`;
  const names = await namesIn(folder);
  if (names.includes(name)) return null;
  const known = new Map<string, string>();
  let previous: string | null = null;
  for (const before of names) {
    const text = await readFile(join(folder, before), 'utf8');
    for (const { id, hash } of headsOf(text)) known.set(id, hash);
    previous = macOf(text);
  }
  const lines: string[] = [];
  for await (const head of db.historyHeads.find().sort({ _id: 1 }).lean<HistoryHeadDoc[]>().cursor()) {
    if (known.get(head._id) !== head.hash) lines.push(JSON.stringify({ id: head._id, seq: head.seq, hash: head.hash }));
  }
  const header = JSON.stringify({ format: FORMAT, at, key: ring.current, previous, count: lines.length });
  const signed = [header, ...lines, ''].join('\n');
  const mac = sign(ring, ring.current, signed) ?? '';
  const text = `${signed}${JSON.stringify({ mac })}\n`;
  const aside = join(folder, `.${name}.${process.pid}`);
  await writeFile(aside, text, { mode: 0o600 });
  try {
    // Linked, not moved: a file that another process has written meanwhile is not replaced.
    await link(aside, join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
  const receipt = { name, at, count: lines.length, digest: sha256(text), mac };
  for (const send of sinks) await send(receipt);
  return receipt;
}

/** Reads and checks all head files of a folder; a file that does not hold is told and bears no witness. */
export async function readWitness(ring: KeyRing, folder: string): Promise<Witnessed> {
  const points = new Map<string, ChainHead[]>();
  const problems: Problem[] = [];
  let before: string | null = null;
  const names = await namesIn(folder);
  for (const name of names) {
    const text = await readFile(join(folder, name), 'utf8');
    const header = headerOf(text);
    if (header === undefined || !holds(ring, text, header.key)) {
      problems.push(problem('witness.damaged', { name }));
      // The next one says what this one was signed with.
      before = null;
      continue;
    }
    const first = name === names[0];
    const follows = header.previous === before || (before === null && !first);
    if (!follows) problems.push(problem('witness.missing', { name }));
    before = macOf(text);
    for (const { id, seq, hash } of headsOf(text)) points.set(id, [...(points.get(id) ?? []), { seq, hash }]);
  }
  return { files: names.length, points, problems };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => NAME.test(name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function headsOf(text: string): readonly (ChainHead & { readonly id: string })[] {
  return text
    .split('\n')
    .slice(1, -2)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as ChainHead & { readonly id: string }];
      } catch {
        return [];
      }
    });
}

function headerOf(text: string): { readonly key: string; readonly previous: string | null } | undefined {
  try {
    const header = JSON.parse(text.slice(0, text.indexOf('\n'))) as Record<string, unknown>;
    const { format, key, previous } = header;
    if (format !== FORMAT || typeof key !== 'string') return undefined;
    return { key, previous: typeof previous === 'string' ? previous : null };
  } catch {
    return undefined;
  }
}

function macOf(text: string): string | null {
  return /\{"mac":"([0-9a-f]{64})"\}\n$/.exec(text)?.[1] ?? null;
}

function holds(ring: KeyRing, text: string, keyId: string): boolean {
  const told = macOf(text);
  const expected = told === null ? undefined : sign(ring, keyId, text.slice(0, text.lastIndexOf('{"mac"')));
  if (told === null || expected === undefined) return false;
  return timingSafeEqual(Buffer.from(told, 'hex'), Buffer.from(expected, 'hex'));
}

/** A key of its own, made from the ring's: who sees a signature learns nothing of the payloads' key. */
function sign(ring: KeyRing, keyId: string, text: string): string | undefined {
  const key = ring.keys.get(keyId);
  if (key === undefined) return undefined;
  const own = Buffer.from(hkdfSync('sha256', key, '', 'perennial head witness', 32));
  return createHmac('sha256', own).update(text, 'utf8').digest('hex');
}
