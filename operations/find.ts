import { trusted } from 'mongoose';
import { excerpt, PerennialError } from '../domain/errors/index.ts';
import type { Person } from '../domain/people/types.ts';
import { clientToDomain } from '../schemas/client.ts';
import type { ClientDoc } from '../schemas/client.ts';
import type { Database } from '../schemas/connection.ts';
import { contractToDomain } from '../schemas/contract.ts';
import type { ContractDoc } from '../schemas/contract.ts';
import type { Client, Contract } from '../domain/people/contract.ts';
import { textKey } from '../schemas/keys.ts';
import type { Filter } from '../domain/access/index.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import { personByEmail } from './store/queries.ts';
import { trustedFilter } from './store/trusted-filter.ts';
import { parseRenewalId, renewalId } from '../workflows/renewal/messages.ts';

const SHOWN = 5;

/**
 * The renewal that a person means: its id, its contract's number (then the latest term), or the beginning
 * of either where only one contract fits. Throws `renewal.not_found` or `cli.ambiguous`.
 *
 * @param visible what the reader may see: nothing else is there
 */
export async function findRenewal(
  db: Pick<Database, 'renewals' | 'contracts'>,
  text: string,
  visible: Filter = {},
): Promise<RenewalDoc> {
  const wanted = text.normalize('NFKC').trim();
  const seen = trustedFilter(visible);
  if (parseRenewalId(wanted) !== undefined) {
    const exact = await db.renewals.findOne({ $and: [{ _id: wanted }, seen] }).lean<RenewalDoc>();
    if (exact !== null) return exact;
  }
  const contract = await db.contracts.findOne({ numberKey: textKey(wanted) }, { _id: 1 }).lean<{ _id: string }>();
  if (contract !== null) {
    // A contract that was just imported may have no renewal yet. Nobody who names it in full means another one.
    const latest = await db.renewals
      .findOne({ $and: [{ contractId: contract._id }, seen] })
      .sort({ term: -1 })
      .lean<RenewalDoc>();
    if (latest === null) throw PerennialError.of('renewal.not_found', { id: excerpt(text) });
    return latest;
  }
  const found = wanted === '' ? [] : await startingWith(db, wanted, seen);
  const latest = latestTerms(found);
  const [only, ...others] = latest;
  if (only === undefined) throw PerennialError.of('renewal.not_found', { id: excerpt(text) });
  if (others.length === 0) return only;
  const names = latest.slice(0, SHOWN).map((renewal) => renewal.contractNumber);
  const matches = latest.length > SHOWN ? [...names, '…'] : names;
  throw PerennialError.of('cli.ambiguous', { id: excerpt(text), matches: matches.join(', ') });
}

/** Ranges instead of patterns: they use the index, and nothing in a text can act as a pattern. */
async function startingWith(db: Pick<Database, 'renewals'>, text: string, seen: Filter): Promise<RenewalDoc[]> {
  const range = trusted({ $gte: text, $lt: `${text}\uffff` });
  const conditions = [{ contractNumber: range }, { _id: range }, { contractId: range }];
  const pages = await Promise.all(
    conditions.map((condition) =>
      db.renewals
        .find({ $and: [condition, seen] })
        .sort({ _id: 1 })
        .limit(50)
        .lean<RenewalDoc[]>(),
    ),
  );
  return [...new Map(pages.flat().map((renewal) => [renewal._id, renewal])).values()];
}

function latestTerms(found: readonly RenewalDoc[]): RenewalDoc[] {
  const latest = new Map<string, RenewalDoc>();
  for (const renewal of found) {
    const known = latest.get(renewal.contractId);
    if (known === undefined || known.term < renewal.term) latest.set(renewal.contractId, renewal);
  }
  return [...latest.values()].sort((a, b) => (a.contractNumber < b.contractNumber ? -1 : 1));
}

/** The terms of a contract before and after one of them: a contract's number always means the latest. */
export interface NeighbourTerms {
  readonly earlier: { readonly id: string; readonly term: number; readonly outcome: string | null } | null;
  readonly later: { readonly id: string; readonly term: number } | null;
}

export async function neighbourTerms(
  db: Pick<Database, 'renewals' | 'contracts'>,
  { contractId, term }: Pick<RenewalDoc, 'contractId' | 'term'>,
): Promise<NeighbourTerms> {
  const [before, contract] = await Promise.all([
    db.renewals.findOne({ _id: renewalId(contractId, term - 1) }).lean<RenewalDoc>(),
    db.contracts.findOne({ _id: contractId }, { term: 1 }).lean<Pick<ContractDoc, 'term'>>(),
  ]);
  const next = term + 1;
  return {
    earlier: before === null ? null : { id: before._id, term: before.term, outcome: before.outcome },
    // The contract moves on before the renewal of its next term is first looked at.
    later: contract === null || contract.term < next ? null : { id: renewalId(contractId, next), term: next },
  };
}

/** A member of the team by e-mail. Throws `cli.actor_unknown` or `cli.actor_inactive`. */
export async function findActor(db: Database, email: string): Promise<Person> {
  const person = await personByEmail(db, email);
  if (person === undefined) throw PerennialError.of('cli.actor_unknown', { email: excerpt(email) });
  if (!person.active) throw PerennialError.of('cli.actor_inactive', { name: person.name });
  return person;
}

/** The contract of a renewal, in its current term. */
export async function contractOf(db: Pick<Database, 'contracts'>, renewal: RenewalDoc): Promise<Contract> {
  const doc = await db.contracts.findOne({ _id: renewal.contractId }).lean<ContractDoc>();
  if (doc === null) throw PerennialError.of('renewal.not_found', { id: renewal.contractNumber });
  return contractToDomain(doc);
}

/** The client of a renewal; null where its record is gone. */
export async function clientOf(
  db: Pick<Database, 'clients'>,
  { clientId }: Pick<RenewalDoc, 'clientId'>,
): Promise<Client | null> {
  const doc = await db.clients.findOne({ _id: clientId }).lean<ClientDoc>();
  return doc === null ? null : clientToDomain(doc);
}

/** The terms whose renewals have not ended. */
export async function termsNotClosed(
  db: Pick<Database, 'renewals'>,
): Promise<readonly { readonly contractId: string; readonly term: number }[]> {
  const open = await db.renewals
    .find({ phase: trusted({ $ne: 'closed' }) }, { contractId: 1, term: 1 })
    .lean<Pick<RenewalDoc, 'contractId' | 'term'>[]>();
  return open.map(({ contractId, term }) => ({ contractId, term }));
}
