import type { Locale } from '../../domain/text.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import { newestSavePlans } from '../../operations/playbook-of.ts';
import { compileZone } from '../../operations/calendars/zone-offsets.ts';
import {
  communicationsPage,
  countSends,
  listApprovals,
  listSends,
  listTasks,
  ownWork,
  playbooksByKeys,
  workOf,
  workOfRole,
} from '../../operations/store/queries.ts';
import { countByDue, dueLimits } from '../../operations/store/task-counts.ts';
import { trustedFilter } from '../../operations/store/trusted-filter.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { CommunicationDoc } from '../../schemas/communication.ts';
import type { Database } from '../../schemas/connection.ts';
import type { SendDoc } from '../../schemas/send.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import type { Teller } from '../../i18n/story.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/work.ts';
import { stageNames } from './renewals.ts';
import { taskTitle, tellerFor, whyOf } from './say.ts';
import { visibleRenewal } from './visible.ts';

/** What people have to do, and what was said and sent. */
export const workRoutes: readonly BoundRoute[] = [
  bind(contracts.listTasks, async ({ deps, principal, query, locale, now }) => {
    const { db } = deps.context;
    const { for: whose = 'me', personId, role, ...request } = query;
    const { person, roles, rights, standsFor } = principal;
    const seen = whose === 'me' ? ownWork([person.id, ...standsFor], roles) : rights.filter('read Task');
    const of = [
      ...(personId === undefined ? [] : [await workOf(db, personId)]),
      ...(role === undefined ? [] : [await workOfRole(db, role)]),
    ];
    const only = seen && (of.length === 0 ? seen : { $and: [seen, ...of] });
    if (only === null) return { items: [], next: null, counts: null };
    const year = Number(now.slice(0, 4));
    const limits = () => dueLimits(compileZone(person.zone, year - 1, year + 1), now);
    const isFirst = request.after === undefined && (request.state ?? 'open') === 'open';
    const [page, counts] = await Promise.all([
      listTasks(db, request, trustedFilter(only)),
      isFirst ? countByDue(db, only, limits()) : null,
    ]);
    return { items: await taskItems(db, page.items, locale, standsFor), next: page.next, counts };
  }),

  bind(contracts.listApprovals, async ({ deps, principal, query, locale }) => {
    const { for: whose = 'me', personId, ...request } = query;
    const only = principal.rights.filter('read Approval');
    if (only === null) return { items: [], next: null };
    const mine = whose === 'me' ? { personIds: [principal.person.id, ...principal.standsFor] } : {};
    const of = personId === undefined ? {} : { personId };
    const page = await listApprovals(deps.context.db, { ...request, ...of, ...mine }, only);
    const teller = tellerFor(locale);
    return { items: page.items.map((approval) => approvalItem(approval, teller, principal)), next: page.next };
  }),

  bind(contracts.renewalApprovals, async ({ deps, principal, params, locale }) => {
    const { db } = deps.context;
    const renewal = await visibleRenewal(db, principal, params.renewalId);
    const approvals = await db.approvals
      .find({ renewalId: renewal._id })
      .sort({ askedAt: 1, _id: 1 })
      .lean<ApprovalDoc[]>();
    const teller = tellerFor(locale);
    return { items: approvals.map((approval) => approvalItem(approval, teller, principal)) };
  }),

  bind(contracts.renewalCommunications, async ({ deps, principal, params, query }) => {
    const { db } = deps.context;
    const renewal = await visibleRenewal(db, principal, params.renewalId, 'read Communication');
    const page = await communicationsPage(db, renewal._id, query);
    return { items: page.items.map(communicationItem), next: page.next };
  }),

  bind(contracts.renewalSends, async ({ deps, principal, params, query, locale }) => {
    const { db } = deps.context;
    const renewal = await visibleRenewal(db, principal, params.renewalId, 'read Send');
    const { state, ...request } = query;
    const states = state === undefined ? {} : { states: [state] };
    const page = await listSends(db, { ...request, ...states, renewalId: renewal._id });
    const teller = tellerFor(locale);
    return { items: page.items.map((send) => sendItem(send, teller)), next: page.next };
  }),

  bind(contracts.listSends, async ({ deps, principal, query, locale }) => {
    const { db } = deps.context;
    const { state, ...request } = query;
    const only = principal.rights.filter('read Send');
    if (only === null) return { items: [], next: null, counts: null };
    const states = state === undefined ? {} : { states: [state] };
    const [page, counts] = await Promise.all([
      listSends(db, { ...request, ...states }, only),
      request.after === undefined ? countSends(db, only) : null,
    ]);
    const teller = tellerFor(locale);
    return {
      items: page.items.map((send) => sendItem(send, teller)),
      next: page.next,
      counts: counts && { ...counts },
    };
  }),
];

