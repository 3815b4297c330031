import { nearNames } from '../expressions/near-names.ts';
import type { ErrorCode, Problem } from '../errors/index.ts';
import type { Role } from '../people/types.ts';
import { pathText } from './parse/context.ts';
import type { Path } from './parse/context.ts';
import { MAX_STEPS } from './parse/format.ts';
import { pointText, spanText } from './phrasing.ts';
import { comparePoints, densest, samePoint } from './points.ts';
import type {
  Anchor,
  ApprovalLadder,
  Condition,
  DatePoint,
  EscalationAction,
  OutreachStep,
  Playbook,
  SavePlanSet,
  Stage,
  TaskFact,
} from './types.ts';

/** The documents a playbook may name; what is left out is not checked. */
export interface KnownDocuments {
  readonly knownTemplates?: readonly string[];
  readonly knownLadders?: readonly string[];
  readonly knownSavePlans?: readonly {
    readonly id: string;
    readonly plans: readonly { readonly cause: string }[];
  }[];
}

/** Something that does not fit together, at a path of the document. */
export interface Finding {
  readonly code: ErrorCode;
  readonly params: Problem['params'];
  readonly path: Path;
  readonly severity: Problem['severity'];
}

/** The same as problems, for a playbook that has no text at hand (from the database, say). */
export function checkPlaybook(playbook: Playbook, known: KnownDocuments = {}): readonly Problem[] {
  return findingsOfPlaybook(playbook, known).map(({ code, params, path, severity }) => ({
    code,
    params,
    place: { field: pathText(path) },
    severity,
  }));
}

/** All that can be said of a playbook without searching its paths. */
export function findingsOfPlaybook(playbook: Playbook, known: KnownDocuments = {}): readonly Finding[] {
  const check = new Check();
  const series = allSeries(playbook);
  checkIds(playbook, check);
  checkFrame(playbook, check);
  for (const [i, stage] of playbook.stages.entries()) checkStage(stage, ['stages', i], check);
  checkTasks(playbook, check);
  checkStageOrder(playbook, check);
  for (const entry of series) checkSeries(entry, playbook, check);
  checkMeetings(playbook, check);
  checkCollisions(series, check);
  checkContactCap(playbook, series, check);
  checkTargets(playbook, series, known, check);
  for (const [i, rule] of playbook.risk.entries()) {
    if (rule.when.includes('health.score') && !rule.when.includes('health.known')) {
      check.warn('risk.unknown_health', {}, ['risk', i, 'when']);
    }
  }
  return check.findings;
}

class Check {
  readonly findings: Finding[] = [];
  fail(code: ErrorCode, params: Problem['params'], path: Path): void {
    this.findings.push({ code, params, path, severity: 'error' });
  }
  warn(code: ErrorCode, params: Problem['params'], path: Path): void {
    this.findings.push({ code, params, path, severity: 'warning' });
  }
}

interface Series {
  readonly step: OutreachStep;
  readonly path: Path;
  readonly inStage: boolean;
}

function allSeries(playbook: Playbook): Series[] {
  const inStages = playbook.stages.flatMap((stage, s) =>
    stage.steps.flatMap((step, i) =>
      step.kind === 'outreach' ? [{ step, path: ['stages', s, 'steps', i], inStage: true }] : [],
    ),
  );
  return [...inStages, ...playbook.reminders.map((step, i) => ({ step, path: ['reminders', i], inStage: false }))];
}

