import { stringify } from 'yaml';
import { actionText, pointText, spanText } from './phrasing.ts';
import type {
  ApprovalLadder,
  DatePoint,
  MeetingStep,
  OutreachStep,
  Playbook,
  RiskRule,
  SavePlanSet,
  Stage,
  TaskStep,
} from './types.ts';

/** Writes a document back as YAML. What it prints parses to the same value. */
export function printPlaybook(playbook: Playbook): string {
  const { outreach, payment } = playbook;
  return yaml({
    playbook: playbook.id,
    name: playbook.name,
    description: playbook.description,
    applies: playbook.applies,
    priority: playbook.priority,
    mode: playbook.mode,
    opens: pointText(playbook.opens),
    lapses: pointText(playbook.lapses),
    approvals: playbook.approvals,
    'save plans': playbook.savePlans,
    outreach: {
      window: `${outreach.window.from} to ${outreach.window.to}`,
      'at most': cap(outreach.atMost),
      'catch up': days(outreach.catchUpDays),
      quiet: `${outreach.quietHours} hours`,
    },
    stages: playbook.stages.map(stage),
    reminders: playbook.reminders.map(series),
    risk: playbook.risk.map(risk),
    payment: {
      'invoice due': days(payment.invoiceDueDays),
      'suspend after': days(payment.suspendAfterDays),
      'close after': days(payment.closeAfterDays),
    },
  });
}

export function printLadder(ladder: ApprovalLadder): string {
  return yaml({
    approvals: ladder.id,
    name: ladder.name,
    order: ladder.order === 'serial' ? 'one after the other' : 'all at once',
    due: spanText(ladder.sla.due),
    'remind at': `${ladder.sla.remindAtPercent}% of due`,
    silence: ladder.sla.silence,
    rules: ladder.rules.map((rule) => ({
      rule: rule.id,
      name: rule.name,
      when: rule.when,
      [rule.mode]: rule.approvers,
      'reason required': rule.reasonRequired,
    })),
  });
}

export function printSavePlans(set: SavePlanSet): string {
  return yaml({
    'save plans': set.id,
    name: set.name,
    plans: set.plans.map((plan) => ({
      cause: plan.cause,
      name: plan.name,
      due: spanText(plan.due),
      concession: plan.concessionCapPercent === 0 ? 'none' : `up to ${plan.concessionCapPercent}%`,
      'concession note': plan.concessionNote,
      actions: plan.actions.map((action) => ({
        action: action.id,
        name: action.name,
        owner: action.owner,
        due: spanText(action.due),
      })),
    })),
    'loss reasons': set.lossReasons.map((reason) => ({
      reason: reason.id,
      name: reason.name,
      details: reason.details.map((detail) => ({ detail: detail.id, name: detail.name })),
    })),
  });
}

function yaml(document: object): string {
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}

function cap({ count, days }: { readonly count: number; readonly days: number }): string {
  return `${count} in ${days} days`;
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}

/** Keys with a value only: YAML has no undefined. */
function given(entries: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

function afterEnd(points: readonly DatePoint[]): true | undefined {
  return points.some((point) => point.anchor === 'end' && point.amount > 0) ? true : undefined;
}

function stage(stage: Stage): Record<string, unknown> {
  return {
    stage: stage.id,
    name: stage.name,
    owner: stage.owner,
    starts: pointText(stage.starts),
    due: spanText(stage.due),
    'waits for': stage.waitsFor,
    steps: stage.steps.map((step) => {
      switch (step.kind) {
        case 'task':
          return task(step);
        case 'meeting':
          return meeting(step);
        case 'outreach':
          return series(step);
        default: {
          const never: never = step;
          throw new Error(`unknown step ${String(never)}`);
        }
      }
    }),
    'done when': stage.doneWhen,
    stalled: stage.stalled.map((level) => `${level.at}% of due → ${actionText(level.action)}`),
    timeout: `${spanText(stage.timeout.after)} → ${actionText(stage.timeout.action)}`,
  };
}

function task(step: TaskStep): Record<string, unknown> {
  return given({
    task: step.id,
    name: step.name,
    owner: step.owner,
    due: spanText(step.due),
    instructions: step.instructions,
    'done when': step.doneWhen,
    when: step.when,
  });
}

function meeting(step: MeetingStep): Record<string, unknown> {
  return given({
    meeting: step.id,
    name: step.name,
    owner: step.owner,
    to: step.to,
    template: step.template,
    at: pointText(step.at),
    time: step.time,
    lasts: `${step.minutes} minutes`,
    when: step.when,
    'after end': afterEnd([step.at]),
  });
}

function series(step: OutreachStep): Record<string, unknown> {
  return given({
    outreach: step.id,
    template: step.template,
    to: step.to,
    at: step.at.map((point) => pointText(point)),
    'stop on': step.stopOn,
    'at most': cap(step.atMost),
    'legal notice': step.legal,
    when: step.when,
    'after end': afterEnd(step.at),
  });
}

function risk(rule: RiskRule): Record<string, unknown> {
  const open = rule.cause === null ? 'open save plan' : `open save plan for ${rule.cause}`;
  return {
    rule: rule.id,
    when: rule.when,
    do: rule.holdOutreach ? `${open}; hold outreach except legal notices` : open,
  };
}
