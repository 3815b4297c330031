import { randomBytes } from 'node:crypto';
import type { ClientSession } from 'mongoose';
import { linkAll, storable } from '../../domain/history/index.ts';
import type { ChainEntry, HistoryContent, Sealed } from '../../domain/history/index.ts';
import type { Actor } from '../../domain/people/types.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { AuditDoc, AuditHeadDoc } from '../../schemas/audit.ts';
import type { Database } from '../../schemas/connection.ts';
import { raw } from '../../schemas/raw.ts';
import { createClientKeys, sha256 } from '../../schemas/sealing.ts';
import type { AuditName } from './names.ts';

/** One thing to be noted in the audit log. */
export interface AuditEvent {
  readonly at: Instant;
  readonly name: AuditName;
  /** Whoever did it; of somebody who is not signed in nobody can say. */
  readonly actor: Actor;
  readonly target?: NonNullable<AuditDoc['target']>;
  /** Ids, numbers and words of ours: readable for ever. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** The address it came from, and other things that are personal: sealed under the key of the person. */
  readonly personal?: Readonly<Record<string, string>>;
}

type AuditDatabase = Pick<Database, 'audit' | 'auditHeads' | 'clientKeys'>;

export const CHAIN = 'audit';
export const NOBODY: Actor = { kind: 'system', id: 'nobody' };

/**
 * Appends to the log in the caller's transaction: a change of rights and the line about it stand or fall together. The
 * head is written by everybody who appends, so that two rivals never take the same place.
 */
export async function appendAudit(
  db: AuditDatabase,
  session: ClientSession,
  events: readonly AuditEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const head = await db.auditHeads.findOne({ _id: CHAIN }, null, { session }).lean<AuditHeadDoc>();
  const contents: HistoryContent[] = [];
  for (const event of events) contents.push(await contentOf(db, session, event));
  const chained = linkAll(head, contents, sha256);
  await raw(db.auditHeads).updateOne({ _id: CHAIN }, { $set: chained.head }, { session, upsert: true });
  await raw(db.audit).insertMany(chained.entries.map(toDoc), { session, ordered: true });
}

async function contentOf(db: AuditDatabase, session: ClientSession, event: AuditEvent): Promise<HistoryContent> {
  const { at, name, actor, target = null, detail = {}, personal = {} } = event;
  const entryId = `aud_${randomBytes(12).toString('base64url')}`;
  const sealedFor = personOf(event);
  const given = Object.entries(personal).filter(([, value]) => value !== '');
  const seal = given.length === 0 ? null : await createClientKeys(db).sealer(keyOwner(sealedFor), session);
  const sealed = given.flatMap(([key, value]): [string, Sealed][] =>
    seal === null ? [] : [[key, { sealed: seal(value, `${CHAIN}/${entryId}/detail.${key}`) }]],
  );
  return storable({
    renewalId: CHAIN,
    clientId: sealedFor ?? '',
    entryId,
    at,
    kind: 'fact',
    name,
    actor,
    stage: null,
    why: null,
    playbook: null,
    detail: { ...detail, ...Object.fromEntries(sealed), target },
  });
}

/** Whom the personal part is about: whoever acted, else whoever was tried. */
function personOf({ actor, target }: AuditEvent): string | null {
  if (actor.kind === 'person') return actor.id;
  return target?.kind === 'person' ? target.id : null;
}

/** The keys of people stand beside those of clients; erasing a person's leaves the chain whole. */
export function keyOwner(personId: string | null): string {
  return personId ?? 'nobody';
}

function toDoc({ seq, entryId, at, name, actor, clientId, detail, prev, hash }: ChainEntry): AuditDoc {
  const { target, ...rest } = detail;
  const sealedFor = clientId === '' ? null : clientId;
  const doc = { seq, entryId, at, name, actor, target: target as AuditDoc['target'], sealedFor, detail: rest };
  return { _id: `${CHAIN}#${seq}`, ...doc, prev, hash };
}

/** A line of the log as an entry of a chain, so that the code of the history links and verifies it. */
export function toChainEntry({ _id, target, sealedFor, detail, ...doc }: AuditDoc): ChainEntry {
  const rest = {
    renewalId: CHAIN,
    clientId: sealedFor ?? '',
    kind: 'fact',
    stage: null,
    why: null,
    playbook: null,
  } as const;
  return { ...doc, ...rest, detail: { ...detail, target } };
}

interface Waiting {
  readonly event: AuditEvent;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

const queues = new WeakMap<AuditDatabase, { waiting: Waiting[]; runs: boolean }>();

/**
 * Notes something that changes nothing else: an attempt, a read. Resolves when it is stored. Many at once are stored
 * together, so that a flood of attempts does not queue for the head of the chain one by one.
 */
export function recordAudit(db: Database, event: AuditEvent): Promise<void> {
  const queue = queues.get(db) ?? { waiting: [], runs: false };
  queues.set(db, queue);
  return new Promise((done, failed) => {
    queue.waiting.push({ event, done, failed });
    if (!queue.runs) void drain(db, queue);
  });
}

async function drain(db: Database, queue: { waiting: Waiting[]; runs: boolean }): Promise<void> {
  queue.runs = true;
  while (queue.waiting.length > 0) {
    const batch = queue.waiting;
    queue.waiting = [];
    try {
      await db.transaction((session) =>
        appendAudit(
          db,
          session,
          batch.map(({ event }) => event),
        ),
      );
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
  queue.runs = false;
}
