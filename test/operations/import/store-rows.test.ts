import test from 'ava';
import type { ApplyResult, PlannedAction } from '../../../operations/import/plan.ts';
import { storeBatches } from '../../../operations/import/store-rows.ts';
import type { StoredRows, StoreSteps } from '../../../operations/import/store-rows.ts';

type Row = { readonly row: number };
type Action = PlannedAction<Row, string>;

/** A store whose writes end when the test says so. */
class SlowStore {
  /** What happened, in order: `plan 1`, `write 1`, `end 1`; a batch is called by its first row. */
  readonly log: string[] = [];
  readonly stored: StoredRows = { counts: { new: 0, changed: 0, same: 0 }, changes: [] };
  readonly #known: ReadonlySet<number>;
  readonly #open: { readonly batch: number; readonly end: (error?: Error) => void }[] = [];
  readonly #waiting: { readonly count: number; readonly go: () => void }[] = [];

  constructor(known: readonly number[] = []) {
    this.#known = new Set(known);
  }

  get writing(): readonly number[] {
    return this.#open.map((one) => one.batch);
  }

  /** Runs the batches `[1], [2], … [count]`. */
  run(count: number, atOnce: number): Promise<void> {
    const steps: StoreSteps<Row, Action> = {
      keyOf: ({ row }) => String(row),
      plan: (rows) => Promise.resolve(this.#plan(rows)),
      apply: (actions) => this.#apply(actions),
      writes: true,
      place: (row) => ({ row }),
      onProblem: () => undefined,
      onStored: () => undefined,
    };
    const batches = async function* () {
      for (let row = 1; row <= count; row += 1) yield await Promise.resolve([{ row }]);
    };
    return storeBatches(batches(), steps, this.stored, atOnce);
  }

  /** Until so many writes are on their way. */
  async writes(count: number): Promise<void> {
    if (this.#open.length >= count) return;
    await new Promise<void>((go) => this.#waiting.push({ count, go }));
  }

  end(batch: number, error?: Error): void {
    const at = this.#open.findIndex((one) => one.batch === batch);
    const [found] = this.#open.splice(at, 1);
    this.log.push(`end ${batch}`);
    found?.end(error);
  }

  #plan(rows: readonly Row[]): readonly Action[] {
    this.log.push(`plan ${rows[0]?.row ?? 0}`);
    return rows.map((row): Action => {
      const key = String(row.row);
      if (!this.#known.has(row.row)) return { action: 'new', key, row, values: key };
      return { action: 'changed', key, row, id: key, values: key, changes: [] };
    });
  }

  #apply(actions: readonly Action[]): Promise<readonly ApplyResult[]> {
    const batch = actions[0]?.row.row ?? 0;
    this.log.push(`write ${batch}`);
    return new Promise((resolve, reject) => {
      const end = (error?: Error) => {
        if (error !== undefined) reject(error);
        else resolve(actions.map(({ key }) => ({ key, ok: true })));
      };
      this.#open.push({ batch, end });
      for (const { count, go } of this.#waiting) if (this.#open.length >= count) go();
    });
  }
}

/** Lets everything that does not wait for a write come to rest. */
const rest = () => new Promise((resolve) => setImmediate(resolve));

test('batches of new records are written side by side, never more than allowed', async (t) => {
  const store = new SlowStore();
  const done = store.run(5, 3);
  await store.writes(3);
  await rest();
  t.deepEqual(store.writing, [1, 2, 3]);
  store.end(2);
  await store.writes(3);
  await rest();
  t.deepEqual(store.writing, [1, 3, 4]);
  for (const batch of [4, 3]) store.end(batch);
  await store.writes(2);
  for (const batch of [5, 1]) store.end(batch);
  await done;
  t.is(store.stored.counts.new, 5);
});

test('a batch with a known record is compared when nothing is being written, and written alone', async (t) => {
  const store = new SlowStore([3]);
  const done = store.run(4, 3);
  await store.writes(2);
  await rest();
  t.deepEqual(store.writing, [1, 2]);
  store.end(1);
  await rest();
  t.deepEqual(store.writing, [2]);
  store.end(2);
  await store.writes(1);
  await rest();
  t.deepEqual(store.writing, [3]);
  store.end(3);
  await store.writes(1);
  store.end(4);
  await done;
  t.deepEqual(store.log.slice(store.log.indexOf('end 2')), [
    'end 2',
    'plan 3',
    'write 3',
    'end 3',
    'plan 4',
    'write 4',
    'end 4',
  ]);
});

test('with one at a time each batch is compared after the one before it is stored', async (t) => {
  const store = new SlowStore();
  const done = store.run(2, 1);
  await store.writes(1);
  await rest();
  store.end(1);
  await store.writes(1);
  store.end(2);
  await done;
  t.deepEqual(store.log, ['plan 1', 'write 1', 'end 1', 'plan 2', 'write 2', 'end 2']);
});

test('after a failure no batch begins, and those on their way have landed when it is told', async (t) => {
  const store = new SlowStore();
  const done = store.run(9, 3);
  await store.writes(3);
  await rest();
  let told = false;
  const failed = t.throwsAsync(done, { message: 'the database is away' }).finally(() => {
    told = true;
  });
  store.end(2, new Error('the database is away'));
  await rest();
  t.deepEqual(store.writing, [1, 3]);
  t.false(told);
  store.end(1);
  store.end(3);
  await failed;
  t.false(store.log.includes('write 4'));
  t.is(store.stored.counts.new, 2);
});
