import mongoose from 'mongoose';
import type { ClientSession, Connection, ConnectOptions, Model, Schema } from 'mongoose';
import { absenceSchema } from './absence.ts';
import type { AbsenceDoc } from './absence.ts';
import { accountSchema, invitationSchema, sessionSchema, tokenSchema } from './account.ts';
import type { AccountDoc, InvitationDoc, SessionDoc, TokenDoc } from './account.ts';
import { approvalSchema } from './approval.ts';
import type { ApprovalDoc } from './approval.ts';
import { auditHeadSchema, auditSchema } from './audit.ts';
import type { AuditDoc, AuditHeadDoc } from './audit.ts';
import { channelSchema, deliverySchema } from './channel.ts';
import type { ChannelDoc, DeliveryDoc } from './channel.ts';
import { calendarSchema } from './calendar.ts';
import type { CalendarDoc } from './calendar.ts';
import { clientKeySchema } from './client-key.ts';
import type { ClientKeyDoc } from './client-key.ts';
import { clientSchema } from './client.ts';
import type { ClientDoc } from './client.ts';
import { communicationSchema } from './communication.ts';
import type { CommunicationDoc } from './communication.ts';
import { contractSchema } from './contract.ts';
import type { ContractDoc } from './contract.ts';
import { documentSchema } from './document.ts';
import type { DocumentDoc } from './document.ts';
import { historyHeadSchema, historySchema } from './history.ts';
import type { HistoryDoc, HistoryHeadDoc } from './history.ts';
import { requestSchema } from './idempotency.ts';
import type { RequestDoc } from './idempotency.ts';
import { linkSchema } from './link.ts';
import type { LinkDoc } from './link.ts';
import { oidcFlowSchema } from './oidc-flow.ts';
import type { OidcFlowDoc } from './oidc-flow.ts';
import { inboxLeaseSchema, inboxSchema } from './inbox.ts';
import type { InboxDoc, InboxLeaseDoc } from './inbox.ts';
import { jobItemSchema, jobSchema } from './job.ts';
import type { JobDoc, JobItemDoc } from './job.ts';
import { personSchema } from './person.ts';
import type { PersonDoc } from './person.ts';
import { playbookSchema } from './playbook.ts';
import type { PlaybookDoc } from './playbook.ts';
import { renewalSchema } from './renewal.ts';
import type { RenewalDoc } from './renewal.ts';
import { savePlanSchema } from './save-plan.ts';
import type { SavePlanDoc } from './save-plan.ts';
import { sendSchema } from './send.ts';
import type { SendDoc } from './send.ts';
import { settingSchema } from './setting.ts';
import type { SettingDoc } from './setting.ts';
import { signInAttemptSchema } from './sign-in-attempt.ts';
import type { SignInAttemptDoc } from './sign-in-attempt.ts';
import { sourceLinkSchema, sourceSchema } from './source.ts';
import type { SourceDoc, SourceLinkDoc } from './source.ts';
import { taskSchema } from './task.ts';
import type { TaskDoc } from './task.ts';
import { runTransaction } from './transaction.ts';

/** All collections of one deployment, each as a typed model. */
export interface Models {
  readonly people: Model<PersonDoc>;
  readonly clients: Model<ClientDoc>;
  readonly contracts: Model<ContractDoc>;
  readonly calendars: Model<CalendarDoc>;
  readonly playbooks: Model<PlaybookDoc>;
  readonly documents: Model<DocumentDoc>;
  readonly renewals: Model<RenewalDoc>;
  readonly tasks: Model<TaskDoc>;
  readonly approvals: Model<ApprovalDoc>;
  readonly communications: Model<CommunicationDoc>;
  readonly sends: Model<SendDoc>;
  readonly savePlans: Model<SavePlanDoc>;
  readonly history: Model<HistoryDoc>;
  readonly historyHeads: Model<HistoryHeadDoc>;
  readonly clientKeys: Model<ClientKeyDoc>;
  readonly settings: Model<SettingDoc>;
  readonly accounts: Model<AccountDoc>;
  readonly sessions: Model<SessionDoc>;
  readonly tokens: Model<TokenDoc>;
  readonly invitations: Model<InvitationDoc>;
  readonly requests: Model<RequestDoc>;
  readonly jobs: Model<JobDoc>;
  readonly jobItems: Model<JobItemDoc>;
  readonly inbox: Model<InboxDoc>;
  readonly inboxLeases: Model<InboxLeaseDoc>;
  readonly sources: Model<SourceDoc>;
  readonly sourceLinks: Model<SourceLinkDoc>;
  readonly channels: Model<ChannelDoc>;
  readonly deliveries: Model<DeliveryDoc>;
  readonly absences: Model<AbsenceDoc>;
  readonly audit: Model<AuditDoc>;
  readonly auditHeads: Model<AuditHeadDoc>;
  readonly signInAttempts: Model<SignInAttemptDoc>;
  readonly oidcFlows: Model<OidcFlowDoc>;
  readonly links: Model<LinkDoc>;
}

