import type { ReadEntry } from '../domain/history/index.ts';
import type { Client, Contract } from '../domain/people/contract.ts';
import type { Person } from '../domain/people/types.ts';
import type { Playbook, SavePlanSet } from '../domain/playbook/types.ts';
import type { ApprovalDoc } from '../schemas/approval.ts';
import { clientToDomain } from '../schemas/client.ts';
import type { ClientDoc } from '../schemas/client.ts';
import type { CommunicationDoc } from '../schemas/communication.ts';
import type { Database } from '../schemas/connection.ts';
import { contractToDomain } from '../schemas/contract.ts';
import type { ContractDoc } from '../schemas/contract.ts';
import type { DocumentDoc } from '../schemas/document.ts';
import type { HistoryHeadDoc } from '../schemas/history.ts';
import type { PlaybookDoc } from '../schemas/playbook.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import type { SavePlanDoc } from '../schemas/save-plan.ts';
import type { SendDoc } from '../schemas/send.ts';
import type { TaskDoc } from '../schemas/task.ts';
import { neighbourTerms } from './find.ts';
import type { NeighbourTerms } from './find.ts';
import { communicationsOf, history, listPeople, listSends, listTasks } from './store/queries.ts';

/** Everything there is to see of one renewal. */
export interface RenewalPage extends NeighbourTerms {
  readonly renewal: RenewalDoc;
  readonly contract: Contract & { readonly remarks: string | null };
  readonly client: Client | null;
  readonly people: readonly Person[];
  readonly playbook: Playbook | null;
  readonly approvals: readonly ApprovalDoc[];
  readonly tasks: readonly TaskDoc[];
  readonly communications: readonly CommunicationDoc[];
  readonly sends: readonly SendDoc[];
  readonly savePlan: SavePlanDoc | null;
  /** The measures by root cause, newest versions. */
  readonly savePlanSets: readonly SavePlanSet[];
  /** The last entries, the oldest first. */
  readonly history: readonly ReadEntry[];
}

const LINES = 20;
const ENTRIES = 60;

export async function renewalPage(db: Database, renewal: RenewalDoc): Promise<RenewalPage> {
  const [
    contract,
    client,
    people,
    playbook,
    approvals,
    tasks,
    communications,
    sends,
    savePlan,
    savePlanSets,
    entries,
    terms,
  ] = await Promise.all([
    db.contracts.findOne({ _id: renewal.contractId }).lean<ContractDoc>(),
    clientOf(db, renewal),
    listPeople(db),
    pinnedPlaybook(db, renewal),
    db.approvals.find({ renewalId: renewal._id }).sort({ askedAt: 1 }).lean<ApprovalDoc[]>(),
    listTasks(db, { renewalId: renewal._id }),
    communicationsOf(db, renewal._id, LINES),
    listSends(db, { renewalId: renewal._id, limit: LINES }),
    db.savePlans.findOne({ clientId: renewal.clientId }).sort({ openedAt: -1 }).lean<SavePlanDoc>(),
    newestSavePlans(db),
    lastEntries(db, renewal._id, ENTRIES),
    neighbourTerms(db, renewal),
  ]);
  if (contract === null) throw new Error(`renewal ${renewal._id} has no contract`);
  return {
    renewal,
    contract: { ...contractToDomain(contract), remarks: contract.extra?.remarks ?? null },
    client,
    people,
    playbook,
    approvals,
    tasks: withDueDates(tasks.items, renewal),
    communications,
    sends: sends.items,
    savePlan,
    savePlanSets,
    history: entries,
    ...terms,
  };
}

/** The client of a renewal; null where its record is gone. */
export async function clientOf(db: Pick<Database, 'clients'>, renewal: RenewalDoc): Promise<Client | null> {
  const doc = await db.clients.findOne({ _id: renewal.clientId }).lean<ClientDoc>();
  return doc === null ? null : clientToDomain(doc);
}

/** The version that the renewal pinned; null before it has one. */
export async function pinnedPlaybook(db: Pick<Database, 'playbooks'>, renewal: RenewalDoc): Promise<Playbook | null> {
  const pinned = renewal.state.playbook;
  if (pinned === null) return null;
  const doc = await db.playbooks.findOne({ _id: `${pinned.id}@${pinned.version}` }).lean<PlaybookDoc>();
  return doc?.definition ?? null;
}

/** The save plans and loss reasons that hold for a renewal; null before it has a playbook, or where none is published. */
export async function savePlansOf(
  db: Pick<Database, 'playbooks' | 'documents'>,
  renewal: RenewalDoc,
): Promise<SavePlanSet | null> {
  const playbook = await pinnedPlaybook(db, renewal);
  const sets = playbook === null ? [] : await newestSavePlans(db);
  return sets.find(({ id }) => id === playbook?.savePlans) ?? null;
}

/** The newest version of each save-plan document. */
export async function newestSavePlans(db: Pick<Database, 'documents'>): Promise<readonly SavePlanSet[]> {
  const docs = await db.documents.find({ kind: 'savePlans' }).sort({ version: 1 }).lean<DocumentDoc<'savePlans'>[]>();
  return [...new Map(docs.map((doc) => [doc.id, doc.content])).values()];
}

/** The last entries of a renewal's history, the oldest first. */
export async function lastEntries(db: Database, renewalId: string, count: number): Promise<readonly ReadEntry[]> {
  const head = await db.historyHeads.findOne({ _id: renewalId }).lean<HistoryHeadDoc>();
  if (head === null) return [];
  return history(db, renewalId, { after: Math.max(0, head.seq - count), limit: count });
}

/** Moved end dates move the due dates of open tasks: the view has those that hold now. */
function withDueDates(tasks: readonly TaskDoc[], renewal: RenewalDoc): readonly TaskDoc[] {
  const due = new Map(renewal.view.tasks.map((task) => [task.id, task.dueAt]));
  return tasks
    .map((task) => ({ ...task, dueAt: due.get(task._id) ?? task.dueAt }))
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
}
