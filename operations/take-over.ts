import { trusted } from 'mongoose';
import { canonicalJson } from '../domain/history/index.ts';
import type { Person } from '../domain/people/types.ts';
import type { Locale } from '../domain/text.ts';
import type { Instant, ZoneId } from '../domain/time/types.ts';
import type { CalendarDoc } from '../schemas/calendar.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import { sha256 } from '../schemas/sealing.ts';
import type { SettingDoc } from '../schemas/setting.ts';
import { renewalId } from '../workflows/renewal/messages.ts';
import type { OperationsContext } from './context.ts';
import { importFile } from './import/import-file.ts';
import type { ImportOptions, ImportReport } from './import/import-file.ts';
import type { ImportInput } from './import/read/source.ts';
import type { StoredContract } from './import/plan.ts';
import type { ImportSettings } from './import/settings.ts';
import { pokeRenewals, startRenewals, tellScores } from './start-renewals.ts';
import type { ChangedTerm, TermRef } from './start-renewals.ts';
import { importStore } from './store/contract-store.ts';
import type { StoredTerm } from './store/contract-store.ts';
import { listPeople, personByEmail } from './store/queries.ts';
import { teamStore } from './store/team-store.ts';
import { registerSearchAttributes } from './temporal/search-attributes.ts';
import { unavailable } from './unavailable.ts';

export interface TakeOverOptions extends Pick<
  ImportOptions,
  'dryRun' | 'mode' | 'mapping' | 'kind' | 'open' | 'onProgress'
> {
  readonly now: Instant;
  /** The time now, for what is written late in a long import; `now` where left out. */
  readonly clock?: () => Instant;
  readonly locale: Locale;
  /** Told as renewals start: how many have been asked to so far. */
  readonly onStarting?: (done: number) => void;
}

export interface TakenOver extends ImportReport {
  /** Renewals that began with this import, and those that were told of a change. */
  readonly started: number;
  readonly changed: number;
}

/**
 * Imports a contract or team table and lets the renewals of new contracts run; those of changed ones look at
 * the world again. Nothing is stored before it is sure that renewals can be started. An import that broke off is
 * finished by running it again: contracts that were stored and have no renewal yet get theirs, and renewals that were
 * not told of a change hear of it.
 * @throws PerennialError `cli.service_silent` where a service went away meanwhile.
 */
export async function takeOver(
  context: OperationsContext,
  input: ImportInput,
  options: TakeOverOptions,
): Promise<TakenOver> {
  try {
    return await takeIn(context, input, options);
  } catch (error) {
    throw unavailable(error, context.config) ?? error;
  }
}

