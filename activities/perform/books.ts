import type { ClientSession } from 'mongoose';
import { PerennialError } from '../../domain/errors/index.ts';
import type { AbsenceDoc } from '../../schemas/absence.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { HistoryHeadDoc } from '../../schemas/history.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { raw } from '../../schemas/raw.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import type { PerformInput } from './input.ts';

export type OpenTask = Pick<TaskDoc, '_id' | 'kind' | 'stage' | 'dueAt' | 'ownerId'>;

/** What stands in the books before a decision is written into them. */
export interface Books {
  readonly contract: ContractDoc;
  readonly client: ClientDoc;
  /** Empty where nobody on the team is told of anything. */
  readonly people: readonly PersonDoc[];
  /** Those that last at the decision; empty with the people. */
  readonly absences: readonly AbsenceDoc[];
  readonly head: HistoryHeadDoc | null;
  /** Those of the decision's history entries that are written already. */
  readonly known: ReadonlySet<string>;
  readonly renewal: Pick<RenewalDoc, 'decidedAt'> | null;
  /** Tasks of the renewal that are open. */
  readonly tasks: readonly OpenTask[];
  /** Approvals of the renewal. */
  readonly approvals: readonly ApprovalDoc[];
}

interface Row extends ContractDoc {
  readonly clients: readonly ClientDoc[];
  readonly people?: readonly PersonDoc[];
  readonly absences?: readonly AbsenceDoc[];
  readonly heads: readonly HistoryHeadDoc[];
  readonly known: readonly { readonly entryId: string }[];
  readonly renewals: readonly Pick<RenewalDoc, 'decidedAt'>[];
  readonly tasks: readonly OpenTask[];
  readonly approvals: readonly ApprovalDoc[];
}

/**
 * Reads all of it in one request of the transaction's snapshot: a decision is performed some twenty times in the life
 * of a renewal, and each request costs more than what it carries.
 *
 * Throws `store.contract_missing` and `store.client_missing`.
 */
export async function readBooks(db: Database, session: ClientSession, input: PerformInput): Promise<Books> {
  const { renewalId, contractId, decision, now } = input;
  const entryIds = decision.log.map((entry) => entry.id);
  const [row] = await raw(db.contracts)
    .aggregate<Row>(
      [
        { $match: { _id: contractId } },
        { $lookup: { from: 'clients', localField: 'clientId', foreignField: '_id', as: 'clients' } },
        ...(tellsTheTeam(input)
          ? [
              all('people', [{ $match: {} }], 'people'),
              all('absences', [{ $match: { begins: { $lte: now }, ends: { $gt: now } } }], 'absences'),
            ]
          : []),
        all('historyHeads', [{ $match: { _id: renewalId } }], 'heads'),
        all(
          'history',
          [{ $match: { renewalId, entryId: { $in: entryIds } } }, { $project: { _id: 0, entryId: 1 } }],
          'known',
        ),
        all('renewals', [{ $match: { _id: renewalId } }, { $project: { decidedAt: 1 } }], 'renewals'),
        all(
          'tasks',
          [{ $match: { renewalId, state: 'open' } }, { $project: { kind: 1, stage: 1, dueAt: 1, ownerId: 1 } }],
          'tasks',
        ),
        all('approvals', [{ $match: { renewalId } }], 'approvals'),
      ],
      { session },
    )
    .toArray();
  if (row === undefined) throw PerennialError.of('store.contract_missing', { id: contractId });
  const { clients, people = [], absences = [], heads, known, renewals, tasks, approvals, ...contract } = row;
  const [client] = clients;
  if (client === undefined) {
    throw PerennialError.of('store.client_missing', { id: contract.clientId, contract: contract.number });
  }
  return {
    contract,
    client,
    people,
    absences,
    head: heads[0] ?? null,
    known: new Set(known.map((entry) => entry.entryId)),
    renewal: renewals[0] ?? null,
    tasks,
    approvals,
  };
}

function all(from: string, pipeline: object[], as: string) {
  return { $lookup: { from, pipeline, as } };
}

/** Most looks tell nobody; the team is read where one does. */
function tellsTheTeam({ decision }: PerformInput): boolean {
  return (
    decision.log.some((entry) => entry.name === 'approval moved up') ||
    decision.effects.some(({ kind }) => {
      switch (kind) {
        case 'open task':
        case 'escalate':
        case 'warn owner':
        case 'request approval':
        case 'remind approval':
          return true;
        default:
          return false;
      }
    })
  );
}
