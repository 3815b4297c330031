import type { OperationsContext } from '../operations/context.ts';
import { termsNotClosed } from '../operations/find.ts';
import { progressBar } from './output/progress.ts';
import type { Run } from './run.ts';

/** Lets every renewal that is not closed look at the world again, after something it rests on has changed. */
export async function wakeAll(run: Run, context: OperationsContext, what: string): Promise<number> {
  const { pokeRenewals } = await import('../operations/start-renewals.ts');
  const open = await termsNotClosed(context.db);
  if (open.length === 0) return 0;
  const bar = progressBar(run.io, run.t('cli:wake'), open.length, { silent: run.options.quiet || run.options.json });
  const woken = await pokeRenewals(context, open, what, run.io.now(), (done) => bar.update(done));
  bar.stop();
  return woken;
}
