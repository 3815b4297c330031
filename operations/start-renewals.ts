import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client as TemporalClient } from '@temporalio/client';
import { trusted } from 'mongoose';
import type { Money } from '../domain/money/types.ts';
import { minorDigits } from '../domain/money/index.ts';
import type { Event } from '../domain/renewal/facts.ts';
import type { Instant } from '../domain/time/types.ts';
import type { ClientDoc } from '../schemas/client.ts';
import type { Database } from '../schemas/connection.ts';
import { importedScore } from '../schemas/contract.ts';
import type { ContractDoc } from '../schemas/contract.ts';
import { RENEWAL_WORKFLOW, renewalId } from '../workflows/renewal/messages.ts';
import type { RenewalInput } from '../workflows/renewal/messages.ts';
import { searchDate } from '../workflows/clock.ts';
import { SEARCH_ATTRIBUTES } from '../workflows/search-attributes.ts';
import { RENEWALS_QUEUE } from '../workflows/task-queues.ts';
import { signalEvent } from './signal-event.ts';

export interface StartContext {
  readonly db: Pick<Database, 'contracts' | 'clients'>;
  temporal(): Promise<TemporalClient>;
}

export interface TermRef {
  readonly contractId: string;
  readonly term: number;
}

export interface ChangedTerm extends TermRef {
  /** A digest of what changed: two changes in one millisecond are two. */
  readonly change?: string;
}

/** So many starts are on their way at once: the server takes 45 to 70 a second on two cores. */
const AT_ONCE = 20;

/**
 * Starts the renewal of each term. A term has one renewal for ever: one that runs or has run is left alone.
 *
 * @returns how many were started, and how many there were already
 */
export async function startRenewals(
  context: StartContext,
  items: readonly TermRef[],
  onProgress: (done: number) => void = () => undefined,
  taskQueue: string = RENEWALS_QUEUE,
): Promise<{ started: number; already: number }> {
  const client = await context.temporal();
  let started = 0;
  let done = 0;
  for (let i = 0; i < items.length; i += AT_ONCE) {
    const batch = items.slice(i, i + AT_ONCE);
    const subjects = await readSubjects(context.db, batch);
    const results = await Promise.all(
      batch.map(async (item) => {
        const subject = subjects.get(item.contractId);
        if (subject === undefined) return false;
        const fresh = await startOne(client, subject, item.term, taskQueue);
        await tellHealth(client, subject, item.term);
        return fresh;
      }),
    );
    started += results.filter(Boolean).length;
    done += batch.length;
    onProgress(done);
  }
  return { started, already: items.length - started };
}

/** Tells running renewals that their contract, client, calendar or playbook changed. Those that have ended are passed over. */
export async function pokeRenewals(
  context: Pick<StartContext, 'temporal'>,
  items: readonly ChangedTerm[],
  what: string,
  now: Instant,
  onProgress: (done: number) => void = () => undefined,
): Promise<number> {
  const client = await context.temporal();
  let told = 0;
  for (let i = 0; i < items.length; i += AT_ONCE) {
    const batch = items.slice(i, i + AT_ONCE);
    const results = await Promise.all(
      batch.map((item) => {
        const id = renewalId(item.contractId, item.term);
        const event: Event = {
          id: `look/${what}/${id}/${now}${item.change === undefined ? '' : `/${item.change}`}`,
          at: now,
          by: { kind: 'system', id: what },
          kind: 'world changed',
          what,
        };
        return signalEvent(client, id, event);
      }),
    );
    told += results.filter(Boolean).length;
    onProgress(Math.min(i + AT_ONCE, items.length));
  }
  return told;
}

interface Subject {
  readonly contract: ContractDoc;
  readonly client: ClientDoc;
}

async function readSubjects(db: StartContext['db'], items: readonly TermRef[]): Promise<ReadonlyMap<string, Subject>> {
  const ids = items.map((i) => i.contractId);
  const contracts = await db.contracts.find({ _id: trusted({ $in: ids }) }).lean<ContractDoc[]>();
  const clients = await db.clients
    .find({ _id: trusted({ $in: contracts.map((c) => c.clientId) }) })
    .lean<ClientDoc[]>();
  const byId = new Map(clients.map((c) => [c._id, c]));
  return new Map(
    contracts.flatMap((contract) => {
      const client = byId.get(contract.clientId);
      return client === undefined ? [] : [[contract._id, { contract, client }] as const];
    }),
  );
}

async function startOne(temporal: TemporalClient, subject: Subject, term: number, taskQueue: string): Promise<boolean> {
  const { contract, client } = subject;
  const id = renewalId(contract._id, term);
  const input: RenewalInput = { renewalId: id, contractId: contract._id, term };
  try {
    await temporal.workflow.start(RENEWAL_WORKFLOW, {
      workflowId: id,
      taskQueue,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      // The summary is for operators: no names, they are personal or secret.
      staticSummary: `renewal of term ${term}, ends ${contract.endDate ?? 'unknown'}`,
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.client, value: client._id },
        { key: SEARCH_ATTRIBUTES.owner, value: client.ownerId },
        { key: SEARCH_ATTRIBUTES.phase, value: 'scheduled' },
        { key: SEARCH_ATTRIBUTES.tier, value: client.tier },
        { key: SEARCH_ATTRIBUTES.amountBand, value: amountBand(contract.amount) },
        ...(contract.endDate === null
          ? []
          : [{ key: SEARCH_ATTRIBUTES.contractEnd, value: searchDate(contract.endDate) }]),
        ...(contract.noticeDate === null
          ? []
          : [{ key: SEARCH_ATTRIBUTES.noticeDeadline, value: searchDate(contract.noticeDate) }]),
      ],
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

/** Tells running renewals of the health scores that were imported for their terms. */
export async function tellScores(context: StartContext, items: readonly TermRef[]): Promise<void> {
  const client = await context.temporal();
  for (let i = 0; i < items.length; i += AT_ONCE) {
    const batch = items.slice(i, i + AT_ONCE);
    const subjects = await readSubjects(context.db, batch);
    await Promise.all(
      batch.map(async ({ contractId, term }) => {
        const subject = subjects.get(contractId);
        if (subject !== undefined) await tellHealth(client, subject, term);
      }),
    );
  }
}

/** A health score that came with the contract list is a fact like any other; told again it counts once. */
async function tellHealth(temporal: TemporalClient, { contract }: Subject, term: number): Promise<void> {
  const id = renewalId(contract._id, term);
  const event = term === contract.term ? importedScore(contract, id) : null;
  if (event !== null) await signalEvent(temporal, id, event);
}

const BANDS = [10_000, 100_000, 1_000_000] as const;

/** Rough size in whole currency units, for searching: exact amounts stay out of the server's index. */
export function amountBand(amount: Money): string {
  const units = amount.minor / 10 ** minorDigits(amount.currency);
  const above = BANDS.findLast((band) => units >= band);
  return above === undefined
    ? 'under-10k'
    : above === 10_000
      ? '10k-100k'
      : above === 100_000
        ? '100k-1m'
        : '1m-and-more';
}