async function takeIn(context: OperationsContext, input: ImportInput, options: TakeOverOptions): Promise<TakenOver> {
  const { db } = context;
  const people = await listPeople(db);
  if (options.dryRun !== true) {
    const { connection } = await context.temporalConnection();
    // The worker does so too, but it may never have run yet.
    await registerSearchAttributes(connection, context.config.temporal.namespace);
  }
  const counts = { started: 0 };
  let asked = 0;
  // A batch may be compared more than once, and a renewal be told more than once: it counts once.
  const looked = new Set<string>();
  const start = async (terms: readonly TermRef[]): Promise<number> => {
    if (terms.length === 0) return 0;
    let told = 0;
    const onProgress = (done: number) => {
      // Several batches start side by side.
      asked += done - told;
      told = done;
      options.onStarting?.(asked);
    };
    return (await startRenewals(context, terms, onProgress)).started;
  };
  const onStored = async (stored: readonly StoredTerm[]): Promise<void> => {
    const fresh = stored.filter((one) => one.action === 'new');
    await start(fresh);
    // One that the reconciler was quicker to start runs because of this import all the same.
    counts.started += fresh.length;
    const changed = stored.filter((one) => one.action === 'changed');
    // A score says by itself that it is new; whatever else changed, the renewal looks for it.
    const said = (one: StoredTerm, score: boolean) =>
      one.changes.some(({ field }) => (field === 'healthScore') === score);
    const other = changed.filter((one) => said(one, false));
    if (other.length > 0) await pokeRenewals(context, other.map(changedTerm), 'contract', options.now);
    const scored = changed.filter((one) => said(one, true));
    if (scored.length > 0) await tellScores(context, scored);
    for (const { contractId, term } of changed) looked.add(renewalId(contractId, term));
  };
  const store = importStore(db, { now: options.now, clock: options.clock ?? (() => options.now), onStored });
  const report = await importFile(input, {
    store: {
      ...store,
      existing: async (numbers) => {
        const existing = await store.existing(numbers);
        if (options.dryRun === true) return existing;
        const { fresh, untold } = await unfinished(db, [...existing.values()]);
        const started = await start(fresh);
        if (untold.length > 0) {
          await pokeRenewals(context, untold, 'contract', options.now);
          await tellScores(context, untold);
        }
        // Added afterwards: meanwhile the batches before this one may have counted theirs.
        counts.started += started;
        for (const { contractId, term } of untold) looked.add(renewalId(contractId, term));
        return existing;
      },
    },
    teamStore: teamStore(db),
    people,
    settings: await importSettings(context),
    now: options.now,
    locale: options.locale,
    ...(options.dryRun === undefined ? {} : { dryRun: options.dryRun }),
    ...(options.mode === undefined ? {} : { mode: options.mode }),
    ...(options.mapping === undefined ? {} : { mapping: options.mapping }),
    ...(options.kind === undefined ? {} : { kind: options.kind }),
    ...(options.open === undefined ? {} : { open: options.open }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  return { ...report, ...counts, changed: looked.size };
}

function changedTerm({ contractId, term, changes }: StoredTerm): ChangedTerm {
  return { contractId, term, change: sha256(canonicalJson(changes)).slice(0, 16) };
}

/**
 * What an import that broke off left undone: current terms that nobody has judged yet, most often because their
 * renewal was never started, and those that have not decided since their contract was changed.
 */
async function unfinished(
  db: OperationsContext['db'],
  contracts: readonly StoredContract[],
): Promise<{ readonly fresh: readonly TermRef[]; readonly untold: readonly TermRef[] }> {
  if (contracts.length === 0) return { fresh: [], untold: [] };
  const renewals = await db.renewals
    .find({ contractId: trusted({ $in: contracts.map(({ id }) => id) }) }, { decidedAt: 1, phase: 1 })
    .lean<Pick<RenewalDoc, '_id' | 'decidedAt' | 'phase'>[]>();
  const judged = new Map(renewals.map((renewal) => [renewal._id, renewal]));
  const fresh: TermRef[] = [];
  const untold: TermRef[] = [];
  for (const { id, term = 1, changedAt } of contracts) {
    const ref = { contractId: id, term };
    const renewal = judged.get(renewalId(id, term));
    if (renewal === undefined) fresh.push(ref);
    else if (renewal.phase !== 'closed' && changedAt !== undefined && renewal.decidedAt < changedAt) untold.push(ref);
  }
  return { fresh, untold };
}

/** What rows take where the file says nothing: the team's calendar and zone, and whoever imports as the owner. */
async function importSettings({ db, as }: OperationsContext): Promise<ImportSettings> {
  const setting = await db.settings.findOne({ _id: 'team calendar' }).lean<SettingDoc>();
  const calendarId = typeof setting?.value === 'string' ? setting.value : 'cn';
  const calendar = await db.calendars.findOne({ id: calendarId }).sort({ version: -1 }).lean<CalendarDoc>();
  const calendars = await db.calendars.distinct('id');
  const owner: Person | undefined = as === undefined ? undefined : await personByEmail(db, as);
  return {
    zone: calendar?.calendar.zone.zone ?? ('Asia/Shanghai' as ZoneId),
    calendarId,
    calendars,
    ...(calendarId === 'cn' ? { currency: 'CNY' } : {}),
    ...(owner === undefined ? {} : { ownerId: owner.id }),
  };
}
