import { trusted } from 'mongoose';
import { addMs, MS_PER_MINUTE } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import { importedScore } from '../../schemas/contract.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SettingDoc } from '../../schemas/setting.ts';
import { RECONCILE_SETTING } from '../../workflows/oversight/messages.ts';
import type { ReconcileReport } from '../../workflows/oversight/messages.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import { parseSavePlanId } from '../../workflows/save-plan/messages.ts';
import type { ActivityDeps } from '../deps.ts';
import { keepOpsTasks } from './ops-tasks.ts';
import type { Finding } from './ops-tasks.ts';
import { collect, resume } from './progress.ts';
import { compareSavePlans } from './save-plans.ts';

const LATE = 15 * MS_PER_MINUTE;
const LISTED = 200;
/** Rows of one read, and between two signs of life that keep the place. */
const PAGE = 500;
/** So many calls to the server at once. */
const AT_ONCE = 20;
/** After an outage a whole portfolio may be late, and its own timers wake it: so many are asked, no more. */
const ASKED_AT_MOST = 1000;

/** Name of the setting with what was asked and not answered yet. */
const ASKED_SETTING = 'oversight.asked';

export interface CompareInput {
  readonly now: Instant;
  /** Mails that the sweep before this has put back to work; for the report. */
  readonly dispatched: number;
}

const CONTRACT_FIELDS = { _id: 1, term: 1, changedAt: 1, 'extra.healthScore': 1, scoredAt: 1, knownSince: 1 } as const;

type Contract = Pick<ContractDoc, '_id' | 'term' | 'changedAt' | 'extra' | 'scoredAt' | 'knownSince'>;
type Known = Pick<RenewalDoc, '_id' | 'phase' | 'wakeAt' | 'decidedAt'>;
/** What was wrong with a read model when its renewal was told to look again, by renewal. */
type Asked = readonly (readonly [id: string, trouble: string])[];

interface Place {
  readonly after: string;
  readonly compared: number;
  readonly started: readonly string[];
  readonly repaired: readonly string[];
  readonly reported: readonly string[];
  readonly found: number;
  readonly asked: Asked;
  /** Asked in an earlier check and wrong in the same way: not asked again. */
  readonly waiting: Asked;
  /** Those reported that the watchdog cannot see, because no open read model speaks of them. */
  readonly findings: readonly Finding[];
}

const START: Place = {
  after: '',
  compared: 0,
  started: [],
  repaired: [],
  reported: [],
  found: 0,
  asked: [],
  waiting: [],
  findings: [],
};

/**
 * Compares every contract's term with its workflow, and the open save plans with theirs. A term without a renewal gets
 * one; a renewal whose read model is missing, late, older than a change of its contract, or says "closed" while it runs
 * is told to look again and so writes it anew. Whether that has helped the next check says: what has not moved is reported, not asked again. One that
 * somebody stopped on the server is only reported, because starting it again could do things twice.
 */
export function createCompare(deps: ActivityDeps) {
  const { db } = deps;
  return async ({ now, dispatched }: CompareInput): Promise<ReconcileReport> => {
    const progress = resume(START);
    const running = await collect(deps.runningRenewals(), progress);
    const before = new Map(await readAsked(db));
    for (;;) {
      const { after } = progress.current;
      const contracts = await db.contracts
        .find({ _id: trusted({ $gt: after }) }, CONTRACT_FIELDS)
        .sort({ _id: 1 })
        .limit(PAGE)
        .lean<Contract[]>();
      const last = contracts.at(-1);
      if (last === undefined) break;
      const verdicts = await judgePage(deps, contracts, running, before, now, progress.current, () => progress.alive());
      progress.reach(noted(progress.current, last._id, contracts.length, verdicts));
    }
    const plans = await compareSavePlans(deps, progress);
    const place = progress.current;
    await keepOpsTasks(db, 'reconcile', [...place.findings, ...plans.reported.slice(0, LISTED).map(findingOf)], now);
    const report: ReconcileReport = {
      at: now,
      compared: place.compared,
      started: place.started,
      asked: place.asked.slice(0, LISTED).map(([id]) => id),
      repaired: place.repaired,
      dispatched,
      reported: place.reported,
      plansStarted: plans.started.slice(0, LISTED),
      plansReported: plans.reported.slice(0, LISTED),
      found: place.found + plans.reported.length,
    };
    await save(db, ASKED_SETTING, [...place.waiting, ...place.asked]);
    await save(db, RECONCILE_SETTING, report);
    return report;
  };
}

function findingOf(savePlanId: string): Finding {
  const renewalId = parseSavePlanId(savePlanId)?.renewalId ?? savePlanId;
  return { renewalId, subject: savePlanId, what: 'savePlan' };
}

interface Verdict {
  readonly id: string;
  readonly does: 'nothing' | 'started' | 'repaired' | 'asked' | 'stuck' | 'gone';
  readonly trouble: string;
  /** Whether the watchdog finds it too, and has the task. */
  readonly watched: boolean;
}

