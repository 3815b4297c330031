import type { Playbook } from '../../domain/playbook/types.ts';
import type { QuoteTerms } from '../../domain/renewal/facts.ts';
import type { ZoneOffsets } from '../../domain/time/types.ts';
import { calendarToDomain } from '../../schemas/calendar.ts';
import type { CalendarDoc } from '../../schemas/calendar.ts';
import { clientToDomain } from '../../schemas/client.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { CommunicationDoc } from '../../schemas/communication.ts';
import type { Models } from '../../schemas/connection.ts';
import { contractToDomain } from '../../schemas/contract.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { Client } from '../../domain/people/contract.ts';
import type { Person } from '../../domain/people/types.ts';
import { personToDomain } from '../../schemas/person.ts';
import type { HistoryDoc } from '../../schemas/history.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import type { PlaybookDoc } from '../../schemas/playbook.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SendDoc } from '../../schemas/send.ts';
import type { SendWorld } from './decide-late.ts';
import { readRivals } from './rivals.ts';

type Reads = Pick<
  Models,
  'contracts' | 'clients' | 'people' | 'renewals' | 'playbooks' | 'calendars' | 'communications' | 'history' | 'sends'
>;

/** Reads everything that {@link SendWorld} holds, fresh from the database. */
export async function readSendWorld(
  db: Reads,
  row: SendDoc,
  zoneOf: (zone: string) => ZoneOffsets,
): Promise<SendWorld> {
  const { recipient } = row;
  const [contract, client, renewal, heard, rivals] = await Promise.all([
    db.contracts.findById(row.contractId).lean<ContractDoc>(),
    db.clients.findById(row.clientId).lean<ClientDoc>(),
    db.renewals.findById(row.renewalId).lean<RenewalDoc>(),
    db.communications
      .findOne({ renewalId: row.renewalId, direction: 'in' })
      .sort({ at: -1 })
      .lean<Pick<CommunicationDoc, 'at'>>(),
    readRivals(db, row),
  ]);
  const [owner, person, playbook, calendar, quoteTermMonths] = await Promise.all([
    client === null ? null : readPerson(db, client.ownerId),
    recipient.kind === 'person' ? readPerson(db, recipient.personId) : null,
    readPlaybook(db, renewal),
    client === null ? null : readCalendar(db, client.calendarId),
    readQuoteTerm(db, renewal),
  ]);
  const known = client === null ? null : clientToDomain(client);
  return {
    contract: contract === null ? null : contractToDomain(contract),
    client: known,
    owner,
    person,
    renewal,
    playbook,
    calendar: calendar === null ? null : calendarToDomain(calendar),
    zone: zoneOfReader(known, person, row, zoneOf),
    heardAt: heard?.at ?? null,
    quoteTermMonths,
    rivals,
  };
}

async function readPerson(db: Reads, id: string): Promise<Person | null> {
  const doc = await db.people.findById(id).lean<PersonDoc>();
  return doc === null ? null : personToDomain(doc);
}

async function readPlaybook(db: Reads, renewal: RenewalDoc | null): Promise<Playbook | null> {
  const pin = renewal?.state?.playbook ?? null;
  if (pin === null) return null;
  const doc = await db.playbooks.findById(`${pin.id}@${pin.version}`).lean<PlaybookDoc>();
  return doc?.definition ?? null;
}

async function readCalendar(db: Reads, id: string): Promise<CalendarDoc | null> {
  return db.calendars.findOne({ id }).sort({ version: -1 }).lean<CalendarDoc>();
}

async function readQuoteTerm(db: Reads, renewal: RenewalDoc | null): Promise<number | null> {
  const quote = renewal?.state?.quote ?? null;
  if (renewal === null || quote === null) return null;
  const fact = await db.history
    .findOne({ renewalId: renewal._id, kind: 'fact', name: 'quote issued' })
    .sort({ seq: -1 })
    .lean<HistoryDoc>();
  const issued = fact?.detail['quote'] as Partial<QuoteTerms> | undefined;
  return issued?.number === quote.number ? (issued.termMonths ?? null) : null;
}

function zoneOfReader(
  client: Client | null,
  person: Person | null,
  { recipient }: SendDoc,
  zoneOf: (zone: string) => ZoneOffsets,
): ZoneOffsets | null {
  const reader =
    recipient.kind === 'person' ? person : client?.contacts.find((contact) => contact.id === recipient.contactId);
  return reader ? zoneOf(reader.zone) : null;
}
