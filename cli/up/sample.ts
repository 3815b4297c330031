import type { OperationsContext } from '../../operations/context.ts';
import { sampleContractsFile, sampleTeamFile } from '../../operations/import/sample-files.ts';
import { takeOver } from '../../operations/take-over.ts';
import { Interrupted } from '../failure.ts';
import { progressBar } from '../output/progress.ts';
import type { Run } from '../run.ts';

const CONTRACTS = 60;

/** Asks on a terminal; without one nobody can answer, and an empty database is the safe choice. */
export async function wantsSample(run: Run, data: 'sample' | 'empty' | 'ask'): Promise<boolean> {
  if (data !== 'ask') return data === 'sample';
  if (!run.io.tty.in || !run.io.tty.out || run.options.json || run.options.quiet) return false;
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({
    message: run.t('cli:up.ask_sample', { count: CONTRACTS }),
    active: run.t('cli:yes'),
    inactive: run.t('cli:no'),
  });
  if (isCancel(answer)) throw new Interrupted();
  return answer;
}

/** A team and contracts that end around today, so that something happens at once. */
export async function loadSample(run: Run, context: OperationsContext): Promise<void> {
  const { io, options } = run;
  const silent = options.quiet || options.json;
  const common = { now: io.now(), locale: options.locale };
  const team = await sampleTeamFile(options.locale);
  await takeOver(context, { name: team.name, bytes: team.bytes }, common);
  const contracts = await sampleContractsFile({ today: run.today, count: CONTRACTS, locale: options.locale });
  const bar = progressBar(io, run.t('cli:up.sample'), CONTRACTS, { silent });
  const input = { name: contracts.name, bytes: contracts.bytes };
  const report = await takeOver(context, input, { ...common, onStarting: (done) => bar.update(done) });
  bar.stop();
  run.say(run.t('cli:up.sample_done', { count: report.started }));
}
