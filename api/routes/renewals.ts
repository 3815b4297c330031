import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { ReadEntry } from '../../domain/history/index.ts';
import type { Playbook, SavePlanSet } from '../../domain/playbook/types.ts';
import type { Why } from '../../domain/renewal/effects.ts';
import type { Names, Teller } from '../../i18n/story.ts';
import { translator } from '../../i18n/index.ts';
import type { Locale } from '../../domain/text.ts';
import { neighbourTerms } from '../../operations/find.ts';
import { newestSavePlans, pinnedPlaybook } from '../../operations/playbook-of.ts';
import { CHAIN_FAULT_CODES } from '../../operations/store/history.ts';
import { history, listRenewals, listTasks, peopleByIds, verifyHistory } from '../../operations/store/queries.ts';
import type { Database } from '../../schemas/connection.ts';
import type { HistoryHeadDoc } from '../../schemas/history.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SavePlanDoc } from '../../schemas/save-plan.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/renewals.ts';
import { PAGE_MAX } from '../contracts/shapes.ts';
import { taskTitle, tellerFor, whyOf } from './say.ts';
import { visibleRenewal } from './visible.ts';

export const renewalRoutes: readonly BoundRoute[] = [
  bind(contracts.listRenewals, async ({ deps, principal, query }) => {
    const { limit, after, sort, order, ...filters } = query;
    const only = principal.rights.filter('read Renewal');
    if (only === null) return { items: [], next: null };
    const page = await listRenewals(deps.context.db, {
      filters,
      ...(limit === undefined ? {} : { limit }),
      ...(after === undefined ? {} : { after }),
      ...(sort === undefined ? {} : { sort }),
      descending: order === 'down',
      only,
    });
    return { items: page.items.map(itemOf), next: page.next };
  }),

  bind(contracts.getRenewal, async ({ deps, principal, params, locale }) => {
    const renewal = await visibleRenewal(deps.context.db, principal, params.renewalId);
    return renewalOf(deps.context.db, renewal, locale);
  }),

  bind(contracts.renewalHistory, async ({ deps, principal, params, query, locale }) => {
    const { db } = deps.context;
    const renewal = await visibleRenewal(db, principal, params.renewalId, 'read History');
    const limit = query.limit ?? PAGE_MAX;
    const { after = '0' } = query;
    if (!/^\d{1,15}$/.test(after))
      throw PerennialError.of('page.cursor', { found: excerpt(after) }, { field: '?after' });
    const down = query.order === 'down';
    const { entries, next } = down
      ? await lastEntries(db, renewal._id, Number(after), limit)
      : await entriesAfter(db, renewal._id, Number(after), limit);
    const teller = tellerFor(
      locale,
      await namesOf(
        db,
        renewal,
        entries.map(({ actor }) => actor),
        locale,
      ),
    );
    return { items: entries.map((entry) => entryOf(teller, entry)), next };
  }),

  bind(contracts.verifyHistory, async ({ deps, principal, params }) => {
    const renewal = await visibleRenewal(deps.context.db, principal, params.renewalId, 'read History');
    const report = await verifyHistory(deps.context.db, renewal._id);
    return report.ok
      ? { ok: true, entries: report.entries, fault: null }
      : {
          ok: false,
          entries: report.entries,
          fault: { fault: report.fault, seq: report.seq, code: CHAIN_FAULT_CODES[report.fault] },
        };
  }),

  bind(contracts.renewalTasks, async ({ deps, principal, params, locale }) => {
    const { db } = deps.context;
    const renewal = await visibleRenewal(db, principal, params.renewalId);
    const [{ items }, names] = await Promise.all([
      listTasks(db, { renewalId: renewal._id, limit: PAGE_MAX }),
      namesOf(db, renewal, [], locale),
    ]);
    const teller = tellerFor(locale, names);
    return {
      items: withDueDates(items, renewal).map((task) => ({
        id: task._id,
        title: taskTitle(teller, task),
        kind: task.kind,
        stage: task.stage,
        step: task.step,
        assignee: task.assignee,
        openedAt: task.openedAt,
        dueAt: task.dueAt,
        why: whyOf(teller, task.why),
      })),
    };
  }),
];

/** A page of history from the oldest on; `next` is the number of its last entry. */
async function entriesAfter(db: Database, renewalId: string, after: number, limit: number): Promise<EntryPage> {
  const found = await history(db, renewalId, { after, limit: limit + 1 });
  const entries = found.slice(0, limit);
  return { entries, next: found.length > limit ? String(entries.at(-1)?.seq ?? 0) : null };
}

/** A page of history from the latest back; `next` is the number of its oldest entry. */
async function lastEntries(db: Database, renewalId: string, before: number, limit: number): Promise<EntryPage> {
  const head = await db.historyHeads.findOne({ _id: renewalId }).lean<HistoryHeadDoc>();
  const end = before === 0 ? (head?.seq ?? 0) + 1 : before;
  const after = Math.max(0, end - 1 - limit);
  const entries = end <= 1 ? [] : await history(db, renewalId, { after, limit: end - 1 - after });
  return { entries: entries.filter(({ seq }) => seq < end).toReversed(), next: after === 0 ? null : String(after + 1) };
}

interface EntryPage {
  readonly entries: readonly ReadEntry[];
  readonly next: string | null;
}

