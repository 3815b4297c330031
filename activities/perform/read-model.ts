import type { ClientSession } from 'mongoose';
import { storable } from '../../domain/history/index.ts';
import type { Database } from '../../schemas/connection.ts';
import { raw } from '../../schemas/raw.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { Books } from './books.ts';
import type { PerformInput } from './input.ts';
import type { Scene } from './scene.ts';

/** False where a newer decision stands: one that is performed once more (a worker that was thought dead) leaves it alone. */
export function isNewest({ renewal }: Pick<Books, 'renewal'>, { now }: PerformInput): boolean {
  return renewal === null || renewal.decidedAt <= now;
}

/** Writes what the decision shows of the renewal. */
export async function writeReadModel(
  db: Pick<Database, 'renewals'>,
  session: ClientSession,
  scene: Scene,
  input: PerformInput,
): Promise<void> {
  const { _id, ...fields } = readModelOf(scene, input);
  await raw(db.renewals).updateOne({ _id }, { $set: fields }, { session, upsert: true });
}

export function readModelOf({ contract, client }: Scene, input: PerformInput): RenewalDoc {
  const { view, state, wakeAt } = input.decision;
  const past = contract.terms.find((one) => one.term === input.term);
  return {
    _id: input.renewalId,
    contractId: contract._id,
    term: input.term,
    clientId: client.id,
    clientName: client.name,
    contractNumber: contract.number,
    tier: client.tier,
    ownerId: client.ownerId,
    amount: past?.amount ?? contract.amount,
    target: past?.target ?? contract.target,
    endDate: view.endDate,
    phase: view.phase,
    stage: view.stage,
    atRisk: view.atRisk,
    paused: view.paused,
    outcome: view.outcome,
    nextAt: view.next?.at ?? null,
    wakeAt,
    stalledSince: view.stalled?.since ?? null,
    view: storable(view),
    state: storable(state),
    decidedAt: input.now,
  };
}

/**
 * Dates that were amended, unless a newer amendment is in already or the contract is in another term by now. Done
 * again an amendment changes nothing: an import may have set other dates since.
 */
export async function amendContract(
  db: Pick<Database, 'contracts'>,
  session: ClientSession,
  input: PerformInput,
): Promise<void> {
  for (const effect of input.decision.effects) {
    if (effect.kind !== 'amend contract') continue;
    await raw(db.contracts).updateOne(
      {
        _id: input.contractId,
        term: input.term,
        amendedBy: { $ne: effect.id },
        $or: [{ amendedAt: null }, { amendedAt: { $lte: input.now } }],
      },
      {
        $set: {
          endDate: effect.endDate,
          noticeDate: effect.noticeDate,
          amendedAt: input.now,
          amendedBy: effect.id,
        },
      },
      { session },
    );
  }
}
