import type { ApprovalLadder, OutreachStep, Playbook, SavePlanSet, Stage, Step } from '../types.ts';
import { pointText } from '../phrasing.ts';
import type { Path, ReadContext } from './context.ts';
import type {
  LadderFields,
  MeetingFields,
  OutreachFields,
  PlaybookFields,
  SavePlansFields,
  StageFields,
  TaskFields,
} from './format.ts';

/** Puts what was read into the shapes the engine runs on. */
export function toPlaybook(fields: PlaybookFields, context: ReadContext): Playbook {
  const { window, 'at most': atMost, 'catch up': catchUpDays, quiet } = fields.outreach;
  return {
    id: fields.playbook,
    name: fields.name,
    description: fields.description ?? fields.name,
    applies: fields.applies,
    priority: fields.priority,
    mode: fields.mode,
    opens: fields.opens,
    lapses: fields.lapses,
    outreach: { window, atMost, catchUpDays, quietHours: quiet },
    stages: fields.stages.map((stage, i) => toStage(stage, ['stages', i], context)),
    reminders: fields.reminders.map((series, i) => toOutreach(series, ['reminders', i], context)),
    approvals: fields.approvals,
    savePlans: fields['save plans'],
    risk: fields.risk.map((rule) => ({ id: rule.rule, when: rule.when, ...rule.do })),
    payment: {
      invoiceDueDays: fields.payment['invoice due'],
      suspendAfterDays: fields.payment['suspend after'],
      closeAfterDays: fields.payment['close after'],
    },
  };
}

function toStage(fields: StageFields, path: Path, context: ReadContext): Stage {
  return {
    id: fields.stage,
    name: fields.name,
    owner: fields.owner,
    starts: fields.starts,
    due: fields.due,
    waitsFor: fields['waits for'],
    steps: fields.steps.map((step, i) => toStep(step, fields, [...path, 'steps', i], context)),
    doneWhen: fields['done when'],
    stalled: fields.stalled,
    timeout: fields.timeout,
  };
}

function toStep(
  fields: TaskFields | MeetingFields | OutreachFields,
  stage: StageFields,
  path: Path,
  context: ReadContext,
): Step {
  if ('outreach' in fields) return toOutreach(fields, path, context);
  const when = fields.when === undefined ? {} : { when: fields.when };
  const owner = fields.owner ?? stage.owner;
  if ('task' in fields) {
    const instructions = fields.instructions === undefined ? {} : { instructions: fields.instructions };
    const doneWhen = fields['done when'] === undefined ? {} : { doneWhen: fields['done when'] };
    const { task: id, name, due } = fields;
    return { kind: 'task', id, name, owner, due, ...instructions, ...doneWhen, ...when };
  }
  checkAfterEnd([fields.at], fields['after end'], path, context);
  return {
    kind: 'meeting',
    id: fields.meeting,
    name: fields.name,
    owner,
    to: fields.to,
    template: fields.template,
    at: fields.at,
    time: fields.time,
    minutes: fields.lasts,
    ...when,
  };
}

function toOutreach(fields: OutreachFields, path: Path, context: ReadContext): OutreachStep {
  checkAfterEnd(fields.at, fields['after end'], path, context);
  return {
    kind: 'outreach',
    id: fields.outreach,
    template: fields.template,
    to: fields.to,
    at: fields.at,
    stopOn: fields['stop on'],
    atMost: fields['at most'] ?? { count: fields.at.length, days: 366 },
    legal: fields['legal notice'],
    ...(fields.when === undefined ? {} : { when: fields.when }),
  };
}

/** "after" where "before" was meant is the slip that costs most: a date after the end must be meant. */
function checkAfterEnd(points: OutreachFields['at'], meant: boolean, path: Path, context: ReadContext): void {
  if (meant) return;
  for (const [i, point] of points.entries()) {
    if (point.anchor !== 'end' || point.amount <= 0) continue;
    const at = [...path, 'at', i];
    context.problems.push({
      code: 'step.order',
      params: { value: pointText(point) },
      place: context.placeOf(at),
      severity: 'error',
    });
  }
}

export function toLadder(fields: LadderFields, context: ReadContext): ApprovalLadder {
  const fail = (code: 'approval.both' | 'approval.nobody', path: Path) =>
    context.problems.push({ code, params: {}, place: context.placeOf(path), severity: 'error' });
  for (const [i, rule] of fields.rules.entries()) {
    const given = [rule['any of'], rule['all of']].filter((roles) => roles !== undefined).length;
    if (given === 2) fail('approval.both', ['rules', i, 'all of']);
    // That a reason is enough is said with an empty list; whoever forgot the approvers did not say it.
    if (given === 0 && rule['reason required']) fail('approval.nobody', ['rules', i]);
  }
  return {
    id: fields.approvals,
    name: fields.name,
    order: fields.order === 'one after the other' ? 'serial' : 'parallel',
    rules: fields.rules.map((rule) => ({
      id: rule.rule,
      name: rule.name,
      when: rule.when,
      approvers: rule['any of'] ?? rule['all of'] ?? [],
      mode: rule['any of'] === undefined ? 'all of' : 'any of',
      reasonRequired: rule['reason required'],
    })),
    sla: { due: fields.due, remindAtPercent: fields['remind at'], silence: fields.silence },
  };
}

export function toSavePlans(fields: SavePlansFields): SavePlanSet {
  return {
    id: fields['save plans'],
    name: fields.name,
    plans: fields.plans.map((plan) => ({
      cause: plan.cause,
      name: plan.name,
      actions: plan.actions.map(({ action, name, owner, due }) => ({ id: action, name, owner, due })),
      concessionCapPercent: plan.concession,
      concessionNote: plan['concession note'],
      due: plan.due,
    })),
    lossReasons: fields['loss reasons'].map((reason) => ({
      id: reason.reason,
      name: reason.name,
      details: reason.details.map(({ detail, name }) => ({ id: detail, name })),
    })),
  };
}
