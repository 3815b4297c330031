import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { trusted } from 'mongoose';
import { excerpt, PerennialError } from '../domain/errors/index.ts';
import type { ChainHead } from '../domain/history/index.ts';
import type { Instant } from '../domain/time/types.ts';
import type { ClientDoc } from '../schemas/client.ts';
import type { Database } from '../schemas/connection.ts';
import type { ContractDoc } from '../schemas/contract.ts';
import type { HistoryHeadDoc } from '../schemas/history.ts';
import { nameKey } from '../schemas/keys.ts';
import { raw } from '../schemas/raw.ts';
import { recordAudit } from './audit/append.ts';
import type { OperationsContext } from './context.ts';
import { eraseClient, refuseWhileOpen } from './erase-client.ts';
import { dropExports } from './export/stored-exports.ts';
import { dropImports } from './imports/stored-files.ts';
import { cancelJobs } from './jobs/queue.ts';
import { verifyOne } from './witness/verify-all.ts';

export interface Erasure {
  readonly clientId: string;
  /** The client's name, typed by whoever wants it erased. */
  readonly confirm: string;
  readonly by: string;
  readonly at: Instant;
}

export interface Erased {
  /** Workflows that the server has been told to forget. */
  readonly workflows: number;
  /** The chains as they were when their workflows could last bear witness. */
  readonly heads: readonly (ChainHead & { readonly renewalId: string })[];
}

const NOT_FOUND = 5;

/**
 * Erases what is known of a client's people from the database and from the server's workflow histories, where facts
 * and decisions quote them. Those histories are the second witness of the chains: each chain is verified against its
 * workflow first, and the audit log keeps where it ended. Done again, it finishes what broke off.
 *
 * Throws `client.name_differs`, `client.renewals_open`, `client.workflow_runs` and `client.history_broken`.
 */
export async function eraseEverywhere(
  { db, temporal }: Pick<OperationsContext, 'db' | 'temporal'>,
  { clientId, confirm, by, at }: Erasure,
): Promise<Erased> {
  const client = await db.clients.findOne({ _id: clientId }).lean<ClientDoc>();
  if (client === null) {
    throw PerennialError.of('resource.not_found', { kind: '@kind.client', id: excerpt(clientId) });
  }
  if (nameKey(confirm) !== client.nameKey) {
    throw PerennialError.of('client.name_differs', { found: excerpt(confirm) }, { field: 'confirm' });
  }
  await refuseWhileOpen(db, clientId);
  const server = await temporal();
  const contracts = await db.contracts.find({ clientId }, { _id: 1 }).lean<Pick<ContractDoc, '_id'>[]>();
  const runs = (await Promise.all(contracts.map(({ _id }) => runsOf(server, _id)))).flat();
  const running = runs.find((run) => run.running);
  if (running !== undefined) throw PerennialError.of('client.workflow_runs', { id: running.workflowId });
  const heads = await verified(db, server, clientId);
  await recordAudit(db, {
    at,
    name: 'client erased',
    actor: { kind: 'person', id: by },
    target: { kind: 'client', id: clientId },
    detail: { heads },
  });
  await forgetFiles(db, client, at);
  for (const run of runs) await forget(server, run);
  await eraseClient(db, clientId, at);
  return { workflows: runs.length, heads };
}

/** Where the client's chains end. A broken one is evidence: it is not destroyed. */
async function verified(db: Database, server: Client, clientId: string): Promise<Erased['heads']> {
  const renewals = await db.renewals.find({ clientId }, { _id: 1 }).sort({ _id: 1 }).lean<{ _id: string }[]>();
  const heads: (ChainHead & { readonly renewalId: string })[] = [];
  for (const { _id } of renewals) {
    const { faults } = await verifyOne(db, _id, { temporal: server });
    if (faults.length > 0) throw PerennialError.of('client.history_broken', { id: _id });
    const head = await db.historyHeads.findOne({ _id }).lean<HistoryHeadDoc>();
    if (head !== null) heads.push({ renewalId: _id, seq: head.seq, hash: head.hash });
  }
  return heads;
}

interface WorkflowRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly running: boolean;
}

/** All runs of a contract's renewals and save plans that the server still knows. */
async function runsOf(server: Client, contractId: string): Promise<readonly WorkflowRun[]> {
  const runs: WorkflowRun[] = [];
  const query = `WorkflowId STARTS_WITH 'renewal:${contractId}:'`;
  for await (const { workflowId, runId, status } of server.workflow.list({ query })) {
    runs.push({ workflowId, runId, running: status.name === 'RUNNING' });
  }
  return runs;
}

async function forget(server: Client, { workflowId, runId }: WorkflowRun): Promise<void> {
  const { namespace } = server.options;
  try {
    await server.workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId, runId } });
  } catch (error) {
    const isGone = isGrpcServiceError(error) && Object.is(error.code, NOT_FOUND);
    if (!isGone && !(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Files that were exported or imported, and answers that are kept for repeated requests, may quote anybody. */
async function forgetFiles(db: Database, client: ClientDoc, at: Instant): Promise<void> {
  await cancelJobs(db, 'history export', at);
  await cancelJobs(db, 'import', at);
  await dropExports(db);
  await dropImports(db);
  const words = client.contacts.flatMap(({ id, name, email }) => [id, name, email]);
  const kept: string[] = [];
  for await (const { _id, answer } of raw(db.requests).find({ answer: { $ne: null } })) {
    const text = JSON.stringify(answer);
    if ([client._id, ...words].some((word) => text.includes(word))) kept.push(_id);
  }
  await db.requests.deleteMany({ _id: trusted({ $in: kept }) });
}
