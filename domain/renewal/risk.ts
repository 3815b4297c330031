import { holds } from '../expressions/index.ts';
import type { RuleValues } from '../expressions/index.ts';
import type { RiskRule } from '../playbook/types.ts';
import { addDays, daysBetween } from '../time/civil.ts';
import type { Instant } from '../time/types.ts';
import { localDate } from '../time/zone.ts';
import { complaintOpen, ruleValues, unpaidSince } from './rule-values.ts';
import type { RenewalState } from './state.ts';
import { openEngineTask } from './tasks.ts';
import { because, emit, lookAt, patch } from './work.ts';
import type { Agenda, Work } from './work.ts';
import { clientZone, endOfDay, isPaused } from './world.ts';
import type { World } from './world.ts';

/** The save plan that lies over this renewal: its own, or one another contract of the client opened. */
export function openPlan(world: World, state: RenewalState): { readonly id: string; readonly cause: string } | null {
  const own = state.risk.plan;
  if (own !== null && own.closedAt === null) return { id: own.id, cause: own.cause };
  return world.snapshot.clientSavePlan;
}

/** Why courtesy mail waits, or null. Legal notices are never held. */
export function holdReason(world: World, state: RenewalState): 'paused' | 'complaint' | 'save plan' | null {
  if (isPaused(state)) return 'paused';
  if (complaintOpen(state)) return 'complaint';
  if (openPlan(world, state) !== null && world.playbook.risk.some((rule) => rule.holdOutreach)) return 'save plan';
  return null;
}

/**
 * Starts a save plan when a rule of the playbook holds or a person flagged the risk; once until the rule lets go.
 * Notes when a rule that looks at the date will change its mind.
 */
export function watchRisk(world: World, work: Work, agenda: Agenda, now: Instant): void {
  const { risk } = work.state;
  const rules = world.playbook.risk;
  const values = rules.length === 0 ? null : ruleValues(world, work.state, now);
  const latched: string[] = [];
  let fresh: RiskRule | undefined;
  for (const rule of rules) {
    if (values === null || !holds(rule.when, 'risk', values)) continue;
    latched.push(rule.id);
    if (!risk.latched.includes(rule.id)) fresh ??= rule;
  }
  if (!sameIds(latched, risk.latched)) patch(work, { risk: { ...risk, latched } });
  noteFailedPlan(world, work, now);
  if (openPlan(world, work.state) === null) {
    const flagged = work.state.risk.flagged;
    if (flagged !== null) open(work, flagged.cause, 'flagged', now, { by: flagged.by });
    else if (fresh !== undefined) {
      const cause = fresh.cause ?? world.snapshot.savePlans?.plans[0]?.cause ?? 'value';
      open(work, cause, fresh.id, now, { when: fresh.when });
    }
  }
  if (values === null) return;
  for (const rule of rules) {
    const at = readsDate(rule) ? nextChange(world, work.state, rule, values, now) : null;
    if (at !== null) lookAt(agenda, at, 'risk rule');
  }
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}

const BY_DATE = /\b(?:daysUntilEnd|daysUntilNotice|paymentLateDays)\b/;

const dated = new WeakMap<RiskRule, boolean>();

/** Searched for once in each rule: every look asks. */
function readsDate(rule: RiskRule): boolean {
  let reads = dated.get(rule);
  if (reads === undefined) {
    reads = BY_DATE.test(rule.when);
    dated.set(rule, reads);
  }
  return reads;
}

/** No date field means anything new after so long: the renewal is over. */
const DAYS_AHEAD = 400;

/** The midnight at which a rule turns true or false by the date alone; at most one. */
function nextChange(
  world: World,
  state: RenewalState,
  rule: RiskRule,
  values: RuleValues<'risk'>,
  now: Instant,
): Instant | null {
  const { contract, facts } = values;
  const today = localDate(clientZone(world.snapshot), now);
  const holdsNow = holds(rule.when, 'risk', values);
  const due = unpaidSince(world, state);
  for (let days = 1; days <= DAYS_AHEAD; days += 1) {
    const then: RuleValues<'risk'> = {
      ...values,
      contract: {
        ...contract,
        daysUntilEnd: contract.daysUntilEnd - days,
        daysUntilNotice: contract.daysUntilNotice - days,
      },
      facts: { ...facts, paymentLateDays: due === null ? 0 : Math.max(0, daysBetween(due, today) + days) },
    };
    if (holds(rule.when, 'risk', then) !== holdsNow) return endOfDay(world.snapshot, addDays(today, days - 1));
  }
  return null;
}

function open(work: Work, cause: string, ruleId: string, now: Instant, inputs: Readonly<Record<string, string>>): void {
  const { risk, renewalId } = work.state;
  const id = `${renewalId}/save/${risk.plans + 1}`;
  patch(work, {
    risk: {
      ...risk,
      flagged: null,
      plans: risk.plans + 1,
      plan: { id, cause, openedAt: now, closedAt: null, outcome: null },
    },
  });
  emit(
    work,
    {
      kind: 'open save plan',
      id,
      why: because('risk.rule', { rule: ruleId, cause, ...inputs }),
      savePlanId: id,
      cause,
      ruleId,
    },
    now,
    null,
  );
}

/** A plan that did not save the client leaves a decision to a person: nothing ends by itself. */
function noteFailedPlan(world: World, work: Work, now: Instant): void {
  const { plan } = work.state.risk;
  if (plan === null || plan.outcome !== 'not saved' || plan.closedAt === null) return;
  const why = because('save_plan.failed', { cause: plan.cause });
  openEngineTask(work, world.snapshot, now, {
    kind: 'not saved',
    occurrence: work.state.risk.plans,
    role: 'sales-manager',
    stage: null,
    why,
  });
}
