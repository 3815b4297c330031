import { trusted } from 'mongoose';
import type { Filter } from '../../domain/access/index.ts';
import { holds } from '../../domain/expressions/index.ts';
import { choosePlaybook } from '../../domain/playbook/choose.ts';
import type { Playbook } from '../../domain/playbook/types.ts';
import { contractValues } from '../../domain/renewal/rule-values.ts';
import { localDate } from '../../domain/time/index.ts';
import type { Instant, ZoneOffsets } from '../../domain/time/types.ts';
import { clientToDomain } from '../../schemas/client.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { Database } from '../../schemas/connection.ts';
import { contractToDomain } from '../../schemas/contract.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { compileZone } from '../calendars/zone-offsets.ts';
import { trustedFilter } from '../store/trusted-filter.ts';
import { newestPlaybooks } from './read.ts';

/** So many renewals are looked at for one answer; conditions of playbooks are no queries. */
export const MATCHED_MAX = 5000;
const BATCH = 500;

/**
 * What becomes of a renewal for which a playbook applies: it would begin with it, another one that applies outranks
 * it, or it has begun already and keeps the version it has.
 */
export const MATCH_RESULTS = ['takes it', 'outranked', 'keeps its own'] as const;
export type MatchResult = (typeof MATCH_RESULTS)[number];

export interface Match {
  readonly renewal: RenewalDoc;
  readonly result: MatchResult;
  /** The playbook that is in the way, with the version where the renewal has begun with it. */
  readonly other: { readonly id: string; readonly version: number | null } | null;
}

export interface Matches {
  /** How many renewals were looked at, and whether these were all that the reader sees. */
  readonly looked: number;
  readonly complete: boolean;
  readonly counts: Readonly<Record<MatchResult, number>>;
  /** The first of them, by end date. */
  readonly first: readonly Match[];
}

/** For which renewals that have not ended a playbook applies at this moment, among those the reader may see. */
export async function playbookMatches(
  db: Database,
  playbook: Playbook,
  only: Filter,
  { now, shown }: { readonly now: Instant; readonly shown: number },
): Promise<Matches> {
  const published = (await newestPlaybooks(db)).map(({ playbook: { id, definition } }) => ({ id, definition }));
  const candidates = [...published.filter(({ id }) => id !== playbook.id), { id: playbook.id, definition: playbook }];
  const zones = new Map<string, ZoneOffsets>();
  const counts = { 'takes it': 0, outranked: 0, 'keeps its own': 0 };
  const first: Match[] = [];
  const renewals = await db.renewals
    .find({ $and: [{ phase: trusted({ $ne: 'closed' }) }, trustedFilter(only)] }, { view: 0 })
    .sort({ endDate: 1, _id: 1 })
    .limit(MATCHED_MAX + 1)
    .lean<RenewalDoc[]>();
  const looked = renewals.slice(0, MATCHED_MAX);
  for (let i = 0; i < looked.length; i += BATCH) {
    const batch = looked.slice(i, i + BATCH);
    const records = await recordsOf(db, batch);
    for (const renewal of batch) {
      const contract = records.contracts.get(renewal.contractId);
      const client = records.clients.get(renewal.clientId);
      if (contract === undefined || client === undefined) continue;
      const zone = zones.get(client.zone) ?? compileZone(client.zone, Number(now.slice(0, 4)), Number(now.slice(0, 4)));
      zones.set(client.zone, zone);
      const dates = { end: renewal.endDate ?? contract.endDate, notice: contract.noticeDate };
      const today = localDate(zone, now);
      const values = contractValues(clientToDomain(client), contractToDomain(contract), dates, today);
      if (!holds(playbook.applies, 'applies', values)) continue;
      const pinned = renewal.state.playbook;
      const chosen = choosePlaybook(candidates, values);
      const match: Match =
        pinned !== null
          ? { renewal, result: 'keeps its own', other: { id: pinned.id, version: pinned.version } }
          : chosen?.id === playbook.id
            ? { renewal, result: 'takes it', other: null }
            : { renewal, result: 'outranked', other: chosen && { id: chosen.id, version: null } };
      counts[match.result] += 1;
      if (first.length < shown) first.push(match);
    }
  }
  return { looked: looked.length, complete: renewals.length <= MATCHED_MAX, counts, first };
}

async function recordsOf(db: Database, renewals: readonly RenewalDoc[]) {
  const [contracts, clients] = await Promise.all([
    db.contracts.find({ _id: trusted({ $in: renewals.map(({ contractId }) => contractId) }) }).lean<ContractDoc[]>(),
    db.clients.find({ _id: trusted({ $in: renewals.map(({ clientId }) => clientId) }) }).lean<ClientDoc[]>(),
  ]);
  return {
    contracts: new Map(contracts.map((doc) => [doc._id, doc])),
    clients: new Map(clients.map((doc) => [doc._id, doc])),
  };
}
