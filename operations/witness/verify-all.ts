import type { Client } from '@temporalio/client';
import { problem } from '../../domain/errors/index.ts';
import type { ErrorCode, Problem } from '../../domain/errors/index.ts';
import { compareWithWorkflow, openEntry, verifyChain } from '../../domain/history/index.ts';
import type { ChainEntry, ChainFault, ChainHead, WitnessFault } from '../../domain/history/index.ts';
import type { Database } from '../../schemas/connection.ts';
import { loadChain } from '../../schemas/history-reader.ts';
import { raw } from '../../schemas/raw.ts';
import { createClientKeys, sha256 } from '../../schemas/sealing.ts';
import { RENEWAL_WORKFLOW } from '../../workflows/renewal/messages.ts';
import { CHAIN_FAULT_CODES } from '../store/history.ts';
import type { Witnessed } from './head-file.ts';
import { judgedLog } from './judged-log.ts';

/** Who found it: the chain itself, a head file, or the history of the workflow. */
export type FoundBy = 'chain' | 'head file' | 'workflow';

export interface HistoryFault {
  readonly renewalId: string;
  readonly fault: ChainFault | WitnessFault | 'gone';
  /** Place in the chain, from 1. */
  readonly seq: number;
  readonly entryId: string | null;
  readonly foundBy: FoundBy;
  readonly problem: Problem;
}

export interface Verification {
  readonly histories: number;
  readonly entries: number;
  /** Histories that a head file bears witness to, and those whose workflow does. */
  readonly witnessed: { readonly headFiles: number; readonly workflows: number };
  readonly faults: readonly HistoryFault[];
  /** What is wrong with the head files themselves. */
  readonly problems: readonly Problem[];
}

export interface Witnesses {
  readonly heads?: Witnessed;
  /** The server that ran the workflows. */
  readonly temporal?: Client;
}

/** More faults than that are one fault: the database is not the one it was. */
const MAX_FAULTS = 1000;
const AT_ONCE = 4;

/**
 * Checks the history of one renewal: its chain, against the points that head files have seen, and against what its
 * workflow decided. Gives the first fault that each of them finds.
 */
export async function verifyOne(
  db: Database,
  renewalId: string,
  { heads, temporal }: Witnesses,
): Promise<{ readonly entries: number; readonly byWorkflow: boolean; readonly faults: readonly HistoryFault[] }> {
  const before = temporal === undefined ? 0 : (await loadChain(db, renewalId)).entries.length;
  const judged = temporal === undefined ? null : await judgedLog(temporal, renewalId);
  // Read after the workflow: whatever that decided before must stand here by now.
  const { entries, head } = await loadChain(db, renewalId);
  const points = heads?.points.get(renewalId) ?? [];
  const seen = Math.max(points.at(-1)?.seq ?? 0, judged?.entries.length ?? 0);
  if (entries.length === 0 && head === null) {
    const foundBy = points.length > 0 ? 'head file' : 'workflow';
    const faults = seen > 0 ? [faultOf(renewalId, 'gone', 1, null, foundBy, seen)] : [];
    return { entries: 0, byWorkflow: judged !== null, faults };
  }
  const faults: HistoryFault[] = [];
  const report = verifyChain(entries, head, sha256);
  if (!report.ok) faults.push(faultOf(renewalId, report.fault, report.seq, report.entryId, 'chain'));
  const pointed = firstPoint(entries, points);
  if (pointed !== null) faults.push(faultOf(renewalId, pointed.fault, pointed.seq, pointed.entryId, 'head file'));
  if (temporal !== undefined && judged !== null) {
    const opened = await open(db, entries);
    const others = await savePlanEntries(db, temporal, renewalId);
    // What a forgotten save plan has decided, nobody can say.
    const known = { ...judged, complete: judged.complete && others !== null };
    for (const { fault, seq, entryId } of compareWithWorkflow(opened, known, before, others ?? new Set())) {
      faults.push(faultOf(renewalId, fault, seq, entryId, 'workflow', 0));
    }
  }
  return { entries: entries.length, byWorkflow: judged !== null, faults };
}