function entryOf(teller: Teller, entry: ReadEntry) {
  const why = entry.why as Why | null;
  return {
    seq: entry.seq,
    id: entry.entryId,
    at: entry.at,
    kind: entry.kind,
    name: entry.name,
    actor: entry.actor,
    stage: entry.stage,
    text: said(() => teller.entry({ ...entry, why })) ?? '',
    reason: why === null ? null : (said(() => teller.why(why)) ?? null),
    why: entry.why === null ? null : { rule: entry.why.rule, inputs: { ...entry.why.inputs } },
    detail: { ...entry.detail },
    playbook: entry.playbook,
    hash: entry.hash,
    ...(entry.unreadable === true ? { unreadable: true as const } : {}),
  };
}

/** An entry that was edited by hand may hold values that nobody can tell, such as a currency that does not exist. */
function said(tell: () => string): string | undefined {
  try {
    return tell();
  } catch {
    return undefined;
  }
}

/** Moved end dates move the due dates of open tasks: the view has those that hold now. */
function withDueDates(tasks: readonly TaskDoc[], { view }: RenewalDoc): readonly TaskDoc[] {
  const due = new Map(view.tasks.map(({ id, dueAt }) => [id, dueAt]));
  return tasks
    .map((task) => ({ ...task, dueAt: due.get(task._id) ?? task.dueAt }))
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
}

/** One renewal in a list, in the order of the contract. */
function itemOf(renewal: RenewalDoc) {
  const row = renewal.view.rows.find(({ stage }) => stage === renewal.stage);
  return {
    id: renewal._id,
    contractId: renewal.contractId,
    contractNumber: renewal.contractNumber,
    term: renewal.term,
    clientId: renewal.clientId,
    clientName: renewal.clientName,
    tier: renewal.tier,
    ownerId: renewal.ownerId,
    amount: renewal.amount,
    target: renewal.target,
    endDate: renewal.endDate,
    phase: renewal.phase,
    stage: renewal.stage,
    atRisk: renewal.atRisk,
    paused: renewal.paused,
    outcome: renewal.outcome,
    nextAt: renewal.nextAt,
    stalledSince: renewal.stalledSince,
    stageName: row?.name ?? null,
    stageStatus: row?.status ?? null,
    stalled: renewal.view.stalled,
    decidedAt: renewal.decidedAt,
  };
}

export async function renewalOf(db: Database, renewal: RenewalDoc, locale: Locale) {
  const { view, state } = renewal;
  const owners = view.rows.flatMap(({ ownerId }) =>
    ownerId === null ? [] : [{ kind: 'person' as const, id: ownerId }],
  );
  const [names, plan, terms] = await Promise.all([
    namesOf(db, renewal, owners, locale),
    db.savePlans.findOne({ clientId: renewal.clientId }).sort({ openedAt: -1 }).lean<SavePlanDoc>(),
    neighbourTerms(db, renewal),
  ]);
  const teller = tellerFor(locale, names);
  return {
    ...itemOf(renewal),
    noticeDate: view.noticeDate,
    opensOn: view.opensOn,
    holdsOutreach: view.holdsOutreach,
    rows: view.rows.map((row) => ({
      ...row,
      note: row.note && teller.note(row.note.code, row.note.params),
      coded: row.note && { code: row.note.code, params: { ...row.note.params } },
    })),
    next: view.next && {
      at: view.next.at,
      what: view.next.what,
      text: teller.note(`next.${view.next.what}`, view.next.params),
      params: { ...view.next.params },
      why: whyOf(teller, view.next.why),
    },
    playbook: state.playbook,
    quote: state.quote,
    invoice: state.invoice,
    paidMinor: state.paidMinor,
    closed: state.closed && {
      at: state.closed.at,
      outcome: state.closed.outcome,
      text: teller.word('outcome', state.closed.outcome),
    },
    savePlan: plan && {
      id: plan._id,
      cause: plan.cause,
      status: plan.status,
      outcome: plan.outcome,
      openedAt: plan.openedAt,
      closedAt: plan.closedAt,
    },
    ...terms,
  };
}

/** Names of people and of the playbook's stages and steps, for texts about one renewal. */
export async function namesOf(
  db: Database,
  renewal: RenewalDoc,
  actors: readonly { readonly kind: string; readonly id?: string }[],
  locale: Locale,
): Promise<Names> {
  const ids = actors.flatMap(({ kind, id }) => (kind === 'person' && id !== undefined ? [id] : []));
  const [people, playbook, sets] = await Promise.all([
    peopleByIds(db, [...ids, renewal.ownerId]),
    pinnedPlaybook(db, renewal),
    newestSavePlans(db),
  ]);
  const stages = stageNames(playbook, locale, sets);
  return { person: (id) => people.get(id)?.name, stage: (id) => stages.get(id) };
}

/** Names of stages, steps and measures by their ids. */
export function stageNames(
  playbook: Playbook | null,
  locale: Locale,
  savePlanSets: readonly SavePlanSet[],
): ReadonlyMap<string, string> {
  const t = translator(locale);
  const names = new Map<string, string>();
  for (const plan of savePlanSets.flatMap((set) => set.plans)) {
    for (const action of plan.actions) names.set(action.id, t.local(action.name));
  }
  for (const stage of playbook?.stages ?? []) {
    names.set(stage.id, t.local(stage.name));
    for (const step of stage.steps) if (step.kind !== 'outreach') names.set(step.id, t.local(step.name));
  }
  return names;
}
