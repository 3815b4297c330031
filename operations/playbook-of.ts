import type { Playbook, SavePlanSet } from '../domain/playbook/types.ts';
import type { Database } from '../schemas/connection.ts';
import type { DocumentDoc } from '../schemas/document.ts';
import type { PlaybookDoc } from '../schemas/playbook.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';

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

/** The newest version of each published playbook. */
export async function newestPlaybooks(db: Pick<Database, 'playbooks'>): Promise<readonly Playbook[]> {
  const docs = await db.playbooks.find({}).sort({ version: 1 }).lean<PlaybookDoc[]>();
  return [...new Map(docs.map(({ definition }) => [definition.id, definition])).values()];
}
