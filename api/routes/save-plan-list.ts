import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Teller } from '../../i18n/story.ts';
import { savePlanPage } from '../../operations/save-plans.ts';
import type { SavePlanPage } from '../../operations/save-plans.ts';
import { clientsByIds } from '../../operations/store/queries.ts';
import { listSavePlans } from '../../operations/store/save-plan-queries.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { SavePlanDoc } from '../../schemas/save-plan.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/save-plan-list.ts';
import { tellerFor, whyOf } from './say.ts';

export const savePlanListRoutes: readonly BoundRoute[] = [
  bind(contracts.listSavePlans, async ({ deps, principal, query, locale }) => {
    const { db } = deps.context;
    const only = principal.rights.filter('read SavePlan');
    if (only === null) return { items: [], next: null };
    const page = await listSavePlans(db, only, query);
    const clients = await clientsByIds(
      db,
      page.items.map(({ clientId }) => clientId),
    );
    const teller = tellerFor(locale);
    const items = page.items.flatMap((plan) => {
      const client = clients.get(plan.clientId);
      return client === undefined ? [] : [itemOf(plan, client, teller)];
    });
    return { items, next: page.next };
  }),

  bind(contracts.savePlanById, async ({ deps, principal, params, locale }) => {
    const { db } = deps.context;
    const plan = await db.savePlans.findOne({ _id: params.savePlanId }).lean<SavePlanDoc>();
    const client = plan && (await db.clients.findOne({ _id: plan.clientId }).lean<ClientDoc>());
    if (plan === null || client === null || !principal.rights.mayWith('read SavePlan', { ownerId: client.ownerId })) {
      throw PerennialError.of('resource.not_found', { kind: '@kind.save_plan', id: excerpt(params.savePlanId) });
    }
    return { ...itemOf(plan, client, tellerFor(locale)), ...measuresOf(await savePlanPage(db, plan)) };
  }),
];

function itemOf(plan: SavePlanDoc, client: ClientDoc, teller: Teller) {
  return {
    id: plan._id,
    renewalId: plan.renewalId,
    contractId: plan.contractId,
    clientId: plan.clientId,
    clientName: client.name,
    ownerId: client.ownerId,
    cause: plan.cause,
    causeText: teller.word('cause', plan.cause),
    status: plan.status,
    outcome: plan.outcome,
    openedAt: plan.openedAt,
    closedAt: plan.closedAt,
    why: whyOf(teller, plan.why),
  };
}

function measuresOf({ template, actions, dueAt }: SavePlanPage) {
  return {
    dueAt,
    concessionCapPercent: template?.concessionCapPercent ?? null,
    concessionNote: template === null ? null : { ...template.concessionNote },
    actions: actions.map((task) => ({
      id: task._id,
      action: task.step,
      name: template?.actions.find(({ id }) => id === task.step)?.name ?? null,
      assignee: task.assignee,
      dueAt: task.dueAt,
      state: task.state,
      closedAt: task.closedAt,
      closedBy: task.closedBy,
      note: task.note,
    })),
  };
}
