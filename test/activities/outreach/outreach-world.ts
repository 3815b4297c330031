import type { Event } from '../../../domain/renewal/facts.ts';
import { addMs, MS_PER_DAY } from '../../../domain/time/index.ts';
import type { Instant } from '../../../domain/time/types.ts';
import type { MailAlarm, OutreachDeps, PlannedSend } from '../../../activities/outreach/index.ts';
import { planSends } from '../../../activities/outreach/index.ts';
import type { Database } from '../../../schemas/connection.ts';
import { nameKey, textKey } from '../../../schemas/keys.ts';
import type { RenewalDoc } from '../../../schemas/renewal.ts';
import { createClientKeys } from '../../../schemas/sealing.ts';
import type { SendDoc } from '../../../schemas/send.ts';
import { at, CLIENT, CONTRACT, PEOPLE, PLAIN_CALENDAR, PLAYBOOK, RENEWAL, SHANGHAI } from '../../helpers/world.ts';

/** Monday, ten in the morning at the client. */
export const NOW = at('2027-02-01', 10);

const both = (text: string) => ({ en: text, 'zh-CN': text });

export const RENEWAL_ROW: RenewalDoc = {
  _id: RENEWAL,
  contractId: CONTRACT.id,
  term: CONTRACT.term,
  clientId: CLIENT.id,
  clientName: CLIENT.name,
  contractNumber: CONTRACT.number,
  tier: CLIENT.tier,
  ownerId: CLIENT.ownerId,
  amount: CONTRACT.amount,
  target: CONTRACT.target,
  endDate: CONTRACT.endDate,
  phase: 'open',
  stage: 'contact',
  atRisk: false,
  paused: false,
  outcome: null,
  nextAt: null,
  wakeAt: null,
  stalledSince: null,
  view: {
    renewalId: RENEWAL,
    phase: 'open',
    stage: 'contact',
    atRisk: false,
    paused: false,
    holdsOutreach: false,
    outcome: null,
    endDate: CONTRACT.endDate,
    noticeDate: null,
    opensOn: null,
    rows: [],
    tasks: [],
    next: null,
    stalled: null,
  },
  state: {
    playbook: { id: 'test', version: 1 },
    openedAt: NOW,
    closed: null,
    contactedAt: null,
    quote: null,
    invoice: null,
    paidMinor: 0,
    open: { tasks: [], approvals: [] },
    savePlan: null,
    digest: '0',
  },
  decidedAt: NOW,
};

/** Client, contract, renewal, team, calendar, playbook and one template, as the engine's other parts would have written them. */
export async function seedWorld(db: Database): Promise<void> {
  const { id: clientId, ...client } = CLIENT;
  const { id: contractId, ...contract } = CONTRACT;
  await db.people.create(
    Object.values(PEOPLE).map(({ id, ...person }) => ({
      manager: null,
      ...person,
      _id: id,
      emailKey: textKey(person.email),
    })),
  );
  await db.clients.create({ ...client, _id: clientId, nameKey: nameKey(client.name) });
  await db.contracts.create({
    ...contract,
    _id: contractId,
    numberKey: textKey(contract.number),
    entry: null,
    terms: [],
    amendedAt: null,
    extra: {},
  });
  await db.renewals.create(RENEWAL_ROW);
  await db.calendars.create({
    _id: 'plain@1',
    id: 'plain',
    version: 1,
    digest: '0',
    calendar: PLAIN_CALENDAR,
    publishedAt: NOW,
  });
  await db.playbooks.create({
    _id: 'test@1',
    id: 'test',
    version: 1,
    digest: '0',
    definition: PLAYBOOK,
    status: 'published',
    publishedAt: NOW,
  });
  await db.documents.create({
    _id: 'template/renewal-intro@1',
    kind: 'template',
    id: 'renewal-intro',
    version: 1,
    digest: '0',
    content: {
      id: 'renewal-intro',
      subject: both('{{ contract.product }}'),
      body: both('Dear {{ recipient.name }}: {{ contract.endDate }}, {{ contract.daysUntilEnd }} days.'),
    },
    publishedAt: NOW,
  });
}

/** The mail of the introduction step to the decision-maker, due now. */
export function introduction(id = `${RENEWAL}/contact/intro/1/mail/decision-maker`): PlannedSend {
  return {
    id,
    renewalId: RENEWAL,
    contractId: CONTRACT.id,
    clientId: CLIENT.id,
    audience: 'client',
    recipient: { kind: 'contact', contactId: 'con_1', role: 'decision-maker' },
    template: 'renewal-intro',
    legal: false,
    dueAt: NOW,
    notAfter: addMs(NOW, 14 * MS_PER_DAY),
    context: { stage: 'contact', step: 'intro' },
    state: 'planned',
  };
}

/**
 * Gives each mail a contract of its own and plans it. Mails about one contract to one contact stand in each other's
 * way, which is right and not what every test is about.
 */
export async function planApart(db: Database, ...rows: readonly PlannedSend[]): Promise<void> {
  const apart = rows.map((row) => ({ ...row, contractId: `contract of ${row.id}` }));
  const { id: _id, number: _number, ...contract } = CONTRACT;
  await db.contracts.insertMany(
    apart.map(({ contractId: id }) => ({
      ...contract,
      _id: id,
      number: id,
      numberKey: textKey(id),
      entry: null,
      terms: [],
      amendedAt: null,
      extra: {},
    })),
  );
  await plan(db, ...apart);
}

export async function plan(db: Database, ...rows: readonly PlannedSend[]): Promise<void> {
  await db.transaction((session) => planSends(db, session, rows));
}

export async function rowOf(db: Database, id: string): Promise<SendDoc> {
  const row = await db.sends.findById(id).lean<SendDoc>();
  if (row === null) throw new Error(`no row ${id}`);
  return row;
}

export interface Witnessed {
  readonly deps: OutreachDeps;
  readonly events: Event[];
  readonly alarms: MailAlarm[];
  setNow(now: Instant): void;
}

/** The outside of the engine, kept in lists. */
export function witnessed(db: Database, smtpUrl: string, mail: Partial<OutreachDeps['mail']> = {}): Witnessed {
  const events: Event[] = [];
  const alarms: MailAlarm[] = [];
  let now = NOW;
  const deps: OutreachDeps = {
    db,
    keys: createClientKeys(db),
    mail: { smtpUrl, fromDomain: 'vendor.example.com', ...mail },
    compileZone: () => SHANGHAI,
    signalRenewal: async (_id, event) => void events.push(event),
    alarm: async (alarm) => void alarms.push(alarm),
    now: () => now,
  };
  return { deps, events, alarms, setNow: (next) => void (now = next) };
}
