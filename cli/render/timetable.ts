import type { Told } from '../../api/client/caller.ts';
import type { previewPlaybook } from '../../api/contracts/playbooks.ts';
import type { Run } from '../run.ts';

export type Timetable = Told<typeof previewPlaybook>;

/** The timetable of a playbook, day by day. */
export function timetable(run: Run, { name, items }: Timetable): string {
  const { t, formats, style } = run;
  const table = run.table(
    [
      { title: t('cli:col.date') },
      { title: '' },
      { title: t('cli:col.stage'), flexible: true },
      { title: t('cli:col.what'), flexible: true, min: 20 },
      { title: t('cli:col.note'), flexible: true },
    ],
    items.map((item) => [
      { text: item.date, ...(item.kind === 'end' || item.kind === 'notice' ? { paint: style.bold } : {}) },
      formats.weekday(item.date),
      item.stageName ?? '',
      item.text,
      {
        text: [
          ...(item.note === null ? [] : [t.local(item.note)]),
          ...(item.when === null ? [] : [t('cli:timeline.when', { when: item.when })]),
          ...(item.provisional ? [t('cli:provisional')] : []),
        ].join(t('cli:list.semicolon')),
        paint: style.dim,
      },
    ]),
  );
  return `${style.bold(t.local(name))}\n\n${table}`;
}
