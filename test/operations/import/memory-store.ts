import type { Person } from '../../../domain/people/types.ts';
import type { CivilDate, Instant, ZoneId } from '../../../domain/time/index.ts';
import type { ImportOptions } from '../../../operations/import/import-file.ts';
import type {
  ApplyResult,
  PlannedAction,
  PlannedContractRow,
  RecordStore,
  StoredContract,
  StoredPerson,
} from '../../../operations/import/plan.ts';
import type { ImportedFields } from '../../../schemas/contract.ts';
import type { ContractValues, TeamRow, TeamValues } from '../../../operations/import/rows/values.ts';
import { sampleTeam } from '../../../operations/import/sample.ts';

/** A store in memory that behaves as the real one must: upsert by key. */
export class MemoryStore<R extends { readonly imported?: ImportedFields }, V> implements RecordStore<
  V,
  PlannedAction<R, V>
> {
  readonly records = new Map<string, { readonly id: string; readonly values: V; readonly imported?: ImportedFields }>();
  readonly batches: number[] = [];
  /** Breaks before this call of `apply`, as a crash in the middle would. */
  breakAt = Number.POSITIVE_INFINITY;

  existing(keys: readonly string[]) {
    return Promise.resolve(
      new Map(
        keys.flatMap((key) => {
          const found = this.records.get(key);
          return found ? [[key, found] as const] : [];
        }),
      ),
    );
  }

  apply(batch: readonly PlannedAction<R, V>[]): Promise<readonly ApplyResult[]> {
    if (this.batches.length >= this.breakAt) return Promise.reject(new Error('broken in the middle'));
    this.batches.push(batch.length);
    for (const action of batch) {
      const { imported } = action.row;
      const values = action.action === 'same' ? this.records.get(action.key)?.values : action.values;
      if (values === undefined) continue;
      this.records.set(action.key, { id: `id-${action.key}`, values, ...(imported === undefined ? {} : { imported }) });
    }
    return Promise.resolve(batch.map(({ key }) => ({ key, ok: true })));
  }
}

export const contractStore = () => new MemoryStore<PlannedContractRow, ContractValues>();
export const teamStore = () => new MemoryStore<TeamRow & { readonly imported?: never }, TeamValues>();

export const TODAY = '2026-11-23' as CivilDate;
export const NOW = '2026-11-23T04:00:00.000Z' as Instant;

export const PEOPLE: readonly Person[] = [
  ...sampleTeam().map(({ email, name, roles, locale, zone }) => ({
    id: email.slice(0, email.indexOf('@')),
    email,
    name,
    roles,
    locale,
    zone,
    active: true,
  })),
  {
    id: 'gone',
    email: 'gone@example.com',
    name: '何离',
    roles: ['sales-rep'],
    locale: 'zh-CN',
    zone: 'Asia/Shanghai' as ZoneId,
    active: false,
  },
];

export function importOptions(over: Partial<ImportOptions> = {}): ImportOptions {
  return {
    store: contractStore(),
    people: PEOPLE,
    settings: { zone: 'Asia/Shanghai' as ZoneId, calendarId: 'cn', ownerId: 'li' },
    now: NOW,
    ...over,
  };
}

export type { StoredContract, StoredPerson };