/** Tasks with their titles in the caller's language: a step of a playbook has the name that its version gives it. */
async function taskItems(db: Database, tasks: readonly TaskDoc[], locale: Locale, standsFor: readonly string[]) {
  const pins = [...new Set(tasks.map(pinOf))].filter((pin) => pin !== '');
  const [playbooks, sets] = await Promise.all([playbooksByKeys(db, pins), newestSavePlans(db)]);
  const tellers = new Map<string, Teller>();
  for (const { _id, definition } of playbooks) {
    const stages = stageNames(definition, locale, sets);
    tellers.set(_id, tellerFor(locale, { person: () => undefined, stage: (id) => stages.get(id) }));
  }
  const plain = tellerFor(locale);
  return tasks.map((task) => taskItem(task, tellers.get(pinOf(task)) ?? plain, standsFor));
}

function pinOf({ playbook }: TaskDoc): string {
  return playbook === null ? '' : `${playbook.id}@${playbook.version}`;
}

function taskItem(task: TaskDoc, teller: Teller, standsFor: readonly string[]) {
  const { assignee } = task;
  return {
    id: task._id,
    renewalId: task.renewalId,
    contractNumber: task.contractNumber,
    clientId: task.clientId,
    clientName: task.clientName,
    ownerId: task.ownerId,
    title: taskTitle(teller, task),
    kind: task.kind,
    stage: task.stage,
    step: task.step,
    assignee: task.assignee,
    openedAt: task.openedAt,
    dueAt: task.dueAt,
    state: task.state,
    insteadOf: assignee.kind === 'person' && standsFor.includes(assignee.id) ? assignee.id : null,
    closedAt: task.closedAt,
    closedBy: task.closedBy,
    note: task.note,
    why: whyOf(teller, task.why),
    escalation: task.escalation,
  };
}

function approvalItem(
  approval: ApprovalDoc,
  teller: Teller,
  { person, standsFor }: Pick<Principal, 'person' | 'standsFor'>,
) {
  const { people } = approval;
  const { quote } = approval;
  return {
    id: approval._id,
    renewalId: approval.renewalId,
    contractNumber: approval.contractNumber,
    clientId: approval.clientId,
    clientName: approval.clientName,
    ownerId: approval.ownerId,
    rule: approval.rule,
    mode: approval.mode,
    people: [...people],
    asked: approval.asked.map(({ role, people: byRole }) => ({ role, people: [...byRole] })),
    insteadOf: people.includes(person.id) ? null : (people.find((id) => standsFor.includes(id)) ?? null),
    requestedBy: approval.requestedBy,
    quote: {
      number: quote.number,
      revision: quote.revision,
      amount: quote.amount,
      listAmount: quote.listAmount,
      discountBasisPoints: quote.discountBasisPoints,
      upliftBasisPoints: quote.upliftBasisPoints,
      termMonths: quote.termMonths,
      paymentDays: quote.paymentDays,
      startDate: quote.startDate,
      validUntil: quote.validUntil,
      reason: quote.reason,
      issuedAt: quote.issuedAt,
      issuedBy: quote.issuedBy,
    },
    currentAmount: approval.currentAmount,
    askedAt: approval.askedAt,
    dueAt: approval.dueAt,
    status: approval.status,
    closedAt: approval.closedAt,
    closedBy: approval.closedBy,
    comment: approval.comment,
    decisions: approval.decisions.map(({ at, by, decision, note, for: whose = null }) => ({
      at,
      by,
      decision,
      note,
      for: whose,
    })),
    why: whyOf(teller, approval.why),
  };
}

function communicationItem(doc: CommunicationDoc) {
  const { _id, at, channel, direction, contactId, reached, note, promise, nextStep, by } = doc;
  return { id: _id, at, channel, direction, contactId, reached, note, promise, nextStep, by };
}

function sendItem(send: SendDoc, teller: Teller) {
  const state = teller.word('send', send.state);
  return {
    id: send._id,
    renewalId: send.renewalId,
    audience: send.audience,
    recipient: send.recipient,
    template: send.template,
    legal: send.legal,
    dueAt: send.dueAt,
    notAfter: send.notAfter,
    plannedAt: send.plannedAt,
    state: send.state,
    reason: send.reason,
    text: send.reason === null ? state : `${state}: ${teller.words({ reason: send.reason })['reason']}`,
    tries: send.tries,
    nextAttemptAt: send.nextAttemptAt,
    settledAt: send.settledAt,
    messageId: send.messageId,
    answer: send.answer,
    moves: send.moves.map(({ from, to, at, by, note }) => ({ from, to, at, by, note })),
  };
}