function checkIds(playbook: Playbook, check: Check): void {
  const unique = (entries: readonly (readonly [string, Path])[]) => {
    const seen = new Set<string>();
    for (const [id, path] of entries) {
      if (seen.has(id)) check.fail('step.id_duplicate', { id }, path);
      seen.add(id);
    }
  };
  unique(playbook.stages.map((stage, i) => [stage.id, ['stages', i, 'stage']]));
  unique(playbook.risk.map((rule, i) => [rule.id, ['risk', i, 'rule']]));
  const steps: [string, Path][] = playbook.stages.flatMap((stage, s) =>
    stage.steps.map((step, i): [string, Path] => [step.id, ['stages', s, 'steps', i, step.kind]]),
  );
  const reminders = playbook.reminders.map((step, i): [string, Path] => [step.id, ['reminders', i, 'outreach']]);
  unique([...steps, ...reminders]);
  const count = steps.length + reminders.length;
  if (count > MAX_STEPS) check.fail('playbook.limit', { what: 'steps', count, max: MAX_STEPS }, ['stages']);
}

function allow(point: DatePoint, anchors: readonly Anchor[], path: Path, check: Check): void {
  if (anchors.includes(point.anchor)) return;
  check.fail('anchor.not_here', { anchor: point.anchor, known: anchors.join(', ') }, path);
}

function checkFrame(playbook: Playbook, check: Check): void {
  allow(playbook.opens, ['end', 'notice'], ['opens'], check);
  allow(playbook.lapses, ['end', 'notice'], ['lapses'], check);
  if (playbook.lapses.anchor === 'end' && playbook.lapses.amount < 0) check.fail('lapse.order', {}, ['lapses']);
  if (playbook.payment.closeAfterDays <= playbook.payment.suspendAfterDays) {
    check.fail('payment.order', {}, ['payment', 'close after']);
  }
  const legal = allSeries(playbook).some(({ step }) => step.legal && step.at.some((p) => p.anchor === 'notice'));
  if (playbook.mode === 'auto-renewing' && !legal) check.warn('legal.missing', {}, ['mode']);
}

/** How high an escalation reaches. */
const RANK: Readonly<Record<Role, number>> = {
  'sales-rep': 1,
  'client-rep': 1,
  legal: 1,
  finance: 1,
  ops: 1,
  'sales-manager': 2,
  director: 3,
  'general-manager': 4,
};

function rankOf(action: EscalationAction): number {
  return action.kind === 'warn owner' ? 0 : RANK[action.to];
}

function checkStage(stage: Stage, path: Path, check: Check): void {
  for (const [i, level] of stage.stalled.entries()) {
    const before = stage.stalled[i - 1];
    if (before === undefined) continue;
    const at = { at: level.at };
    if (level.at <= before.at) check.fail('stall.order', at, [...path, 'stalled', i]);
    else if (rankOf(level.action) <= rankOf(before.action)) check.warn('stall.order', at, [...path, 'stalled', i]);
  }
  const { after } = stage.timeout;
  if (after.unit === stage.due.unit && after.amount < stage.due.amount) {
    check.warn('timeout.before_due', { after: spanText(after), due: spanText(stage.due) }, [...path, 'timeout']);
  }
  if (stage.doneWhen.includes('tasks done') && !stage.steps.some((step) => step.kind === 'task')) {
    check.fail('condition.no_tasks', {}, [...path, 'done when']);
  }
}

/** A task is not opened where the fact it asks for is there already. */
function checkTasks(playbook: Playbook, check: Check): void {
  const before = new Map<TaskFact | Condition, string>();
  for (const [s, stage] of playbook.stages.entries()) {
    for (const [i, step] of stage.steps.entries()) {
      if (step.kind !== 'task' || step.doneWhen === undefined) continue;
      const ended = before.get(step.doneWhen);
      if (ended === undefined) continue;
      const params = { id: step.id, fact: step.doneWhen, stage: ended };
      check.warn('task.done_before', params, ['stages', s, 'steps', i, 'done when']);
    }
    for (const condition of stage.doneWhen) before.set(condition, stage.id);
  }
}

