import type { BusinessCalendar } from '../../domain/calendar/types.ts';
import { PerennialError } from '../../domain/errors/index.ts';
import { substitutesAt } from '../../domain/people/absence.ts';
import type { Absence } from '../../domain/people/absence.ts';
import type { Client, Contract } from '../../domain/people/contract.ts';
import type { Person } from '../../domain/people/types.ts';
import { choosePlaybook } from '../../domain/playbook/choose.ts';
import type { PlaybookVersion } from '../../domain/playbook/types.ts';
import type { Snapshot } from '../../domain/renewal/snapshot.ts';
import type { RenewalState } from '../../domain/renewal/state.ts';
import type { Instant } from '../../domain/time/index.ts';
import { absenceToDomain } from '../../schemas/absence.ts';
import { clientToDomain } from '../../schemas/client.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import { contractToDomain } from '../../schemas/contract.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { personToDomain } from '../../schemas/person.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { raw } from '../../schemas/raw.ts';
import type { SavePlanDoc } from '../../schemas/save-plan.ts';
import type { ActivityDeps } from '../deps.ts';
import { contractValues } from './contract-values.ts';
import { createDefinitions } from './published.ts';
import type { Definitions, Published } from './published.ts';
import { zoneCache } from './zone-cache.ts';

export type WorldDeps = Pick<ActivityDeps, 'db' | 'compileZone'>;

export interface SnapshotRequest {
  readonly renewalId: string;
  readonly contractId: string;
  readonly term: number;
  readonly state: RenewalState;
  readonly now: Instant;
}

type LoadSnapshot = (request: SnapshotRequest) => Promise<Snapshot>;

/**
 * Reads the world for one decision in four round trips side by side: contract with client and save plan, the
 * team, who is away, and which versions are the newest. Versions themselves and zones are kept in the process.
 *
 * Throws `store.contract_missing`, `store.client_missing`, `store.calendar_missing`, `store.version_missing`:
 * a decision on half a world would be a guess.
 */
export function createSnapshotLoader(deps: WorldDeps): LoadSnapshot {
  const { db } = deps;
  const definitions = createDefinitions(db);
  const zoneOf = zoneCache(deps.compileZone);

  return async ({ renewalId, contractId, term, state, now }) => {
    const [subject, people, published, absences] = await Promise.all([
      readSubject(db, contractId, term),
      raw(db.people).find().toArray(),
      definitions.published(),
      raw(db.absences)
        .find({ begins: { $lte: now }, ends: { $gt: now } })
        .toArray(),
    ]);
    const { client, contract } = subject;
    const zoneIds = new Set([client.zone, ...client.contacts.map((contact) => contact.zone)]);
    const calendars = readCalendars(definitions, published, client);
    const playbook = await playbookFor(definitions, published, state, () =>
      contractValues(client, contract, zoneOf(client.zone), now),
    );
    const ladderKey = playbook && published.ladders[playbook.definition.approvals];
    const savePlansKey = playbook && published.savePlans[playbook.definition.savePlans];
    const [{ teamCalendar, clientCalendar }, ladder, savePlans] = await Promise.all([
      calendars,
      ladderKey ? definitions.ladder(ladderKey) : null,
      savePlansKey ? definitions.savePlans(savePlansKey) : null,
    ]);
    const plan = subject.savePlan;
    return {
      contract,
      client,
      playbook,
      ladder,
      savePlans,
      people: teamAt(people, absences.map(absenceToDomain), now),
      teamCalendar,
      clientCalendar,
      zones: Object.fromEntries([...zoneIds].map((zone) => [zone, zoneOf(zone)])),
      clientSavePlan: plan === null || plan.renewalId === renewalId ? null : { id: plan._id, cause: plan.cause },
    };
  };
}

/** The team, and for those who are away who stands in. */
export function teamAt(
  docs: readonly PersonDoc[],
  absences: readonly Absence[],
  now: Instant,
): Readonly<Record<string, Person>> {
  const people = docs.map(personToDomain);
  const active = new Set(people.filter((person) => person.active).map(({ id }) => id));
  const substitutes = substitutesAt(absences, now, (id) => active.has(id));
  return Object.fromEntries(
    people.map((person) => {
      const substitute = substitutes.get(person.id);
      return [person.id, substitute === undefined ? person : { ...person, substitute }];
    }),
  );
}

interface SubjectRow extends ContractDoc {
  readonly clients: readonly ClientDoc[];
  readonly plans: readonly SavePlanDoc[];
}

async function readSubject(
  db: Database,
  contractId: string,
  term: number,
): Promise<{ contract: Contract; client: Client; savePlan: SavePlanDoc | null }> {
  const [row] = await raw(db.contracts)
    .aggregate<SubjectRow>([
      { $match: { _id: contractId } },
      { $lookup: { from: 'clients', localField: 'clientId', foreignField: '_id', as: 'clients' } },
      {
        $lookup: {
          from: 'savePlans',
          localField: 'clientId',
          foreignField: 'clientId',
          pipeline: [{ $match: { status: 'open' } }],
          as: 'plans',
        },
      },
    ])
    .toArray();
  if (row === undefined) throw PerennialError.of('store.contract_missing', { id: contractId });
  const { clients, plans, ...doc } = row;
  const [client] = clients;
  if (client === undefined) throw PerennialError.of('store.client_missing', { id: doc.clientId, contract: doc.number });
  return { contract: inTerm(doc, term), client: clientToDomain(client), savePlan: plans[0] ?? null };
}

/** The contract as it is in a term: a renewal that still collects money looks at its own term, not at the next one. */
function inTerm(doc: ContractDoc, term: number): Contract {
  const contract = contractToDomain(doc);
  const past = doc.terms.find((one) => one.term === term);
  if (past === undefined || contract.term === term) return contract;
  const { endedAt: _endedAt, ...own } = past;
  const { entry: _entry, ...rest } = contract;
  return { ...rest, ...own };
}

async function playbookFor(
  definitions: Definitions,
  published: Published,
  state: RenewalState,
  values: () => Parameters<typeof choosePlaybook>[1],
): Promise<PlaybookVersion | null> {
  if (state.playbook !== null) return definitions.playbook(`${state.playbook.id}@${state.playbook.version}`);
  const candidates = await Promise.all(Object.values(published.playbooks).map((key) => definitions.playbook(key)));
  return choosePlaybook(candidates, values());
}

async function readCalendars(
  definitions: Definitions,
  published: Published,
  client: Client,
): Promise<{ teamCalendar: BusinessCalendar; clientCalendar: BusinessCalendar }> {
  const read = (id: string) => {
    const key = published.calendars[id];
    if (key === undefined)
      throw PerennialError.of('store.calendar_missing', { id, known: Object.keys(published.calendars).join(', ') });
    return definitions.calendar(key);
  };
  const [teamCalendar, clientCalendar] = await Promise.all([
    read(published.teamCalendar ?? client.calendarId),
    read(client.calendarId),
  ]);
  return { teamCalendar, clientCalendar };
}