/** Checks all histories, also those of which only a witness knows that they were there. */
export async function verifyAll(
  db: Database,
  witnesses: Witnesses,
  onProgress: (done: number, total: number) => Promise<void> | void = () => undefined,
): Promise<Verification> {
  const ids = await everyId(db, witnesses);
  const faults: HistoryFault[] = [];
  let [entries, workflows, done] = [0, 0, 0];
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    const batch = await Promise.all(ids.slice(i, i + AT_ONCE).map((id) => verifyOne(db, id, witnesses)));
    for (const one of batch) {
      entries += one.entries;
      workflows += one.byWorkflow ? 1 : 0;
      if (faults.length < MAX_FAULTS) faults.push(...one.faults);
    }
    done += batch.length;
    await onProgress(done, ids.length);
  }
  const headFiles = ids.filter((id) => witnesses.heads?.points.has(id) === true).length;
  const problems = witnesses.heads?.problems ?? [];
  return { histories: ids.length, entries, witnessed: { headFiles, workflows }, faults, problems };
}

/** Ids from the heads, the entries, the read model and the witnesses: to leave one out everywhere is harder. */
async function everyId(db: Database, { heads, temporal }: Witnesses): Promise<readonly string[]> {
  const ids = new Set<string>(heads?.points.keys());
  const inBooks = raw(db.historyHeads).aggregate<{ _id: string }>([
    { $project: { _id: 1 } },
    { $unionWith: { coll: 'renewals', pipeline: [{ $project: { _id: 1 } }] } },
    { $unionWith: { coll: 'history', pipeline: [{ $group: { _id: '$renewalId' } }] } },
  ]);
  for await (const { _id } of inBooks) ids.add(_id);
  if (temporal !== undefined) {
    const query = `WorkflowType = '${RENEWAL_WORKFLOW}'`;
    for await (const { workflowId } of temporal.workflow.list({ query })) ids.add(workflowId);
  }
  return [...ids].sort();
}

/** The first of the witnessed points that does not stand in the chain. */
function firstPoint(entries: readonly ChainEntry[], points: readonly ChainHead[]) {
  const hashes = new Map(entries.map((entry) => [entry.seq, entry]));
  for (const { seq, hash } of points) {
    const there = hashes.get(seq);
    if (there === undefined) return { fault: 'cut' as const, seq: (entries.at(-1)?.seq ?? 0) + 1, entryId: null };
    if (there.hash !== hash) return { fault: 'head differs' as const, seq, entryId: there.entryId };
  }
  return null;
}

async function open(db: Database, entries: readonly ChainEntry[]): Promise<readonly ChainEntry[]> {
  const openerOf = await createClientKeys(db).opener(entries.map(({ clientId }) => clientId));
  return entries.map((entry) => {
    try {
      return openEntry(entry, openerOf(entry.clientId));
    } catch {
      // A ciphertext that was tampered with: it stays one, and so says something else than what was decided.
      return entry;
    }
  });
}

/** Save plans write into the history of the renewal that opened them. */
async function savePlanEntries(db: Database, client: Client, renewalId: string): Promise<ReadonlySet<string> | null> {
  const plans = await db.savePlans.find({ renewalId }, { _id: 1 }).lean<{ _id: string }[]>();
  const logs = await Promise.all(plans.map(({ _id }) => judgedLog(client, _id)));
  if (logs.some((log) => log === null || !log.complete || log.atWork)) return null;
  return new Set(logs.flatMap((log) => (log?.entries ?? []).map(({ id }) => id)));
}

const WITNESS_CODES: Readonly<Record<WitnessFault | 'gone', ErrorCode>> = {
  'left out': 'history.left_out',
  'unlike workflow': 'history.unlike_workflow',
  'not decided': 'history.not_decided',
  gone: 'history.gone',
};

function faultOf(
  renewalId: string,
  fault: HistoryFault['fault'],
  seq: number,
  entryId: string | null,
  foundBy: FoundBy,
  seen = seq,
): HistoryFault {
  const code = { ...CHAIN_FAULT_CODES, ...WITNESS_CODES }[fault];
  const params = { id: renewalId, seq: fault === 'gone' ? seen : seq, entry: entryId ?? '–' };
  return { renewalId, fault, seq, entryId, foundBy, problem: problem(code, params) };
}
