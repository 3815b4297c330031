import type { Playbook, SavePlanSet } from '../../domain/playbook/types.ts';
import type { LocalText } from '../../domain/text.ts';
import { findRenewal } from '../../operations/find.ts';
import { readOversight } from '../../operations/oversight.ts';
import type { LastCheck } from '../../operations/oversight.ts';
import { newestPlaybooks, pinnedPlaybook, savePlansOf } from '../../operations/playbook-of.ts';
import { countRenewals } from '../../operations/store/queries.ts';
import { overviewFor } from '../../operations/watch.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/lookup.ts';
import { renewalOf } from './renewals.ts';
import { visibleRenewal } from './visible.ts';

/** Finding things by what people call them, and how the work stands as a whole. */
export const lookupRoutes: readonly BoundRoute[] = [
  bind(contracts.findRenewal, async ({ deps, principal, query, locale }) => {
    const { db } = deps.context;
    const only = principal.rights.filter('read Renewal') ?? { _id: { $in: [] } };
    return renewalOf(db, await findRenewal(db, query.text, only), locale);
  }),

  bind(contracts.renewalWords, async ({ deps, principal, params }) => {
    const { db } = deps.context;
    const renewal = await visibleRenewal(db, principal, params.renewalId);
    const [playbook, set] = await Promise.all([pinnedPlaybook(db, renewal), savePlansOf(db, renewal)]);
    return {
      playbook: playbook && playbookOf(playbook, renewal),
      lossReasons: set && lossReasonsOf(set),
      causes:
        set &&
        set.plans.map(({ cause: id, name, actions }) => ({ id, name: { ...name }, actions: actions.map(named) })),
    };
  }),

  bind(contracts.listStages, async ({ deps }) => {
    const playbooks = await newestPlaybooks(deps.context.db);
    const stages = new Map(playbooks.flatMap((playbook) => playbook.stages).map((stage) => [stage.id, named(stage)]));
    return { items: [...stages.values()] };
  }),

  bind(contracts.countRenewals, async ({ deps, principal, query }) => {
    const only = principal.rights.filter('read Renewal');
    if (only === null) return { total: 0, phases: {}, stages: {}, atRisk: 0, paused: 0, stalled: 0 };
    const counts = await countRenewals(deps.context.db, query, only);
    return { ...counts, phases: { ...counts.phases }, stages: { ...counts.stages } };
  }),

  bind(contracts.overview, async ({ deps, principal, now }) => {
    const { db } = deps.context;
    const { rights } = principal;
    const nobody = { _id: { $in: [] } };
    const [seen, oversight] = await Promise.all([
      overviewFor(db, now, {
        renewals: rights.filter('read Renewal') ?? nobody,
        tasks: rights.filter('read Task') ?? nobody,
        approvals: rights.filter('read Approval') ?? nobody,
        sends: rights.filter('read Send') ?? nobody,
      }),
      rights.may('read Service') ? readOversight(db, now) : null,
    ]);
    return {
      counts: { ...seen.counts, phases: { ...seen.counts.phases }, stages: { ...seen.counts.stages } },
      openTasks: seen.openTasks,
      waitingApprovals: seen.waitingApprovals,
      sends: { ...seen.sends },
      next: seen.nextWakes.flatMap(wakeOf),
      engine: oversight && {
        overdueWakes: seen.overdueWakes,
        oversight: { watchdog: checkOf(oversight.watchdog), reconciler: checkOf(oversight.reconciler) },
      },
    };
  }),
];

function named({ id, name }: { readonly id: string; readonly name: LocalText }) {
  return { id, name: { ...name } };
}

function playbookOf({ id, name, stages }: Playbook, { state }: RenewalDoc) {
  return {
    id,
    version: state.playbook?.version ?? 0,
    name: { ...name },
    stages: stages.map((stage) => ({
      ...named(stage),
      steps: stage.steps.map((step) => ({
        id: step.id,
        kind: step.kind,
        name: step.kind === 'outreach' ? null : { ...step.name },
        template: step.kind === 'task' ? null : step.template,
      })),
    })),
  };
}

function lossReasonsOf({ lossReasons }: SavePlanSet) {
  return lossReasons.map((reason) => ({ ...named(reason), details: reason.details.map(named) }));
}

function wakeOf({ _id: renewalId, contractNumber, clientName, wakeAt, view: { next } }: RenewalDoc) {
  if (wakeAt === null) return [];
  const step = next && { at: next.at, what: next.what, params: { ...next.params } };
  return [{ renewalId, contractNumber, clientName, at: wakeAt, step }];
}

function checkOf(check: LastCheck | null) {
  return check && { ...check, listed: [...check.listed], numbers: { ...check.numbers } };
}
