import type { ChainEntry } from '../../domain/history/index.ts';
import type { Client } from '../../domain/people/contract.ts';
import type { Person } from '../../domain/people/types.ts';
import type { Playbook, SavePlanSet } from '../../domain/playbook/types.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { clientOf } from '../../operations/find.ts';
import { newestSavePlans } from '../../operations/playbook-of.ts';
import { peopleByIds } from '../../operations/store/queries.ts';
import type { PlaybookDoc } from '../../schemas/playbook.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { namesFrom } from '../names.ts';
import { storyLines } from '../render/story.ts';
import type { Run } from '../run.ts';

interface Documents {
  readonly playbooks: readonly Playbook[];
  readonly savePlanSets: readonly SavePlanSet[];
}

/** Tells entries of any renewal, with the client's name before each line. */
export class StoryTeller {
  readonly #run: Run;
  readonly #context: OperationsContext;
  readonly #subjects = new Map<string, RenewalDoc>();
  readonly #people = new Map<string, Person>();
  readonly #clients = new Map<string, Client | null>();
  #documents: Promise<Documents> | undefined;

  constructor(run: Run, context: OperationsContext) {
    this.#run = run;
    this.#context = context;
  }

  async tell(entry: ChainEntry): Promise<string> {
    const renewal = await this.#subject(entry.renewalId);
    await this.#learnPeople(entry);
    const client = renewal === null ? null : await this.#client(renewal);
    const known = await (this.#documents ??= this.#learnDocuments());
    const people = [...this.#people.values()];
    const teller = this.#run.teller(namesFrom(this.#run, { ...known, people, client, rows: renewal?.view.rows ?? [] }));
    const [line = ''] = storyLines(this.#run, teller, [entry], { subject: this.#name(entry, renewal) });
    return line;
  }

  /** One line for the mails of a renewal that were due before its contract was imported. */
  async tellLeftOut(entries: readonly ChainEntry[]): Promise<string> {
    const [first] = entries;
    if (first === undefined) return '';
    if (entries.length === 1) return this.tell(first);
    const { style, formats, t } = this.#run;
    const name = this.#name(first, await this.#subject(first.renewalId));
    return `${style.dim(formats.stamp(first.at))}  ${name}  → ${t('cli:up.left_out', { count: entries.length })}`;
  }

  #name(entry: ChainEntry, renewal: RenewalDoc | null): string {
    const name = renewal === null ? entry.renewalId : `${renewal.contractNumber} ${renewal.clientName}`;
    return this.#run.style.accent(name);
  }

  /** Names of steps and measures: they change with a publication only, and then the next start knows them. */
  async #learnDocuments(): Promise<Documents> {
    const { db } = this.#context;
    const playbooks = await db.playbooks.find({}).sort({ version: 1 }).lean<PlaybookDoc[]>();
    return { playbooks: playbooks.map((doc) => doc.definition), savePlanSets: await newestSavePlans(db) };
  }

  async #client(renewal: RenewalDoc): Promise<Client | null> {
    const known = this.#clients.get(renewal.clientId);
    if (known !== undefined) return known;
    const client = await clientOf(this.#context.db, renewal);
    this.#clients.set(renewal.clientId, client);
    return client;
  }

  async #subject(renewalId: string): Promise<RenewalDoc | null> {
    const known = this.#subjects.get(renewalId);
    if (known) return known;
    const found = await this.#context.db.renewals.findOne({ _id: renewalId }).lean<RenewalDoc>();
    // The read model may come a moment after the history: then it is looked for again with the next line.
    if (found !== null) this.#subjects.set(renewalId, found);
    return found;
  }

  async #learnPeople(entry: ChainEntry): Promise<void> {
    const ids = [...JSON.stringify([entry.actor, entry.detail]).matchAll(/per_[0-9a-z]+/g)].map(([id]) => id);
    const unknown = ids.filter((id) => !this.#people.has(id));
    if (unknown.length === 0) return;
    for (const [id, person] of await peopleByIds(this.#context.db, unknown)) this.#people.set(id, person);
  }
}