export interface Database extends Models {
  readonly connection: Connection;
  /**
   * Runs `work` in one transaction: all of it or nothing. It is run again on a conflict with a rival, so it
   * must not do anything outside the session. Throws what `work` throws.
   */
  transaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Writes are acknowledged by a majority and reads see only what a majority has: what was acknowledged is
 * never rolled back by a change of primary, and no decision rests on a write that may still vanish.
 */
const DURABLE: ConnectOptions = {
  w: 'majority',
  journal: true,
  readConcern: { level: 'majority' },
  retryWrites: true,
  retryReads: true,
  ignoreUndefined: true,
  autoIndex: false,
  autoCreate: false,
  // A query while the database is away fails at once and is tried again by its activity, instead of piling up here.
  bufferCommands: false,
  sanitizeFilter: true,
};

/**
 * Connects to a MongoDB replica set (transactions need one; one member is enough).
 *
 * @param uri with the name of the database in its path
 * @param options overrides, for example `{ serverSelectionTimeoutMS: 3000 }`
 */
export async function connect(uri: string, options: ConnectOptions = {}): Promise<Database> {
  const connection = mongoose.createConnection(uri, { ...DURABLE, ...options });
  connection.set('strictQuery', true);
  connection.set('sanitizeFilter', true);
  const database: Database = {
    connection,
    ...modelsOf(connection),
    transaction: (work) => runTransaction(connection, work),
    close: () => connection.close(),
  };
  try {
    await connection.asPromise();
  } catch (error) {
    await connection.close();
    throw error;
  }
  return database;
}

function modelsOf(connection: Connection): Models {
  const model = <T>(name: string, schema: Schema<T>): Model<T> => connection.model<T>(name, schema);
  return {
    people: model('Person', personSchema),
    clients: model('Client', clientSchema),
    contracts: model('Contract', contractSchema),
    calendars: model('Calendar', calendarSchema),
    playbooks: model('Playbook', playbookSchema),
    documents: model('Document', documentSchema),
    renewals: model('Renewal', renewalSchema),
    tasks: model('Task', taskSchema),
    approvals: model('Approval', approvalSchema),
    communications: model('Communication', communicationSchema),
    sends: model('Send', sendSchema),
    savePlans: model('SavePlan', savePlanSchema),
    history: model('History', historySchema),
    historyHeads: model('HistoryHead', historyHeadSchema),
    clientKeys: model('ClientKey', clientKeySchema),
    settings: model('Setting', settingSchema),
    accounts: model('Account', accountSchema),
    sessions: model('Session', sessionSchema),
    tokens: model('Token', tokenSchema),
    invitations: model('Invitation', invitationSchema),
    requests: model('Request', requestSchema),
    jobs: model('Job', jobSchema),
    jobItems: model('JobItem', jobItemSchema),
    inbox: model('Inbox', inboxSchema),
    inboxLeases: model('InboxLease', inboxLeaseSchema),
    sources: model('Source', sourceSchema),
    sourceLinks: model('SourceLink', sourceLinkSchema),
    channels: model('Channel', channelSchema),
    deliveries: model('Delivery', deliverySchema),
    absences: model('Absence', absenceSchema),
    audit: model('Audit', auditSchema),
    auditHeads: model('AuditHead', auditHeadSchema),
    signInAttempts: model('SignInAttempt', signInAttemptSchema),
    oidcFlows: model('OidcFlow', oidcFlowSchema),
    links: model('Link', linkSchema),
  };
}
