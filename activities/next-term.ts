import { PerennialError } from '../domain/errors/index.ts';
import type { ContractDoc, PastTerm } from '../schemas/contract.ts';
import type { Database } from '../schemas/connection.ts';
import type { ActivityDeps } from './deps.ts';
import type { EffectInput, EffectOf } from './perform/input.ts';

export type StartNextTerm = (input: EffectInput<'start next term'>) => Promise<void>;

/**
 * Lets a contract live on: its current term goes to the past ones, the next takes its place, and the renewal of
 * that term is started. Done again it finds the contract in the new term and only makes sure that the renewal runs.
 *
 * Throws `store.contract_missing`, and `store.term_moved` where the contract is not in the term before.
 */
export function createStartNextTerm(deps: Pick<ActivityDeps, 'db' | 'startRenewal'>): StartNextTerm {
  return async (input) => {
    await moveToTerm(deps.db, input);
    await deps.startRenewal(input.contractId, input.effect.term);
  };
}

async function moveToTerm(db: Database, { contractId, effect, now }: EffectInput<'start next term'>): Promise<void> {
  await db.transaction(async (session) => {
    const contract = await db.contracts.findOne({ _id: contractId }, null, { session }).lean<ContractDoc>();
    if (contract === null) throw PerennialError.of('store.contract_missing', { id: contractId });
    if (contract.term >= effect.term) return;
    if (contract.term !== effect.term - 1) {
      const params = { number: contract.number, current: contract.term, wanted: effect.term };
      throw PerennialError.of('store.term_moved', params);
    }
    await db.contracts.updateOne(
      { _id: contractId, term: contract.term },
      {
        $set: {
          ...nextTerm(effect, now),
          extra: withoutScore(contract.extra),
          terms: [...contract.terms, pastTerm(contract, now)],
        },
      },
      { session },
    );
  });
}

function nextTerm(effect: EffectOf<'start next term'>, now: ContractDoc['knownSince']) {
  const { term, startDate, endDate, noticeDate, termMonths, amount, paymentDays } = effect;
  return {
    term,
    startDate,
    endDate,
    noticeDate,
    termMonths,
    amount,
    // What the next renewal should bring is set by people; until then it is what the term costs.
    target: amount,
    paymentDays,
    entry: null,
    knownSince: now,
    amendedAt: null,
    amendedBy: null,
    scoredAt: null,
  };
}

/** The score was of the term before: the next one must not hear of it as news. */
function withoutScore(extra: ContractDoc['extra']): ContractDoc['extra'] {
  if (extra === null) return null;
  const { healthScore: _healthScore, ...rest } = extra;
  return Object.keys(rest).length === 0 ? null : rest;
}

function pastTerm(contract: ContractDoc, endedAt: PastTerm['endedAt']): PastTerm {
  const { term, startDate, endDate, noticeDate, termMonths, amount, target, paymentDays, knownSince } = contract;
  return { term, startDate, endDate, noticeDate, termMonths, amount, target, paymentDays, knownSince, endedAt };
}
