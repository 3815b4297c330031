import { trusted } from 'mongoose';
import { excerpt, problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { EventSubject } from '../../domain/events/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { nameKey, textKey } from '../../schemas/keys.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SourceLinkDoc } from '../../schemas/source.ts';
import { parseRenewalId, renewalId } from '../../workflows/renewal/messages.ts';
import { linkId } from './accept-events.ts';
import { subjectText } from './lanes.ts';

/** A renewal that an event is told to. */
export interface Target {
  readonly renewalId: string;
  readonly contractId: string;
  readonly clientId: string;
  /** It has ended, as far as the read model knows. */
  readonly closed: boolean;
  /** When a person last amended the dates of its contract; null where nobody has, or an event did. */
  readonly amendedAt: Instant | null;
}

export type Resolved = { readonly targets: readonly Target[] } | { readonly missing: Problem };

type Books = Pick<Database, 'contracts' | 'clients' | 'renewals' | 'sourceLinks'>;
type Contract = Pick<ContractDoc, '_id' | 'clientId' | 'term' | 'amendedAt' | 'amendedBy'>;
type Renewal = Pick<RenewalDoc, '_id' | 'term' | 'phase' | 'contractId' | 'clientId'>;

/** More clients than this have one address only by mistake. */
const MAX_CLIENTS = 20;
const CONTRACT_PARTS = { clientId: 1, term: 1, amendedAt: 1, amendedBy: 1 } as const;

/**
 * The renewals that an event is about: of a contract its open one, else the last; of a client all that are open.
 * What is not known yet is said as a problem: it may come.
 */
export async function resolveSubject(db: Books, source: string, subject: EventSubject): Promise<Resolved> {
  const named = excerpt(subjectText(subject));
  if ('contractNumber' in subject) return ofContract(db, { numberKey: textKey(subject.contractNumber) }, named);
  if ('contractId' in subject) return ofContract(db, { _id: subject.contractId }, named);
  if ('renewalId' in subject) return ofRenewal(db, subject.renewalId, named);
  if ('reference' in subject) {
    const link = await db.sourceLinks.findOne({ _id: linkId(source, subject.reference) }).lean<SourceLinkDoc>();
    if (link === null) return { missing: problem('event.reference_unknown', { found: named }) };
    return ofContract(db, { _id: link.contractId }, named);
  }
  const clients = await clientsOf(db, subject);
  if (clients.length === 0) return { missing: problem('event.client_unknown', { found: named }) };
  return ofClients(
    db,
    clients.map(({ _id }) => _id),
    named,
  );
}

async function ofContract(
  db: Books,
  where: { readonly _id: string } | { readonly numberKey: string },
  named: string,
): Promise<Resolved> {
  const contract = await db.contracts.findOne(where, CONTRACT_PARTS).lean<Contract>();
  if (contract === null) return { missing: problem('event.contract_unknown', { found: named }) };
  const renewals = await db.renewals
    .find({ contractId: contract._id }, { _id: 1, term: 1, phase: 1, contractId: 1, clientId: 1 })
    .sort({ term: -1 })
    .lean<Renewal[]>();
  const open = renewals.filter(({ phase }) => phase !== 'closed');
  const [last] = renewals;
  const chosen = open.length > 0 ? open : last === undefined ? [] : [last];
  if (chosen.length > 0) return { targets: chosen.map((renewal) => targetOf(renewal, contract)) };
  // It has not judged for the first time yet, or was never started: the engine knows.
  const { _id, clientId, term } = contract;
  const amendedAt = amendedByHand(contract);
  const first = { renewalId: renewalId(_id, term), contractId: _id, clientId, closed: false, amendedAt };
  return { targets: [first] };
}

async function ofRenewal(db: Books, id: string, named: string): Promise<Resolved> {
  const parsed = parseRenewalId(id);
  const contract =
    parsed === undefined
      ? null
      : await db.contracts.findOne({ _id: parsed.contractId }, CONTRACT_PARTS).lean<Contract>();
  if (contract === null) return { missing: problem('event.contract_unknown', { found: named }) };
  const renewal = await db.renewals.findOne({ _id: id }).lean<Renewal>();
  if (renewal === null) return { missing: problem('event.no_renewal', { found: named }) };
  return { targets: [targetOf(renewal, contract)] };
}

async function ofClients(db: Books, ids: readonly string[], named: string): Promise<Resolved> {
  const renewals = await db.renewals
    .find(
      { clientId: trusted({ $in: ids }), phase: trusted({ $ne: 'closed' }) },
      { _id: 1, term: 1, phase: 1, contractId: 1, clientId: 1 },
    )
    .sort({ _id: 1 })
    .lean<Renewal[]>();
  if (renewals.length === 0) return { missing: problem('event.no_renewal', { found: named }) };
  const contracts = await db.contracts
    .find({ _id: trusted({ $in: renewals.map((renewal) => renewal.contractId) }) }, CONTRACT_PARTS)
    .lean<Contract[]>();
  const byId = new Map(contracts.map((contract) => [contract._id, contract]));
  return { targets: renewals.map((renewal) => targetOf(renewal, byId.get(renewal.contractId))) };
}

async function clientsOf(
  db: Books,
  subject: Extract<EventSubject, { clientId: string } | { clientName: string } | { contactEmail: string }>,
): Promise<readonly Pick<ClientDoc, '_id'>[]> {
  const where =
    'clientId' in subject
      ? { _id: subject.clientId }
      : 'clientName' in subject
        ? { nameKey: nameKey(subject.clientName) }
        : { 'contacts.email': trusted({ $in: spellings(subject.contactEmail) }) };
  return db.clients.find(where, { _id: 1 }).limit(MAX_CLIENTS).lean<Pick<ClientDoc, '_id'>[]>();
}

/** Addresses are kept as people wrote them, and compared as they came and in lower case. */
function spellings(email: string): readonly string[] {
  return [...new Set([email.trim(), email.trim().toLowerCase()])];
}

function targetOf({ _id, contractId: id, clientId, phase }: Renewal, contract: Contract | undefined): Target {
  return {
    renewalId: _id,
    contractId: id,
    clientId,
    closed: phase === 'closed',
    amendedAt: contract === undefined ? null : amendedByHand(contract),
  };
}

/** Events are compared by when they happened; the books say of an amendment when it was made. */
function amendedByHand({ amendedAt, amendedBy }: Contract): Instant | null {
  return amendedBy?.includes('/amend/evt_') === true ? null : amendedAt;
}

/** The contact of a client that an event names by id or address; null where it names none, undefined where it is unknown. */
export async function contactOf(
  db: Pick<Database, 'clients'>,
  clientId: string,
  { contactId: id, contactEmail: email }: Readonly<Record<string, unknown>>,
): Promise<string | null | undefined> {
  if (typeof id !== 'string' && typeof email !== 'string') return null;
  const client = await db.clients.findOne({ _id: clientId }, { contacts: 1 }).lean<Pick<ClientDoc, 'contacts'>>();
  const wanted = typeof email === 'string' ? email.trim().toLowerCase() : undefined;
  return client?.contacts.find((contact) => contact.id === id || contact.email.toLowerCase() === wanted)?.id;
}
