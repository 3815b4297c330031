import { fit, textWidth } from '../output/width.ts';
import type { Run } from '../run.ts';
import type { Overview } from '../seen.ts';

/** Counts of an overview: of one reader, or of the live view. */
type Counted = Readonly<Record<string, number>>;
interface Seen extends Pick<Overview, 'openTasks' | 'waitingApprovals'> {
  readonly counts: Omit<Overview['counts'], 'phases' | 'stages'> & {
    readonly phases: Counted;
    readonly stages: Counted;
  };
  readonly sends: Readonly<Partial<Record<string, number>>>;
}

const BAR = 24;

/** The order of the process; stages of other playbooks come after. */
const ORDER = ['contact', 'quote', 'review', 'confirmation', 'payment'];

function place(stage: string): number {
  const at = ORDER.indexOf(stage);
  return at < 0 ? ORDER.length : at;
}

/** Renewals by stage as bars, and what needs somebody. */
export function countLines(run: Run, seen: Seen): readonly string[] {
  const { t, style } = run;
  const { phases, stages } = seen.counts;
  const teller = run.teller();
  const rows: readonly (readonly [string, number])[] = [
    ...(['data-needed', 'scheduled'] as const).map(
      (phase) => [t.code('words', `phase.${phase}`), phases[phase] ?? 0] as const,
    ),
    ...Object.entries(stages)
      .sort(([a], [b]) => place(a) - place(b))
      .map(([stage, count]) => [teller.stage(stage), count] as const),
    [t('words:phase.closed'), phases['closed'] ?? 0] as const,
  ].filter(([, count]) => count > 0);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  const label = Math.max(8, ...rows.map(([name]) => textWidth(name)));
  const bars = rows.map(([name, count]) => {
    const filled = Math.max(1, Math.round((count / most) * BAR));
    return `${fit(name, label)} ${style.accent('█'.repeat(filled))}${style.dim('░'.repeat(BAR - filled))} ${count}`;
  });
  const unknown = seen.sends['unknown'] ?? 0;
  const closed = phases['closed'] ?? 0;
  const notes = [
    t('cli:count.total', { count: seen.counts.total }),
    ...(closed > 0 && closed < seen.counts.total ? [t('cli:count.open', { count: seen.counts.total - closed })] : []),
    ...(seen.counts.atRisk > 0 ? [style.bad(`▲ ${t('words:side.at risk')} ${seen.counts.atRisk}`)] : []),
    ...(seen.counts.stalled > 0 ? [style.warn(`◆ ${t('words:side.stalled')} ${seen.counts.stalled}`)] : []),
    ...(seen.counts.paused > 0 ? [`‖ ${t('words:side.paused')} ${seen.counts.paused}`] : []),
    t('cli:count.tasks', { count: seen.openTasks }),
    t('cli:count.approvals', { count: seen.waitingApprovals }),
    t('cli:count.sent', { count: seen.sends['sent'] ?? 0 }),
    ...(unknown > 0 ? [style.bad(t('cli:count.unknown', { count: unknown }))] : []),
  ];
  return [...bars, notes.join(style.dim(' · '))];
}
