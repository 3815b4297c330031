import type { LocalText } from '../../domain/text.ts';
import type { Why } from '../../domain/renewal/effects.ts';
import type { Quote } from '../../domain/renewal/state.ts';
import type { RenewalView } from '../../domain/renewal/view.ts';
import { addMs, localDate, MS_PER_DAY } from '../../domain/time/index.ts';
import type { Instant, ZoneOffsets } from '../../domain/time/index.ts';
import type { PlannedSend } from '../outreach/plan-sends.ts';
import type { ActivityDeps } from '../deps.ts';
import type { EffectOf } from './input.ts';
import type { Scene } from './scene.ts';

/** News that a team member has not got within this time is no news any more; the task itself stays. */
const FRESH_MS = 7 * MS_PER_DAY;

/** What mail to the team is made from, besides the scene. */
export interface TeamMailDeps {
  readonly wording: ActivityDeps['wording'];
  readonly zoneOf: (zone: string) => ZoneOffsets;
  /** Name of a step of the pinned playbook, of a row of its approval ladder, of a cause or a measure of its save plans. */
  readonly nameOf: (kind: 'step' | 'rule' | 'cause' | 'measure', id: string) => Promise<LocalText | null>;
}

/** One message to some of the team, before it is split into one mail for each. */
export interface TeamMessage {
  /** Id of the effect; each mail is `<id>/mail/<person id>`. */
  readonly id: string;
  readonly template: string;
  readonly people: readonly string[];
  /** Who does not read it for an absent colleague: the requester does not get the request. */
  readonly notReadBy?: string;
  /** Values of the template; instants under `dueAt` and `since` become dates in the reader's zone. */
  readonly values: (dateOf: (at: Instant) => string) => Readonly<Record<string, unknown>>;
}

/** One ledger row for each reader; where somebody is away, that is whoever stands in. */
export function teamMails(
  scene: Scene,
  deps: TeamMailDeps,
  message: TeamMessage,
  renewalId: string,
  now: Instant,
): readonly PlannedSend[] {
  const team = scene.people;
  const readers = message.people.map((id) => {
    const reader = scene.readerFor(id);
    return reader === message.notReadBy ? id : reader;
  });
  return [...new Set(readers)].flatMap((personId) => {
    const person = team.get(personId);
    if (person === undefined || !person.active) return [];
    const zone = deps.zoneOf(person.zone);
    return {
      id: `${message.id}/mail/${personId}`,
      renewalId,
      contractId: scene.contract._id,
      clientId: scene.client.id,
      audience: 'team' as const,
      recipient: { kind: 'person' as const, personId },
      template: message.template,
      legal: false,
      dueAt: now,
      notAfter: addMs(now, FRESH_MS),
      plannedAt: now,
      context: message.values((at) => localDate(zone, at)),
      state: 'planned' as const,
    };
  });
}

export async function taskMessage(
  scene: Scene,
  deps: TeamMailDeps,
  effect: EffectOf<'open task'>,
): Promise<TeamMessage> {
  const name = (await ownName(deps, effect)) ?? deps.wording('words', `task.${effect.task}`);
  const reason = reasonOf(deps, effect.why);
  return {
    id: effect.id,
    template: taskTemplate(effect.task),
    people: scene.peopleOf(effect.assignee),
    values: (dateOf) => ({ task: { name, dueDate: dateOf(effect.dueAt), reason }, taskId: effect.id }),
  };
}

/** The name that the playbook or the save plan gives a task; what the engine asks for by itself has none. */
async function ownName(deps: TeamMailDeps, { task, step }: EffectOf<'open task'>): Promise<LocalText | null> {
  if (task === 'save action') return deps.nameOf('measure', step);
  return task === 'step' || task === 'meeting' ? deps.nameOf('step', step) : null;
}

function taskTemplate(task: EffectOf<'open task'>['task']): string {
  switch (task) {
    case 'data needed':
    case 'no playbook':
      return 'internal-data-needed';
    case 'reply':
      return 'internal-reply-received';
    default:
      return 'internal-task';
  }
}

export function stallMessage(
  scene: Scene,
  deps: TeamMailDeps,
  effect: EffectOf<'warn owner'> | EffectOf<'escalate'>,
  view: RenewalView,
): TeamMessage {
  const row = view.rows.find((one) => one.stage === effect.stage);
  const stage = row?.name ?? deps.wording('words', effect.stage === '' ? 'phase.data-needed' : `stage.${effect.stage}`);
  const blocker = effect.kind === 'escalate' ? effect.blocker : String(effect.why.inputs['blocker'] ?? '');
  const level = effect.kind === 'escalate' ? deps.wording('words', `role.${effect.level}`) : null;
  const money = effect.kind === 'escalate' ? effect.money : scene.contract.target;
  const blockerText = blocker === '' ? null : deps.wording('words', blockerWord(blocker));
  return {
    id: effect.id,
    template: effect.kind === 'escalate' ? 'internal-escalation' : 'internal-warning',
    people: scene.peopleOf(effect.to),
    values: (dateOf) => ({
      escalation: { stage, since: dateOf(effect.since), blocker: blockerText, money, level },
      taskId: effect.id,
    }),
  };
}

/** Where the catalogue has the words for what a stage waits for. */
function blockerWord(blocker: string): string {
  if (blocker === 'approval' || blocker === 'client') return `status.waiting for ${blocker}`;
  return blocker === 'data' ? 'phase.data-needed' : `condition.${blocker}`;
}

/** What an approver sees of a request; the same for the request, its reminder and its move to the level above. */
export interface ApprovalSubject {
  readonly approvalId: string;
  readonly rule: string;
  readonly quote: Quote;
  readonly dueAt: Instant;
}

export async function approvalMessage(
  scene: Scene,
  deps: TeamMailDeps,
  subject: ApprovalSubject,
  message: Pick<TeamMessage, 'id' | 'template' | 'people'>,
): Promise<TeamMessage> {
  const { quote } = subject;
  const requester = scene.people.get(quote.issuedBy)?.name ?? quote.issuedBy;
  const level = (await deps.nameOf('rule', subject.rule)) ?? { en: subject.rule, 'zh-CN': subject.rule };
  return {
    ...message,
    notReadBy: quote.issuedBy,
    values: (dateOf) => ({
      approval: { requester, level, dueDate: dateOf(subject.dueAt), reason: quote.reason },
      quote: {
        number: quote.number,
        amount: quote.amount,
        listAmount: quote.listAmount,
        discountPercent: quote.discountBasisPoints / 100,
        validUntil: quote.validUntil,
        termMonths: quote.termMonths,
      },
      approvalId: subject.approvalId,
    }),
  };
}

export function reasonOf(deps: Pick<TeamMailDeps, 'wording'>, why: Why): LocalText {
  return deps.wording('rules', why.rule, why.inputs);
}
