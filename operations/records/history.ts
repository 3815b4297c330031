import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import { appendHistory } from '../../activities/history/index.ts';
import type { LogEntry } from '../../domain/renewal/effects.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { createClientKeys } from '../../schemas/sealing.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import type { ChangeStamp } from './stamp.ts';

/**
 * Names of the history entries that are written when a person changes a record. They come from no workflow: whoever
 * compares a history with the workflow's own leaves them out.
 */
export const RECORD_ENTRIES = ['client changed', 'contract changed', 'team changed'] as const;
export type RecordEntry = (typeof RECORD_ENTRIES)[number];

export type Fields = Readonly<Record<string, unknown>>;

/** What changed, by field: a field that is not there was not touched, null stands for nothing. */
export interface Difference {
  readonly before: Fields;
  readonly after: Fields;
}

/** The fields in which two records differ; null where in none. */
export function differenceOf(old: Fields, next: Fields): Difference | null {
  const changed = Object.keys(next).filter(
    (key) => JSON.stringify(old[key] ?? null) !== JSON.stringify(next[key] ?? null),
  );
  if (changed.length === 0) return null;
  const pick = (from: Fields) => Object.fromEntries(changed.map((key) => [key, from[key] ?? null]));
  return { before: pick(old), after: pick(next) };
}

/** Who changed what, as a line of history. Names, addresses and remarks are sealed by their field names. */
export function changeEntry(name: RecordEntry, stamp: ChangeStamp, recordId: string, change: Difference): LogEntry {
  const fields = [...new Set([...Object.keys(change.before), ...Object.keys(change.after)])].join(', ');
  return {
    id: stamp.id,
    at: stamp.at,
    kind: 'fact',
    name,
    actor: { kind: 'person', id: stamp.personId },
    stage: null,
    why: null,
    detail: { recordId, fields, before: change.before, after: change.after },
  };
}

/** A renewal that a change concerns. */
export interface Concerned {
  readonly renewalId: string;
  readonly clientId: string;
  readonly playbook: RenewalDoc['state']['playbook'];
}

/** The renewals of some contracts that have not ended, also those that nobody has judged yet. */
export async function concernedBy(
  db: Database,
  session: ClientSession | null,
  contracts: readonly Pick<ContractDoc, '_id' | 'term' | 'clientId'>[],
): Promise<readonly Concerned[]> {
  const renewals = await db.renewals
    .find(
      { contractId: trusted({ $in: contracts.map(({ _id }) => _id) }) },
      { phase: 1, clientId: 1, 'state.playbook': 1 },
      { session },
    )
    .lean<Pick<RenewalDoc, '_id' | 'phase' | 'clientId' | 'state'>[]>();
  const known = new Set(renewals.map(({ _id }) => _id));
  const open = renewals
    .filter(({ phase }) => phase !== 'closed')
    .map(({ _id, clientId, state }) => ({ renewalId: _id, clientId, playbook: state.playbook }));
  const fresh = contracts
    .map(({ _id, term, clientId }) => ({ renewalId: renewalId(_id, term), clientId, playbook: null }))
    .filter((one) => !known.has(one.renewalId));
  return [...open, ...fresh];
}

/** Writes a change into the history of each renewal it concerns. */
export async function tellHistories(
  db: Database,
  session: ClientSession,
  concerned: readonly Concerned[],
  entry: LogEntry,
): Promise<void> {
  const keys = createClientKeys(db);
  for (const { renewalId: id, clientId, playbook } of concerned) {
    await appendHistory(db, keys, session, { renewalId: id, clientId, playbook, entries: [entry] });
  }
}
