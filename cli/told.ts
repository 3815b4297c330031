import type { Done } from './act.ts';
import type { Run } from './run.ts';

/** What every fact that is told by hand answers. */
interface Told {
  readonly factId: string;
  readonly judged: boolean;
  readonly phase: string;
  readonly stage: string | null;
  readonly atRisk: boolean;
}

/** Says what came of a fact; where no worker has judged it yet, that is what follows. */
export function told(run: Run, answer: Told, done: Omit<Done, 'answer'>): Done {
  const { judged, atRisk } = answer;
  return {
    ...done,
    answer,
    follows: judged ? (done.follows ?? []) : [run.style.warn(run.t('cli:told.waiting'))],
    data: { judged, atRisk, ...done.data },
  };
}

/** The client may be lost since. */
export function riskLines(run: Run, { atRisk }: Pick<Told, 'atRisk'>): readonly string[] {
  return atRisk ? [run.style.bad(`▲ ${run.t('cli:told.at_risk')}`)] : [];
}