function checkStageOrder(playbook: Playbook, check: Check): void {
  let last: Stage | undefined;
  for (const [i, stage] of playbook.stages.entries()) {
    const path: Path = ['stages', i, 'starts'];
    const before = playbook.stages[i - 1];
    allow(stage.starts, before === undefined ? ['end', 'notice'] : ['end', 'notice', 'stage'], path, check);
    if (stage.starts.anchor === 'stage') {
      if (stage.starts.amount < 0 && before !== undefined) {
        check.fail('stage.order', { stage: stage.id, before: before.id }, path);
      }
      continue;
    }
    if ((comparePoints(stage.starts, playbook.opens) ?? 0) < 0) {
      check.fail('opening.order', { value: pointText(stage.starts), opens: pointText(playbook.opens) }, path);
    } else if (last !== undefined && (comparePoints(stage.starts, last.starts) ?? 0) < 0) {
      check.fail('stage.order', { stage: stage.id, before: last.id }, path);
    }
    last = stage;
  }
}

/** A date outside of the life of a renewal would be planned and never come. */
function checkPoint(point: DatePoint, playbook: Playbook, path: Path, check: Check): void {
  const value = pointText(point);
  if (point.anchor === 'stage' && point.amount < 0) check.fail('step.never', { value, limit: 'starts' }, path);
  if ((comparePoints(point, playbook.opens) ?? 0) < 0) {
    check.fail('opening.order', { value, opens: pointText(playbook.opens) }, path);
  }
  if ((comparePoints(point, playbook.lapses) ?? 0) > 0) {
    check.fail('step.never', { value, limit: `lapses: ${pointText(playbook.lapses)}` }, path);
  }
}

function checkSeries({ step, path, inStage }: Series, playbook: Playbook, check: Check): void {
  for (const [i, point] of step.at.entries()) {
    const at = [...path, 'at', i];
    if (!inStage) allow(point, ['end', 'notice', 'invoice'], at, check);
    checkPoint(point, playbook, at, check);
    const before = step.at[i - 1];
    if (before !== undefined) {
      const order = comparePoints(before, point);
      if (order !== null && (order > 0 || samePoint(before, point))) {
        check.fail('step.order', { value: pointText(point) }, at);
      }
    }
    if (step.legal && point.anchor === 'notice' && point.amount > 0) {
      check.fail('legal.late', { value: pointText(point) }, at);
    }
  }
  if (step.legal && inStage) check.warn('legal.in_stage', { id: step.id }, path);
  const count = densest(step.at, step.atMost.days);
  if (!step.legal && count > step.atMost.count) {
    check.warn('cap.exceeded', { count, max: step.atMost.count, days: step.atMost.days }, [...path, 'at most']);
  }
}

function checkMeetings(playbook: Playbook, check: Check): void {
  for (const [s, stage] of playbook.stages.entries()) {
    for (const [i, step] of stage.steps.entries()) {
      if (step.kind === 'meeting') checkPoint(step.at, playbook, ['stages', s, 'steps', i, 'at'], check);
    }
  }
}

function checkCollisions(series: readonly Series[], check: Check): void {
  for (const [i, later] of series.entries()) {
    for (const earlier of series.slice(0, i)) {
      if (earlier.step.to !== later.step.to) continue;
      // Two conditions may well exclude each other; to tell needs the search over all paths.
      if (earlier.step.when !== undefined && later.step.when !== undefined) continue;
      if (earlier.inStage && later.inStage && earlier.path[1] !== later.path[1]) {
        // "on stage" is another day in each stage.
        if (later.step.at.every((p) => p.anchor === 'stage')) continue;
      }
      const at = later.step.at.findIndex((p) => earlier.step.at.some((q) => samePoint(p, q)));
      const point = later.step.at[at];
      if (point === undefined || (point.anchor === 'stage' && earlier.path[1] !== later.path[1])) continue;
      const params = { first: earlier.step.id, second: later.step.id, when: pointText(point) };
      check.warn('plan.collision', params, [...later.path, 'at', at]);
    }
  }
}

