import type { LastCheck, Oversight } from '../../operations/oversight.ts';
import type { Run } from '../run.ts';

const SHOWN = 5;

export interface CheckLine {
  readonly name: 'watchdog' | 'reconciler';
  /** Null where the check has never run. */
  readonly check: LastCheck | null;
  readonly good: boolean;
  readonly text: string;
}

/** One line for each hourly check: when it ran last and what it found. */
export function checkLines({ t }: Run, oversight: Oversight): readonly CheckLine[] {
  return (['watchdog', 'reconciler'] as const).map((name) => {
    const check = oversight[name];
    const title = t(`cli:oversight.${name}`);
    if (check === null) return { name, check, good: true, text: t('cli:oversight.never', { check: title }) };
    const { ageMinutes: minutes, lookedAt: count, found, listed } = check;
    if (check.old) return { name, check, good: false, text: t('cli:oversight.old', { check: title, minutes }) };
    // Its first run comes with the worker, before there is anything to look at.
    if (count === 0 && found === 0)
      return { name, check, good: true, text: t('cli:oversight.empty', { check: title }) };
    if (found === 0)
      return { name, check, good: true, text: t('cli:oversight.good', { check: title, minutes, count }) };
    const ids = `${listed.slice(0, SHOWN).join(', ')}${found > SHOWN ? ' …' : ''}`;
    return { name, check, good: false, text: t('cli:oversight.found', { check: title, minutes, count, found, ids }) };
  });
}
