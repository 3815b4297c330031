import { trusted } from 'mongoose';
import { addMs, MS_PER_DAY } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import { parseRenewalId } from '../../workflows/renewal/messages.ts';

/** Something that operations must look at. */
export interface Finding {
  /** The renewal that it is about, or that opened the save plan that it is about. */
  readonly renewalId: string;
  /** Id of the workflow that it is about. */
  readonly subject: string;
  /** Names the reason (`rules` of the catalogue: `oversight.<what>`). */
  readonly what: string;
}

type Tables = Pick<Database, 'tasks' | 'contracts' | 'clients'>;

/**
 * One task for operations for each finding of a check. Its id is made of the finding, so that it is opened once; it
 * closes with the first check that does not find it any more, and opens again where it comes back.
 *
 * @param check name of the check; each closes only its own tasks
 */
export async function keepOpsTasks(
  db: Tables,
  check: 'watchdog' | 'reconcile',
  findings: readonly Finding[],
  now: Instant,
): Promise<void> {
  const tasks = await tasksOf(db, check, findings, now);
  await db.tasks.updateMany(
    { kind: 'oversight', step: check, state: 'open', _id: trusted({ $nin: tasks.map((task) => task._id) }) },
    { $set: { state: 'done', closedAt: now, closedBy: 'engine' } },
  );
  if (tasks.length === 0) return;
  await db.tasks.bulkWrite(
    tasks.flatMap(({ _id, ...fields }) => [
      { updateOne: { filter: { _id, state: trusted({ $ne: 'open' }) }, update: { $set: fields } } },
      { updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true } },
    ]),
    { ordered: true },
  );
}

async function tasksOf(
  db: Tables,
  check: string,
  findings: readonly Finding[],
  now: Instant,
): Promise<readonly TaskDoc[]> {
  const contractOf = (finding: Finding) => parseRenewalId(finding.renewalId)?.contractId ?? '';
  const contracts = await db.contracts
    .find({ _id: trusted({ $in: [...new Set(findings.map(contractOf))] }) })
    .lean<ContractDoc[]>();
  const clients = await db.clients
    .find({ _id: trusted({ $in: [...new Set(contracts.map((contract) => contract.clientId))] }) })
    .lean<ClientDoc[]>();
  return findings.flatMap((finding): readonly TaskDoc[] => {
    const contract = contracts.find((one) => one._id === contractOf(finding));
    const client = clients.find((one) => one._id === contract?.clientId);
    // What belongs to no contract of this database stands in the report only.
    if (contract === undefined || client === undefined) return [];
    return [
      {
        _id: `oversight/${finding.what}/${finding.subject}`,
        renewalId: finding.renewalId,
        contractId: contract._id,
        clientId: client._id,
        ownerId: client.ownerId,
        clientName: client.name,
        contractNumber: contract.number,
        kind: 'oversight',
        stage: null,
        step: check,
        playbook: null,
        assignee: { kind: 'role', role: 'ops' },
        openedAt: now,
        dueAt: addMs(now, MS_PER_DAY),
        state: 'open',
        closedAt: null,
        closedBy: null,
        note: null,
        why: { rule: `oversight.${finding.what}`, inputs: { id: finding.subject } },
        escalation: null,
      },
    ];
  });
}