function checkContactCap(playbook: Playbook, series: readonly Series[], check: Check): void {
  const { count: max, days } = playbook.outreach.atMost;
  const contacts = new Set(series.map(({ step }) => step.to));
  for (const contact of contacts) {
    // A series with a condition is not counted: it may not run at all.
    const points = series.flatMap(({ step }) =>
      step.to === contact && !step.legal && step.when === undefined ? step.at : [],
    );
    const count = densest(points, days);
    if (count > max) check.warn('cap.exceeded', { count, max, days }, ['outreach', 'at most']);
  }
}

function checkTargets(
  playbook: Playbook,
  series: readonly Series[],
  { knownTemplates, knownLadders, knownSavePlans }: KnownDocuments,
  check: Check,
): void {
  const target = (id: string, known: readonly string[], path: Path) => {
    if (known.includes(id)) return;
    const near = nearNames(id, known);
    const params = { id, near: near.nearest ?? '–', known: near.ordered.join(', '), field: pathText(path) };
    check.fail('flow.unknown_target', params, path);
  };
  if (knownTemplates !== undefined) {
    const template = (id: string, path: Path) => {
      const near = nearNames(id, knownTemplates).nearest ?? '–';
      if (!knownTemplates.includes(id)) check.fail('template.unknown', { id, near }, [...path, 'template']);
    };
    for (const { step, path } of series) template(step.template, path);
    for (const [s, stage] of playbook.stages.entries()) {
      for (const [i, step] of stage.steps.entries()) {
        if (step.kind === 'meeting') template(step.template, ['stages', s, 'steps', i]);
      }
    }
  }
  if (knownLadders !== undefined) target(playbook.approvals, knownLadders, ['approvals']);
  if (knownSavePlans === undefined) return;
  const ids = knownSavePlans.map((set) => set.id);
  target(playbook.savePlans, ids, ['save plans']);
  const causes = knownSavePlans.find((set) => set.id === playbook.savePlans)?.plans.map((plan) => plan.cause);
  for (const [i, rule] of playbook.risk.entries()) {
    if (rule.cause !== null && causes !== undefined) target(rule.cause, causes, ['risk', i, 'do']);
  }
}

/** Asks for quotes and concessions in every shipped process: nobody approves their own request. */
const REQUESTER: Role = 'sales-rep';

export function findingsOfLadder(ladder: ApprovalLadder): readonly Finding[] {
  const check = new Check();
  const seen = new Set<string>();
  for (const [i, rule] of ladder.rules.entries()) {
    if (seen.has(rule.id)) check.fail('step.id_duplicate', { id: rule.id }, ['rules', i, 'rule']);
    seen.add(rule.id);
    const path: Path = ['rules', i];
    if (rule.approvers.length === 0) {
      if (!rule.reasonRequired) check.fail('approval.nobody', {}, path);
    } else if (rule.approvers.every((role) => role === REQUESTER)) {
      check.fail('approval.four_eyes', { role: REQUESTER }, path);
    }
  }
  return check.findings;
}

export function findingsOfSavePlans(set: SavePlanSet): readonly Finding[] {
  const check = new Check();
  const unique = (ids: readonly string[], path: (index: number) => Path) => {
    for (const [i, id] of ids.entries()) {
      if (ids.indexOf(id) < i) check.fail('step.id_duplicate', { id }, path(i));
    }
  };
  unique(
    set.plans.map((plan) => plan.cause),
    (i) => ['plans', i, 'cause'],
  );
  unique(
    set.lossReasons.map((reason) => reason.id),
    (i) => ['loss reasons', i, 'reason'],
  );
  for (const [p, plan] of set.plans.entries()) {
    unique(
      plan.actions.map((action) => action.id),
      (i) => ['plans', p, 'actions', i, 'action'],
    );
  }
  for (const [r, reason] of set.lossReasons.entries()) {
    unique(
      reason.details.map((detail) => detail.id),
      (i) => ['loss reasons', r, 'details', i, 'detail'],
    );
  }
  return check.findings;
}
