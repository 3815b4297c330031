import { trusted } from 'mongoose';
import { decideSavePlan } from '../domain/save-plan/decide.ts';
import type { SavePlanDecision, SavePlanFact, SavePlanState } from '../domain/save-plan/types.ts';
import type { Event, SaveOutcome } from '../domain/renewal/facts.ts';
import { newRenewalState } from '../domain/renewal/state.ts';
import type { Instant } from '../domain/time/types.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import type { ActivityDeps } from './deps.ts';
import type { EffectInput } from './perform/input.ts';
import { readBooks } from './perform/books.ts';
import { createWriter } from './perform/perform.ts';
import { createSnapshotLoader } from './world/load-snapshot.ts';

interface SavePlanWork {
  readonly savePlanId: string;
  readonly renewalId: string;
  readonly contractId: string;
  readonly term: number;
  readonly now: Instant;
}

export interface JudgeSavePlanInput extends SavePlanWork {
  readonly state: SavePlanState;
  readonly facts: readonly SavePlanFact[];
}

export interface RecordSavePlanInput extends SavePlanWork {
  readonly decision: SavePlanDecision;
}

export interface CloseSavePlanInput extends Omit<SavePlanWork, 'term'> {
  readonly outcome: SaveOutcome;
}

/** The activities of a save plan: they write into the history of the renewal that opened it. */
export function createSavePlanActivities(deps: ActivityDeps) {
  const { db } = deps;
  const loadSnapshot = createSnapshotLoader(deps);
  const write = createWriter(deps);

  return {
    /** Decides on the world as it is now; changes nothing. */
    judgeSavePlan: async (input: JudgeSavePlanInput): Promise<SavePlanDecision> => {
      const renewal = await db.renewals.findOne({ _id: input.renewalId }).lean<RenewalDoc>();
      const state = { ...newRenewalState(input.renewalId), playbook: renewal?.state.playbook ?? null };
      const snapshot = await loadSnapshot({ ...input, state });
      return decideSavePlan(input.state, input.facts, snapshot, input.now);
    },

    /** Tasks, escalations and history of a decision in one transaction. */
    recordSavePlan: async (input: RecordSavePlanInput): Promise<void> => {
      const { decision, renewalId, contractId, term, now } = input;
      const sendIds = await db.transaction(async (session) => {
        const renewal = await db.renewals.findOne({ _id: renewalId }, null, { session }).lean<RenewalDoc>();
        // The renewal writes its read model in the transaction before it opens a plan.
        if (renewal === null) return [];
        const { effects, log } = decision;
        const { view, state } = renewal;
        const written = { renewalId, contractId, term, now, decision: { effects, log, view, state, wakeAt: null } };
        // What is open in the books is for the renewal to know, not for its save plan.
        const { planned } = await write(session, await readBooks(db, session, written), written, false);
        return planned;
      });
      if (sendIds.length > 0) await deps.dispatch(sendIds);
    },

    /** The outcome flows back: to the renewal that opened the plan, and to the client's others, whose mail was held. */
    closeSavePlan: async (input: CloseSavePlanInput): Promise<void> => {
      const { savePlanId, renewalId, outcome, now } = input;
      const plan = await db.savePlans.findOneAndUpdate(
        { _id: savePlanId },
        { $set: { status: 'closed', closedAt: now, outcome } },
        { returnDocument: 'after' },
      );
      const by = { kind: 'system', id: savePlanId } as const;
      const closed: Event = { id: `${savePlanId}/closed`, at: now, by, kind: 'save plan closed', savePlanId, outcome };
      await deps.signalRenewal(renewalId, closed);
      if (plan === null) return;
      const others = await db.renewals
        .find(
          { clientId: plan.clientId, phase: trusted({ $in: ['open', 'scheduled'] }), _id: trusted({ $ne: renewalId }) },
          { _id: 1 },
        )
        .lean<{ _id: string }[]>();
      for (const other of others) {
        await deps.signalRenewal(other._id, {
          id: `${savePlanId}/look`,
          at: now,
          by,
          kind: 'world changed',
          what: 'save plan closed',
        });
      }
    },

    /** A renewal that ends takes its save plan with it. */
    endSavePlan: async (input: EffectInput<'end save plan'>): Promise<void> => {
      const { effect, now } = input;
      const { savePlanId, outcome, withConcession } = effect;
      await deps.signalSavePlan(savePlanId, {
        id: effect.id,
        at: now,
        by: { kind: 'engine' },
        kind: 'renewal ended',
        outcome,
        withConcession,
      });
    },
  };
}
