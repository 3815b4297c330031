import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import { storable } from '../../domain/history/index.ts';
import type { Database } from '../../schemas/connection.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { PerformInput } from './input.ts';
import type { Scene } from './scene.ts';

/**
 * Writes what the decision shows of the renewal. An older decision that is performed once more (a worker that
 * was thought dead) leaves a newer one alone.
 *
 * @returns false where a newer decision stands
 */
export async function writeReadModel(
  db: Pick<Database, 'renewals' | 'tasks'>,
  session: ClientSession,
  scene: Scene,
  input: PerformInput,
): Promise<boolean> {
  const { _id, ...fields } = readModelOf(scene, input);
  const there = await db.renewals.findOne({ _id }, { decidedAt: 1 }, { session }).lean<Pick<RenewalDoc, 'decidedAt'>>();
  if (there !== null && there.decidedAt > input.now) return false;
  await db.renewals.updateOne({ _id }, { $set: fields }, { session, upsert: true });
  await moveDueDates(db, session, input);
  return true;
}

/** A moved end date moves what is due before it: open tasks take the due dates that hold now. */
async function moveDueDates(db: Pick<Database, 'tasks'>, session: ClientSession, input: PerformInput): Promise<void> {
  const { tasks } = input.decision.view;
  if (tasks.length === 0) return;
  await db.tasks.bulkWrite(
    tasks.map(({ id, dueAt }) => ({
      updateOne: { filter: { _id: id, state: 'open', dueAt: trusted({ $ne: dueAt }) }, update: { $set: { dueAt } } },
    })),
    { session, ordered: true },
  );
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
    await db.contracts.updateOne(
      {
        _id: input.contractId,
        term: input.term,
        amendedBy: trusted({ $ne: effect.id }),
        $or: [{ amendedAt: null }, { amendedAt: trusted({ $lte: input.now }) }],
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
