import { findRenewal } from '../../operations/find.ts';
import * as plans from '../../operations/save-plans.ts';
import type { SavePlanPage } from '../../operations/save-plans.ts';
import type { Permission } from '../../domain/access/index.ts';
import type { Stamp } from '../../operations/commands.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SavePlanDoc } from '../../schemas/save-plan.ts';
import { bind } from '../call.ts';
import type { BoundRoute, SignedCall } from '../call.ts';
import * as contracts from '../contracts/save-plans.ts';
import { visibleRenewal } from './visible.ts';

type Asked = Pick<SignedCall<typeof contracts.getSavePlan>, 'deps' | 'principal' | 'params'>;

export const savePlanRoutes: readonly BoundRoute[] = [
  bind(contracts.getSavePlan, async (call) => {
    const { db } = call.deps.context;
    const plan = await planOf(call, call.query.number, 'read SavePlan');
    const [page, renewal] = await Promise.all([plans.savePlanPage(db, plan), findRenewal(db, plan.renewalId)]);
    return pageOf(page, renewal);
  }),

  bind(contracts.completeSaveAction, async (call) => {
    const { number, action, note = '' } = call.body;
    const plan = await planOf(call, number, 'work SavePlan');
    await plans.completeSaveAction(call.deps.context, plan, { action, note }, stampOf(call));
    return { factId: call.onceId, savePlanId: plan._id };
  }),

  bind(contracts.closeSavePlan, async (call) => {
    const { number, outcome, note } = call.body;
    const plan = await planOf(call, number, 'work SavePlan');
    await plans.closeSavePlan(call.deps.context, plan, { outcome, note }, stampOf(call));
    return { factId: call.onceId, savePlanId: plan._id };
  }),
];

async function planOf(
  { deps, principal, params }: Asked,
  number: number | undefined,
  permission: Permission,
): Promise<SavePlanDoc> {
  const { db } = deps.context;
  const renewal = await visibleRenewal(db, principal, params.renewalId, permission);
  return plans.findSavePlan(db, number === undefined ? renewal._id : `${renewal._id}/save/${number}`);
}

function stampOf({
  principal,
  now,
  onceId,
}: Pick<SignedCall<typeof contracts.closeSavePlan>, 'principal' | 'now' | 'onceId'>): Stamp {
  return { id: onceId, at: now, by: { kind: 'person', id: principal.person.id } };
}

function pageOf({ plan, template, actions, dueAt }: SavePlanPage, renewal: RenewalDoc) {
  return {
    id: plan._id,
    renewalId: plan.renewalId,
    contractNumber: renewal.contractNumber,
    clientName: renewal.clientName,
    cause: plan.cause,
    name: template === null ? null : { ...template.name },
    rule: plan.ruleId,
    status: plan.status,
    outcome: plan.outcome,
    openedAt: plan.openedAt,
    dueAt,
    closedAt: plan.closedAt,
    concessionCapPercent: template?.concessionCapPercent ?? null,
    concessionNote: template === null ? null : { ...template.concessionNote },
    actions: actions.map((task) => ({
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
