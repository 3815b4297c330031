import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Playbook } from '../../domain/playbook/types.ts';
import type { Names } from '../../i18n/story.ts';
import { translator } from '../../i18n/index.ts';
import type { Locale } from '../../domain/text.ts';
import { pinnedPlaybook } from '../../operations/renewal-page.ts';
import { history, listRenewals, listTasks, peopleByIds, verifyHistory } from '../../operations/store/queries.ts';
import type { Database } from '../../schemas/connection.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/renewals.ts';
import { PAGE_MAX } from '../contracts/shapes.ts';
import { tellerFor, whyOf } from './say.ts';
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
    const after = query.after ?? '0';
    if (!/^\d{1,15}$/.test(after))
      throw PerennialError.of('page.cursor', { found: excerpt(after) }, { field: '?after' });
    const entries = await history(db, renewal._id, {
      after: Number(after),
      limit: limit + 1,
    });
    const teller = tellerFor(
      locale,
      await namesOf(
        db,
        renewal,
        entries.map(({ actor }) => actor),
        locale,
      ),
    );
    const items = entries.slice(0, limit).map((entry) => ({
      seq: entry.seq,
      id: entry.entryId,
      at: entry.at,
      kind: entry.kind,
      name: entry.name,
      actor: entry.actor,
      stage: entry.stage,
      text: teller.entry({ ...entry, why: entry.why as Parameters<typeof teller.entry>[0]['why'] }),
      reason: entry.why === null ? null : teller.why(entry.why as Parameters<typeof teller.why>[0]),
      detail: { ...entry.detail },
      playbook: entry.playbook,
      hash: entry.hash,
    }));
    return { items, next: entries.length > limit ? String(items.at(-1)?.seq ?? 0) : null };
  }),

  bind(contracts.verifyHistory, async ({ deps, principal, params }) => {
    const renewal = await visibleRenewal(deps.context.db, principal, params.renewalId, 'read History');
    const report = await verifyHistory(deps.context.db, renewal._id);
    return report.ok
      ? { ok: true, entries: report.entries, fault: null }
      : { ok: false, entries: report.seq, fault: { fault: report.fault, seq: report.seq } };
  }),

  bind(contracts.renewalTasks, async ({ deps, principal, params, locale }) => {
    const { db } = deps.context;
    const renewal = await visibleRenewal(db, principal, params.renewalId);
    const { items } = await listTasks(db, { renewalId: renewal._id, limit: PAGE_MAX });
    const teller = tellerFor(locale, await namesOf(db, renewal, [], locale));
    return {
      items: items.map((task) => ({
        id: task._id,
        title: task.step === null ? teller.word('task', task.kind) : teller.stage(task.step),
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

export function itemOf(renewal: RenewalDoc) {
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
    decidedAt: renewal.decidedAt,
  };
}

async function renewalOf(db: Database, renewal: RenewalDoc, locale: Locale) {
  const { view, state } = renewal;
  const owners = view.rows.flatMap(({ ownerId }) =>
    ownerId === null ? [] : [{ kind: 'person' as const, id: ownerId }],
  );
  const teller = tellerFor(locale, await namesOf(db, renewal, owners, locale));
  return {
    ...itemOf(renewal),
    noticeDate: view.noticeDate,
    opensOn: view.opensOn,
    holdsOutreach: view.holdsOutreach,
    rows: view.rows.map((row) => ({ ...row, note: row.note && teller.note(row.note.code, row.note.params) })),
    next: view.next && {
      at: view.next.at,
      what: view.next.what,
      text: teller.note(view.next.what, view.next.params),
      why: whyOf(teller, view.next.why),
    },
    stalled: view.stalled,
    playbook: state.playbook,
    quote: state.quote,
    invoice: state.invoice,
    paidMinor: state.paidMinor,
    closed: state.closed && {
      at: state.closed.at,
      outcome: state.closed.outcome,
      text: teller.word('outcome', state.closed.outcome),
    },
    savePlan: state.savePlan,
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
  const [people, playbook] = await Promise.all([
    peopleByIds(db, [...ids, renewal.ownerId]),
    pinnedPlaybook(db, renewal),
  ]);
  const stages = stageNames(playbook, locale);
  return { person: (id) => people.get(id)?.name, stage: (id) => stages.get(id) };
}

export function stageNames(playbook: Playbook | null, locale: Locale): ReadonlyMap<string, string> {
  const t = translator(locale);
  const names = new Map<string, string>();
  for (const stage of playbook?.stages ?? []) {
    names.set(stage.id, t.local(stage.name));
    for (const step of stage.steps) if (step.kind !== 'outreach') names.set(step.id, t.local(step.name));
  }
  return names;
}