async function judgePage(
  deps: ActivityDeps,
  contracts: readonly Contract[],
  running: ReadonlySet<string>,
  before: ReadonlyMap<string, string>,
  now: Instant,
  place: Place,
  alive: () => void,
): Promise<readonly Verdict[]> {
  const ids = contracts.map((contract) => renewalId(contract._id, contract.term));
  const rows = await deps.db.renewals
    .find({ _id: trusted({ $in: ids }) }, { phase: 1, wakeAt: 1, decidedAt: 1 })
    .lean<Known[]>();
  const known = new Map(rows.map((row) => [row._id, row]));
  let mayAsk = ASKED_AT_MOST - place.asked.length - place.waiting.length;
  const verdicts: Verdict[] = [];
  for (let i = 0; i < contracts.length; i += AT_ONCE) {
    const judged = contracts.slice(i, i + AT_ONCE).map(async (contract): Promise<Verdict> => {
      const id = renewalId(contract._id, contract.term);
      const row = known.get(id) ?? null;
      const verdict = (does: Verdict['does'], trouble = '') => {
        return { id, does, trouble, watched: row !== null && row.phase !== 'closed' };
      };
      const asked = before.get(id);
      if (!running.has(id)) {
        if (row?.phase === 'closed') return verdict(asked === undefined ? 'nothing' : 'repaired');
        if (row === null && (await deps.ensureRenewal(contract._id, contract.term))) return verdict('started');
        // The list of running workflows lags behind by a second or so. One that has run and is gone is not begun
        // anew, also when the server has forgotten it: it would start from nothing.
        if ((await deps.workflowState(id)) !== 'running') return verdict('gone');
      }
      const trouble = troubleOf(row, contract, now);
      if (trouble === null) return verdict(asked === undefined ? 'nothing' : 'repaired');
      if (trouble === asked) return verdict('stuck', trouble);
      if ((mayAsk -= 1) < 0 || !(await lookAgain(deps, id, contract, trouble, now))) return verdict('nothing');
      return verdict('asked', trouble);
    });
    verdicts.push(...(await Promise.all(judged)));
    alive();
  }
  return verdicts;
}

function noted(place: Place, after: string, compared: number, verdicts: readonly Verdict[]): Place {
  const of = (...kinds: readonly Verdict['does'][]) => verdicts.filter(({ does }) => kinds.includes(does));
  const ids = (list: readonly Verdict[]) => list.map(({ id }) => id);
  const bad = of('gone', 'stuck');
  const unseen = bad.filter(({ watched }) => !watched);
  const findings = unseen.map(({ id, does }) => ({
    renewalId: id,
    subject: id,
    what: does === 'gone' ? 'withoutWorkflow' : 'differs',
  }));
  const pair = ({ id, trouble }: Verdict) => [id, trouble] as const;
  return {
    after,
    compared: place.compared + compared,
    started: [...place.started, ...ids(of('started'))].slice(0, LISTED),
    repaired: [...place.repaired, ...ids(of('repaired'))].slice(0, LISTED),
    reported: [...place.reported, ...ids(bad)].slice(0, LISTED),
    found: place.found + bad.length,
    asked: [...place.asked, ...of('asked').map(pair)],
    waiting: [...place.waiting, ...of('stuck').map(pair)],
    findings: [...place.findings, ...findings].slice(0, LISTED),
  };
}

/** What is wrong with the read model of a renewal that runs; null where nothing is. */
function troubleOf(row: Known | null, { changedAt = null }: Contract, now: Instant): string | null {
  if (row === null) return 'missing';
  if (row.phase === 'closed') return `closed/${row.decidedAt}`;
  const late = addMs(now, -LATE);
  // An import that broke off has changed the contract and told nobody.
  if (changedAt !== null && row.decidedAt < changedAt && changedAt < late) return `changed/${changedAt}`;
  return row.wakeAt !== null && row.wakeAt < late ? row.wakeAt : null;
}

/** One fact for one trouble: told twice it counts once. False where the workflow has ended. */
async function lookAgain(
  deps: ActivityDeps,
  id: string,
  contract: Contract,
  trouble: string,
  now: Instant,
): Promise<boolean> {
  const score = trouble.startsWith('changed/') ? importedScore(contract, id) : null;
  if (score !== null) await deps.signalRenewal(id, score);
  return deps.signalRenewal(id, {
    // A row that is missing tells nothing about itself; it may be lost again another day.
    id: `reconcile/${id}/${trouble === 'missing' ? `missing/${now}` : trouble}`,
    at: now,
    by: { kind: 'system', id: 'reconciler' },
    kind: 'world changed',
    what: 'reconciler',
  });
}

async function readAsked(db: ActivityDeps['db']): Promise<Asked> {
  const setting = await db.settings.findOne({ _id: ASKED_SETTING }).lean<SettingDoc>();
  return Array.isArray(setting?.value) ? (setting.value as Asked) : [];
}

async function save(db: ActivityDeps['db'], _id: string, value: unknown): Promise<void> {
  await db.settings.updateOne({ _id }, { $set: { value } }, { upsert: true });
}
