import { problem } from '../../domain/errors/index.ts';
import type { Place, Problem } from '../../domain/errors/index.ts';
import type { ApplyResult, FieldChange, PlannedAction } from './plan.ts';

/** One record that an import changes, for the preview. */
export interface ChangePreview {
  readonly row: number;
  readonly key: string;
  readonly changes: readonly FieldChange[];
}

type Row = { readonly row: number };

export interface StoreSteps<R extends Row, A> {
  readonly keyOf: (row: R) => string;
  /** Compares rows with what is stored now. */
  readonly plan: (rows: readonly R[]) => Promise<readonly A[]>;
  readonly apply: (actions: readonly A[]) => Promise<readonly ApplyResult[]>;
  /** False where nothing is to be stored: a dry run, or a wrong row in mode `all`. */
  readonly writes: boolean;
  readonly place: (row: number) => Place;
  readonly onProblem: (problem: Problem, row: number) => void;
  /** Told of each batch that is done with. */
  readonly onStored: (rows: number) => void;
}

export interface StoredRows {
  readonly counts: Record<'new' | 'changed' | 'same', number>;
  readonly changes: ChangePreview[];
}

const PREVIEW = 1000;
/** So often a row is compared and stored again when a rival was faster. */
const ATTEMPTS = 3;

/**
 * Plans and stores rows batch by batch and adds to `stored` what became of each.
 *
 * While one batch is being written the next one is read and compared, but only as long as all of them hold
 * nothing but new records: what a row of a known record is compared with must not be in the middle of a write,
 * nor may it depend on how fast one is. After a failure no further batch begins.
 * @param atOnce how many batches may be on their way; 1 where the records of a batch refer to those before it
 */
export async function storeBatches<R extends Row, P extends Row, V>(
  batches: AsyncIterable<readonly R[]>,
  steps: StoreSteps<R, PlannedAction<P, V>>,
  stored: StoredRows,
  atOnce: number,
): Promise<void> {
  const flight = new Flight();
  try {
    for await (const batch of batches) {
      let actions = await steps.plan(batch);
      const known = actions.some((one) => one.action !== 'new');
      if (known && flight.size > 0) {
        await flight.landed(0);
        actions = await steps.plan(batch);
      }
      flight.add(storeRows(batch, actions, steps, stored));
      await flight.landed(known ? 0 : atOnce - 1);
    }
  } finally {
    // Also on a failure nothing may still be writing when the caller goes on.
    await flight.landed(0);
  }
  stored.changes.sort((a, b) => a.row - b.row);
}

/** Batches on their way. */
class Flight {
  readonly #batches = new Set<Promise<void>>();
  #failed: { readonly error: unknown } | undefined;

  get size(): number {
    return this.#batches.size;
  }

  add(work: Promise<void>): void {
    const batch: Promise<void> = work
      .catch((error: unknown) => {
        this.#failed ??= { error };
      })
      .finally(() => this.#batches.delete(batch));
    this.#batches.add(batch);
  }

  /** Waits until no more than `most` are on their way; all of them, then throws, where one has failed. */
  async landed(most: number): Promise<void> {
    while (this.#batches.size > (this.#failed === undefined ? most : 0)) await Promise.race(this.#batches);
    if (this.#failed !== undefined) throw this.#failed.error;
  }
}

async function storeRows<R extends Row, P extends Row, V>(
  batch: readonly R[],
  planned: readonly PlannedAction<P, V>[],
  steps: StoreSteps<R, PlannedAction<P, V>>,
  stored: StoredRows,
): Promise<void> {
  let rows = batch;
  let actions = planned;
  for (let attempt = 1; ; attempt += 1) {
    const write = steps.writes ? actions.filter((one) => one.action !== 'same' || one.noted === true) : [];
    const results = new Map((write.length === 0 ? [] : await steps.apply(write)).map((one) => [one.key, one]));
    const again = new Set<string>();
    for (const action of actions) {
      const result = results.get(action.key);
      if (result === undefined || result.ok) settle(action, steps, stored);
      else if (result.stale === true && attempt < ATTEMPTS) again.add(action.key);
      else {
        const { code, params } = result.problem;
        steps.onProblem(problem(code, params, steps.place(action.row.row)), action.row.row);
      }
    }
    if (again.size === 0) break;
    rows = rows.filter((row) => again.has(steps.keyOf(row)));
    actions = await steps.plan(rows);
  }
  steps.onStored(batch.length);
}

function settle<P extends Row, V>(
  action: PlannedAction<P, V>,
  steps: Pick<StoreSteps<Row, unknown>, 'place' | 'onProblem'>,
  { counts, changes }: StoredRows,
): void {
  const { row } = action.row;
  counts[action.action] += 1;
  for (const one of action.warnings ?? []) steps.onProblem({ ...one, place: steps.place(row) }, row);
  if (action.action === 'changed' && changes.length < PREVIEW) {
    changes.push({ row, key: action.key, changes: action.changes });
  }
}
