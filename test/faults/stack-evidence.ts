import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { trusted } from 'mongoose';
import { digestOf } from '../../domain/history/index.ts';
import type { ChainReport } from '../../domain/history/index.ts';
import type { RenewalState } from '../../domain/renewal/state.ts';
import type { RenewalView } from '../../domain/renewal/view.ts';
import { verifyHistory } from '../../activities/history/index.ts';
import { listUnknown } from '../../activities/outreach/index.ts';
import { readInbox } from '../../embedded/index.ts';
import type { CaughtMail } from '../../embedded/index.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { HistoryDoc } from '../../schemas/history.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SendDoc } from '../../schemas/send.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import { renewalId, stateQuery, viewQuery } from '../../workflows/renewal/messages.ts';
import type { Stack } from '../helpers/stack.ts';

/** What can be seen from outside of the engine, read once everything has come to rest. */
export interface Evidence {
  readonly mails: readonly CaughtMail[];
  readonly sends: readonly SendDoc[];
  /** Ids of the mails that a person is shown as doubtful. */
  readonly doubtful: ReadonlySet<string>;
  readonly contracts: readonly ContractDoc[];
  readonly clients: readonly ClientDoc[];
  readonly people: readonly PersonDoc[];
  readonly renewals: readonly RenewalDoc[];
  readonly tasks: readonly TaskDoc[];
  readonly approvals: readonly ApprovalDoc[];
  readonly history: readonly HistoryDoc[];
  readonly chains: ReadonlyMap<string, ChainReport>;
  /** By renewal id, as the workflow itself answers; null where the server knows none. */
  readonly workflows: ReadonlyMap<string, { readonly state: RenewalState; readonly view: RenewalView | null } | null>;
}

export async function gather(stack: Stack): Promise<Evidence> {
  const { db } = stack.context;
  const contracts = await db.contracts.find().lean<ContractDoc[]>();
  const ids = contracts.flatMap(({ _id, term }) => Array.from({ length: term }, (_, i) => renewalId(_id, i + 1)));
  const workflows: [string, { state: RenewalState; view: RenewalView | null } | null][] = [];
  const chains: [string, ChainReport][] = [];
  for (const id of ids) {
    workflows.push([id, await askWorkflow(stack, id)]);
    chains.push([id, await verifyHistory(db, id)]);
  }
  return {
    contracts,
    clients: await db.clients.find().lean<ClientDoc[]>(),
    people: await db.people.find().lean<PersonDoc[]>(),
    renewals: await db.renewals.find().lean<RenewalDoc[]>(),
    tasks: await db.tasks.find().lean<TaskDoc[]>(),
    approvals: await db.approvals.find().lean<ApprovalDoc[]>(),
    history: await db.history.find().sort({ renewalId: 1, seq: 1 }).lean<HistoryDoc[]>(),
    sends: await db.sends.find().lean<SendDoc[]>(),
    doubtful: new Set((await listUnknown(db)).map(({ id }) => id)),
    mails: await readInbox(stack.dataDir),
    workflows: new Map(workflows),
    chains: new Map(chains),
  };
}

async function askWorkflow(stack: Stack, id: string) {
  const handle = (await stack.context.temporal()).workflow.getHandle(id);
  try {
    return { state: await handle.query(stateQuery), view: await handle.query(viewQuery) };
  } catch {
    // Never started, or it cannot answer: either is what the checker has to hear of.
    return null;
  }
}

/** Renewals whose read model says something else than their workflow. */
export function differences({ contracts, renewals, workflows }: Evidence): readonly string[] {
  const shown = new Map(renewals.map((renewal) => [renewal._id, renewal]));
  const faults: string[] = [];
  for (const [id, workflow] of workflows) {
    const renewal = shown.get(id);
    if (workflow === null) faults.push(`${id} has no workflow that answers`);
    else if (renewal === undefined) faults.push(`${id} is not in the read model`);
    else if (renewal.state.digest !== digestOf(workflow.state)) faults.push(`${id}: state differs`);
    else if (!isDeepStrictEqual(plain(renewal.view), plain(workflow.view))) faults.push(`${id}: view differs`);
  }
  for (const id of shown.keys()) if (!workflows.has(id)) faults.push(`${id} belongs to no term`);
  for (const { _id, term } of contracts) {
    const next = shown.get(renewalId(_id, term + 1));
    if (next !== undefined) faults.push(`${next._id} runs ahead of its contract`);
  }
  return faults;
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const MOVING = ['planned', 'claimed', 'transmitting'] as const;
const LOOK_AGAIN_MS = 200;

/**
 * Waits until nothing moves any more: every mail is settled, doubtful or put off, and the read model says what the
 * workflows say. Where that does not come, the last look is given, and the checker tells what is wrong with it.
 */
export async function quiet(stack: Stack, patienceMs = 100_000): Promise<Evidence> {
  const { db } = stack.context;
  const until = Date.now() + patienceMs;
  for (;;) {
    const late = Date.now() > until;
    const unsettled = { $or: [{ state: trusted({ $in: [...MOVING] }) }, { reported: false }] };
    const moving = await db.sends.countDocuments(unsettled);
    const contracts = await db.contracts.find({}, { term: 1 }).lean<Pick<ContractDoc, 'term'>[]>();
    const terms = contracts.reduce((sum, { term }) => sum + term, 0);
    if (late || (moving === 0 && (await db.renewals.countDocuments()) >= terms)) {
      const evidence = await gather(stack);
      const still = evidence.sends.every(({ state, reported }) => reported && !MOVING.some((one) => one === state));
      if (late || (still && differences(evidence).length === 0)) return evidence;
    }
    await pause(LOOK_AGAIN_MS);
  }
}
