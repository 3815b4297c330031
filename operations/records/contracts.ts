import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { MAX_MINOR, parseCurrency } from '../../domain/money/index.ts';
import type { Money } from '../../domain/money/index.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import { followUp } from '../jobs/follow-up.ts';
import { MAX_NAME, MAX_TEXT } from '../text-fields.ts';
import { FieldChecks } from './checks.ts';
import { giveClient } from './clients.ts';
import { changeEntry, concernedBy, differenceOf, tellHistories } from './history.ts';
import type { ChangeStamp, CheckRecord } from './stamp.ts';

/**
 * What people may change of a contract in its current term. Dates go by the command of its renewal, which plans
 * everything anew.
 */
export interface ContractChange {
  readonly product?: string;
  readonly amount?: Money;
  readonly target?: Money;
  readonly termMonths?: number;
  readonly autoRenew?: boolean;
  readonly paymentDays?: number;
  readonly remarks?: string;
  /** The owner is the client's: all its contracts go along. */
  readonly ownerId?: string;
}

/** A contract beside its client, who says who may see it. */
export interface ContractWithClient {
  readonly contract: ContractDoc;
  readonly client: ClientDoc;
}

/**
 * Changes a contract. What a table said of it before stays noted as said: the same table again does not undo this.
 * Its renewals that have not ended keep who changed what, and look again. Throws `resource.not_found`, what `check`
 * throws, and everything that is wrong with the values.
 */
export async function changeContract(
  db: Database,
  contractId: string,
  change: ContractChange,
  stamp: ChangeStamp,
  check: CheckRecord<ContractWithClient>,
): Promise<ContractWithClient> {
  const checks = new FieldChecks();
  const { product, remarks, ownerId, ...others } = change;
  if (ownerId !== undefined) await checks.colleague(db, 'ownerId', ownerId);
  const texts = {
    ...(product === undefined ? {} : { product: checks.text('product', product, MAX_NAME, false) }),
    ...(remarks === undefined ? {} : { remarks: checks.text('remarks', remarks, MAX_TEXT, false) }),
  };
  checkMoney(checks, change);
  return db.transaction(async (session) => {
    const contract = await db.contracts.findOne({ _id: contractId }, null, { session }).lean<ContractDoc>();
    const client =
      contract && (await db.clients.findOne({ _id: contract.clientId }, null, { session }).lean<ClientDoc>());
    if (contract === null || client === null) throw contractMissing(contractId);
    check({ contract, client });
    const wanted = { ...others, ...texts };
    checkCurrency(checks, { ...contract, ...others });
    checks.done();
    const difference = differenceOf({ ...contract, remarks: contract.extra?.remarks ?? '' }, wanted);
    const given = ownerId === undefined ? client : await giveClient(db, session, client, ownerId, stamp);
    if (difference === null) return { contract, client: given };
    const { remarks: said, ...own } = wanted;
    const extra = said === undefined ? contract.extra : { ...contract.extra, remarks: said };
    const set = { ...own, extra, changedAt: stamp.at };
    await db.contracts.updateOne({ _id: contractId }, { $set: set }, { session });
    const concerned = await concernedBy(db, session, [contract]);
    await tellHistories(db, session, concerned, changeEntry('contract changed', stamp, contractId, difference));
    const ids = concerned.map(({ renewalId }) => renewalId);
    await followUp(db, session, { kind: 'look', what: 'contract' }, ids, stamp);
    return { contract: { ...contract, ...set }, client: given };
  });
}

function checkMoney(checks: FieldChecks, change: ContractChange): void {
  for (const field of ['amount', 'target'] as const) {
    const money = change[field];
    if (money === undefined) continue;
    if (money.minor < 0 || money.minor > MAX_MINOR) {
      checks.add('field.range', { found: money.minor, allowed: `0 … ${MAX_MINOR}` }, `${field}.minor`);
    }
    const currency = parseCurrency(money.currency);
    if (typeof currency !== 'string') checks.take(currency.problem, `${field}.currency`);
  }
}

/** A target in another currency could be compared with nothing. */
function checkCurrency(checks: FieldChecks, { amount, target }: Pick<ContractDoc, 'amount' | 'target'>): void {
  if (amount.currency === target.currency) return;
  checks.add('record.currency', { amount: amount.currency, target: target.currency }, 'target.currency');
}

/** The renewal of the current term. */
export function renewalIdOf({ _id, term }: Pick<ContractDoc, '_id' | 'term'>): string {
  return renewalId(_id, term);
}

export function contractMissing(contractId: string): PerennialError {
  return PerennialError.of('resource.not_found', { kind: '@kind.contract', id: excerpt(contractId) });
}
