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
}

export interface StoredRows {
  readonly counts: Record<'new' | 'changed' | 'same', number>;
  readonly changes: ChangePreview[];
}

const PREVIEW = 1000;
/** So often a row is compared and stored again when a rival was faster. */
const ATTEMPTS = 3;

/** Plans and stores one batch of rows and adds to `stored` what became of each. */
export async function storeRows<R extends Row, P extends Row, V>(
  batch: readonly R[],
  steps: StoreSteps<R, PlannedAction<P, V>>,
  stored: StoredRows,
): Promise<void> {
  let rows = batch;
  for (let attempt = 1; rows.length > 0; attempt += 1) {
    const actions = await steps.plan(rows);
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
    rows = rows.filter((row) => again.has(steps.keyOf(row)));
  }
}

function settle<P extends Row, V>(
  action: PlannedAction<P, V>,
  steps: Pick<StoreSteps<Row, unknown>, 'place' | 'onProblem'>,
  { counts, changes }: StoredRows,
): void {
  const { row } = action.row;
  counts[action.action] += 1;
  if (action.action === 'new') return;
  for (const one of action.warnings ?? []) steps.onProblem({ ...one, place: steps.place(row) }, row);
  if (action.action === 'changed' && changes.length < PREVIEW) {
    changes.push({ row, key: action.key, changes: action.changes });
  }
}
