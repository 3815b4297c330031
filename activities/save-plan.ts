import type { ClientSession } from 'mongoose';
import type { SavePlanDoc } from '../schemas/save-plan.ts';
import type { ActivityDeps } from './deps.ts';
import { planSends } from './outreach/plan-sends.ts';
import type { PlannedSend } from './outreach/plan-sends.ts';
import type { EffectInput } from './perform/input.ts';
import { readScene } from './perform/scene.ts';
import type { Scene } from './perform/scene.ts';
import { teamMails } from './perform/team-mail.ts';
import { zoneCache } from './world/zone-cache.ts';

export interface OpenSavePlanResult {
  /** The plan that is open for the client now: this one, or the one another contract had opened before. */
  readonly savePlanId: string;
  readonly opened: boolean;
}

export type OpenSavePlan = (input: EffectInput<'open save plan'>) => Promise<OpenSavePlanResult>;

type Deps = Pick<ActivityDeps, 'db' | 'startSavePlan' | 'dispatch' | 'wording' | 'compileZone'>;

/**
 * Opens a save plan, tells the owner and starts the work on it. A client has at most one open: where another
 * contract was faster, that one is given back. Done again it changes nothing, and starts what is not started.
 */
export function createOpenSavePlan(deps: Deps): OpenSavePlan {
  const zoneOf = zoneCache(deps.compileZone);
  return async (input) => {
    const { db } = deps;
    const { result, sendIds, start } = await db.transaction(async (session) => {
      const scene = await readScene(db, session, input.contractId);
      const there = await existing(deps, session, scene, input);
      const own = there === null || there._id === input.effect.savePlanId;
      const result: OpenSavePlanResult = { savePlanId: there?._id ?? input.effect.savePlanId, opened: own };
      // Closed since: all of this was done before, by an attempt whose answer was lost.
      if (!own || there?.status === 'closed') return { result, sendIds: [], start: false };
      if (there === null) await db.savePlans.create([planOf(scene, input)], { session });
      const mails = ownerMails(scene, deps, zoneOf, input);
      await planSends(db, session, mails);
      return { result, sendIds: mails.map((mail) => mail.id), start: true };
    });
    if (sendIds.length > 0) await deps.dispatch(sendIds);
    if (start) await deps.startSavePlan(result.savePlanId);
    return result;
  };
}

/** This plan, open or closed since, or else the open one of the client. */
async function existing(
  { db }: Deps,
  session: ClientSession,
  scene: Scene,
  { effect }: EffectInput<'open save plan'>,
): Promise<SavePlanDoc | null> {
  const same = await db.savePlans.findOne({ _id: effect.savePlanId }, null, { session }).lean<SavePlanDoc>();
  if (same !== null) return same;
  return db.savePlans.findOne({ clientId: scene.client.id, status: 'open' }, null, { session }).lean<SavePlanDoc>();
}

function planOf(scene: Scene, { renewalId, effect, now }: EffectInput<'open save plan'>): SavePlanDoc {
  return {
    _id: effect.savePlanId,
    clientId: scene.client.id,
    contractId: scene.contract._id,
    renewalId,
    cause: effect.cause,
    ruleId: effect.ruleId,
    status: 'open',
    openedAt: now,
    closedAt: null,
    outcome: null,
    why: effect.why,
  };
}

function ownerMails(
  scene: Scene,
  deps: Deps,
  zoneOf: ReturnType<typeof zoneCache>,
  { renewalId, effect, now }: EffectInput<'open save plan'>,
): readonly PlannedSend[] {
  const cause = deps.wording('words', `cause.${effect.cause}`);
  const message = {
    id: effect.id,
    template: 'internal-save-plan',
    people: scene.peopleOf({ kind: 'role', role: 'sales-rep' }),
    values: () => ({ savePlan: { cause }, savePlanId: effect.savePlanId }),
  };
  return teamMails(scene, { wording: deps.wording, zoneOf, nameOf: async () => null }, message, renewalId, now);
}
