import { createTransport } from 'nodemailer';
import { MS_PER_DAY, addMs } from '../../domain/time/index.ts';
import type { Role } from '../../domain/people/types.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import type { SendDoc } from '../../schemas/send.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import type { PlainOutcome, PlainReminder, PlainRung, PlainTask } from './messages.ts';

interface Ids {
  readonly renewalId: string;
  readonly contractId: string;
  readonly clientId: string;
  readonly at: Instant;
}

interface Letter {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
}

export type PlainActivities = ReturnType<typeof createPlainActivities>;

/**
 * The plain workflow's side effects. They write the same rows as the engine, with the same indexes and the same
 * write concern, each safe to do twice: one ledger row for each mail to client and team, one row for each task
 * and each escalation, and the next term. Without: transactions, a history chain, sealed personal data, a read
 * model, the states of a send (claim, in flight, doubt), templates in two languages.
 *
 * @param smtpUrl where mail goes; null writes the ledger row and sends nothing
 */
export function createPlainActivities(db: Database, smtpUrl: string | null) {
  const transport = smtpUrl === null ? null : createTransport(smtpUrl, { from: 'renewals@example.com' });

  const deliver = async (letters: readonly Letter[]) => {
    if (transport === null) return;
    for (const { id, to, subject } of letters) {
      const row = await db.sends.findOne({ _id: id }).lean<SendDoc>();
      if (row?.state === 'sent') continue;
      await transport.sendMail({
        from: 'renewals@example.com',
        to,
        subject,
        text: `${subject}: ${id}`,
        messageId: `<${hex(id)}@example.com>`,
      });
      await db.sends.updateOne({ _id: id }, { $set: { state: 'sent' } });
    }
  };
  const writeSend = async (row: SendDoc) => {
    const { _id, ...fields } = row;
    await db.sends.updateOne({ _id }, { $setOnInsert: fields }, { upsert: true });
  };
  const writeTask = async (row: TaskDoc) => {
    const { _id, ...fields } = row;
    await db.tasks.updateOne({ _id }, { $setOnInsert: fields }, { upsert: true });
  };
  const personOf = async (ids: Ids, role: Role) => {
    if (role !== 'sales-rep') return db.people.findOne({ roles: role, active: true }).lean<PersonDoc>();
    const client = await db.clients.findOne({ _id: ids.clientId }).lean<ClientDoc>();
    return client === null ? null : db.people.findOne({ _id: client.ownerId }).lean<PersonDoc>();
  };
  const tell = async (ids: Ids, id: string, template: string, role: Role): Promise<Letter | null> => {
    const person = await personOf(ids, role);
    if (person === null) return null;
    const mailId = `${id}/mail/${person._id}`;
    await writeSend(sendRow(ids, mailId, template, 'team', { kind: 'person', personId: person._id }));
    return { id: mailId, to: person.email, subject: template };
  };

  return {
    async sendReminder(ids: Ids & { readonly reminder: PlainReminder }): Promise<void> {
      const { id, template, role } = ids.reminder;
      const client = await db.clients.findOne({ _id: ids.clientId }).lean<ClientDoc>();
      const contact = client?.contacts.find((one) => one.roles.includes(role));
      if (contact === undefined) throw new Error(`no contact ${role} of ${ids.clientId}`);
      await writeSend(sendRow(ids, id, template, 'client', { kind: 'contact', contactId: contact.id, role }));
      await deliver([{ id, to: contact.email, subject: template }]);
    },

    async openTasks(
      ids: Ids & { readonly stage: string; readonly tasks: readonly PlainTask[]; readonly closes: string | null },
    ): Promise<void> {
      const subject = await subjectOf(db, ids);
      if (ids.closes !== null) await closeTasks(db, ids, ids.closes);
      const letters: Letter[] = [];
      for (const task of ids.tasks) {
        const id = `${ids.renewalId}/${ids.stage}/${task.step}`;
        await writeTask(taskRow(ids, subject, { ...task, id, stage: ids.stage, kind: 'step' }));
        const letter = await tell(ids, id, 'internal-task', task.role);
        if (letter !== null) letters.push(letter);
      }
      await deliver(letters);
    },

    async escalate(ids: Ids & { readonly stage: string; readonly rung: PlainRung }): Promise<void> {
      const { level, warning, at } = ids.rung;
      const id = `${ids.renewalId}/${ids.stage}/stalled/${at}`;
      if (!warning) {
        const subject = await subjectOf(db, ids);
        const task = { id, stage: ids.stage, step: 'stalled', kind: 'escalation' as const, role: level, dueAt: at };
        await writeTask(taskRow(ids, subject, task));
      }
      const letter = await tell(ids, id, warning ? 'internal-warning' : 'internal-escalation', level);
      if (letter !== null) await deliver([letter]);
    },

    async closeRenewal(ids: Ids & { readonly outcome: PlainOutcome }): Promise<void> {
      await closeTasks(db, ids, null);
      if (ids.outcome === 'renewed') {
        await db.contracts.updateOne({ _id: ids.contractId, term: 1 }, { $set: { term: 2, knownSince: ids.at } });
      }
    },
  };
}

interface Subject {
  readonly contract: ContractDoc;
  readonly client: ClientDoc;
}

async function subjectOf(db: Database, ids: Ids): Promise<Subject> {
  const contract = await db.contracts.findOne({ _id: ids.contractId }).lean<ContractDoc>();
  const client = await db.clients.findOne({ _id: ids.clientId }).lean<ClientDoc>();
  if (contract === null || client === null) throw new Error(`no contract ${ids.contractId}`);
  return { contract, client };
}

async function closeTasks(db: Database, ids: Ids, stage: string | null): Promise<void> {
  const filter = { renewalId: ids.renewalId, state: 'open' as const, ...(stage === null ? {} : { stage }) };
  await db.tasks.updateMany(filter, { $set: { state: 'done', closedAt: ids.at, closedBy: 'plain' } });
}

function hex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

function taskRow(
  ids: Ids,
  { contract, client }: Subject,
  task: Pick<TaskDoc, 'kind' | 'dueAt'> & {
    readonly id: string;
    readonly stage: string;
    readonly step: string;
    readonly role: Role;
  },
): TaskDoc {
  return {
    _id: task.id,
    renewalId: ids.renewalId,
    contractId: ids.contractId,
    clientId: ids.clientId,
    ownerId: client.ownerId,
    clientName: client.name,
    contractNumber: contract.number,
    kind: task.kind,
    stage: task.stage,
    step: task.step,
    playbook: null,
    assignee: { kind: 'person', id: client.ownerId },
    openedAt: ids.at,
    dueAt: task.dueAt,
    state: 'open',
    closedAt: null,
    closedBy: null,
    note: null,
    why: { rule: 'plain', inputs: { role: task.role } },
    escalation: null,
  };
}

function sendRow(
  ids: Ids,
  id: string,
  template: string,
  audience: SendDoc['audience'],
  recipient: SendDoc['recipient'],
): SendDoc {
  return {
    _id: id,
    renewalId: ids.renewalId,
    contractId: ids.contractId,
    clientId: ids.clientId,
    audience,
    recipient,
    template,
    legal: false,
    dueAt: ids.at,
    notAfter: addMs(ids.at, 7 * MS_PER_DAY),
    meeting: null,
    context: {},
    plannedAt: ids.at,
    state: 'planned',
    reason: null,
    fence: 0,
    tries: 0,
    firstTriedAt: null,
    nextAttemptAt: null,
    transmittingAt: null,
    settledAt: null,
    messageId: null,
    answer: null,
    reported: true,
    moves: [],
  };
}
