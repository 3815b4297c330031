import type { Services } from '../../embedded/index.ts';
import type { Overview } from '../../operations/watch.ts';
import { namesFrom } from '../names.ts';
import { countLines } from '../render/counts.ts';
import type { Run } from '../run.ts';

export interface FrameData {
  readonly seen: Overview;
  readonly story: readonly string[];
  readonly services: Services;
  readonly api: string;
  readonly mails: number;
  readonly notices: readonly string[];
}

const SHOWN = 5;

/** The lines of the live view. */
export function frame(run: Run, data: FrameData): readonly string[] {
  const { t, style, formats } = run;
  const { seen, services } = data;
  const head = `${style.bold('Perennial')}  ${style.dim(formats.moment(seen.at))}`;
  const ui = services.temporal.uiUrl;
  const where = [
    `API ${style.accent(data.api)}`,
    ...(ui === undefined ? [] : [`Temporal ${style.accent(ui)}`]),
    services.mail.caught
      ? t('cli:up.inbox', { count: data.mails, address: services.mail.smtpUrl })
      : style.warn(t('cli:status.mail_real')),
  ];
  return [
    head,
    ...where.map((line) => style.dim('  ') + line),
    ...data.notices.map((notice) => style.bad(`  ! ${notice}`)),
    ...block(run, t('cli:status.renewals'), countLines(run, seen)),
    ...block(run, t('cli:up.stalled'), stalled(run, seen)),
    ...block(run, t('cli:status.wakes'), wakes(run, seen)),
    ...block(run, t('cli:up.happened'), data.story.slice(0, SHOWN + 3)),
    '',
    style.bold(t('cli:up.second')),
    `  ${style.accent('npx perennial renewals')}   ${t('cli:up.hint_renewals')}`,
    `  ${style.accent('npx perennial tasks')}      ${t('cli:up.hint_tasks')}`,
    `  ${style.accent('npx perennial inbox')}      ${t('cli:up.hint_inbox')}`,
    style.dim(t('cli:up.quit')),
  ];
}

function block(run: Run, title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', run.style.bold(title), ...lines.map((line) => `  ${line}`)];
}

function stalled(run: Run, seen: Overview): readonly string[] {
  const { style, formats } = run;
  return seen.stalled.slice(0, SHOWN).map((row) => {
    const teller = run.teller(namesFrom(run, { rows: row.view.rows }));
    const since = row.view.stalled?.since ?? row.stalledSince;
    const age = since === null ? '' : formats.lasting(since, seen.at);
    const stage = row.stage === null ? '' : teller.stage(row.stage);
    const blocker = teller.word('blocker', row.view.stalled?.blocker ?? '');
    return `${style.warn(`◆ ${age}`)}  ${style.accent(row.contractNumber)} ${row.clientName}  ${stage} → ${blocker}  ${formats.money(row.target)}`;
  });
}

function wakes(run: Run, seen: Overview): readonly string[] {
  const { style, formats } = run;
  const teller = run.teller();
  return seen.nextWakes.slice(0, SHOWN).map((row) => {
    const { next } = row.view;
    const what = next === null ? '' : teller.note(`next.${next.what}`, next.params);
    const at = next?.at ?? row.wakeAt;
    return `${style.dim(at === null ? '' : formats.stamp(at))}  ${style.accent(row.contractNumber)} ${row.clientName}  ${what}`;
  });
}
