import type { Instant } from '../../domain/time/types.ts';
import type { Teller } from '../../i18n/story.ts';
import { namesFrom } from '../names.ts';
import { statusCell } from '../output/status.ts';
import { boxedWidth, boxFits } from '../output/table.ts';
import type { Cell, Column } from '../output/table.ts';
import { textWidth, wrap } from '../output/width.ts';
import type { Run } from '../run.ts';
import type { ProcessRow, RenewalPage } from '../seen.ts';
import { fieldLines, section } from './fields.ts';
import { moneySections } from './renewal-money.ts';
import { storyLines } from './story.ts';
import { termLines } from './terms.ts';

const SHOWN = 6;

/** Mails to colleagues repeat what the tasks say already. */
function isForStory(entry: RenewalPage['history'][number]): boolean {
  return !(entry.name.startsWith('mail ') && entry.detail['audience'] === 'team');
}

/** The page of one renewal: every section of the process table that has something to say. */
export function renderRenewal(run: Run, page: RenewalPage): string {
  const teller = run.teller(namesFrom(run, { ...page, rows: page.renewal.rows }));
  const parts = [
    header(run, page, teller),
    processTable(run, page, teller),
    nextStep(run, page, teller),
    ...moneySections(run, page, teller),
    savePlan(run, page, teller),
    tasks(run, page, teller),
    communications(run, page, teller),
    section(run, run.t('cli:show.history'), storyLines(run, teller, page.history.filter(isForStory).slice(-SHOWN))),
    page.contract.remarks === null ? '' : section(run, run.t('cli:show.remarks'), wrapped(run, page.contract.remarks)),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function wrapped(run: Run, text: string): readonly string[] {
  return wrap(text, run.width - 2);
}

function header(run: Run, page: RenewalPage, teller: Teller): string {
  const { t, style, formats } = run;
  const { renewal, contract, client } = page;
  const title = `${style.bold(renewal.clientName)}  ${style.accent(renewal.contractNumber)}  ${style.dim(contract.product)}`;
  const state = [
    phaseWords(run, page),
    ...(renewal.atRisk ? [style.bad(`▲ ${t('words:side.at risk')}`)] : []),
    ...(renewal.paused ? [style.warn(`‖ ${t('words:side.paused')}`)] : []),
    ...(renewal.stalled ? [style.warn(`◆ ${t('words:side.stalled')}`)] : []),
  ];
  const end = renewal.endDate;
  const fields: readonly (readonly [string, string])[] = [
    [t('cli:field.state'), state.join('  ')],
    [
      t('cli:field.end'),
      end === null ? style.bad(t('cli:missing')) : `${formats.date(end)}  ${style.dim(formats.away(end, run.today))}`,
    ],
    ...(renewal.noticeDate === null
      ? []
      : [
          [
            t('cli:field.notice'),
            `${formats.date(renewal.noticeDate)}  ${style.dim(formats.away(renewal.noticeDate, run.today))}`,
          ] as const,
        ]),
    [
      t('cli:field.amount'),
      t('cli:show.amounts', { current: formats.money(renewal.amount), target: formats.money(renewal.target) }),
    ],
    [
      t('cli:field.terms'),
      [
        t('cli:show.term', { count: contract.termMonths }),
        t('cli:show.paid', { days: t('cli:lasting.days', { count: contract.paymentDays }) }),
        ...(contract.autoRenew ? [t('cli:show.auto')] : []),
      ].join(t('cli:list.clause')),
    ],
    [t('cli:field.client'), t('cli:show.client', { tier: renewal.tier, owner: teller.person(renewal.ownerId) })],
    ...client.contacts.slice(0, 4).map((contact, i) => {
      const roles = contact.roles.map((role) => teller.role(role)).join(t('cli:list.comma'));
      const no = contact.suppressed ? style.warn(` ${t('cli:show.suppressed')}`) : '';
      return [
        i === 0 ? t('cli:field.contacts') : '',
        `${contact.name} ${style.dim(`<${contact.email}> ${roles}`)}${no}`,
      ] as const;
    }),
    ...(renewal.playbook === null ? [] : [[t('cli:field.playbook'), playbookWords(run, page)] as const]),
  ];
  const terms = termLines(run, renewal).map((line) => style.dim(line));
  return [title, style.dim(renewal.id), ...terms, '', ...fieldLines(run, fields)].join('\n');
}

function playbookWords(run: Run, page: RenewalPage): string {
  const pinned = page.renewal.playbook;
  if (pinned === null) return '';
  const name = page.words.playbook === null ? pinned.id : run.t.local(page.words.playbook.name);
  return `${name} ${run.style.dim(`${pinned.id} v${pinned.version}`)}`;
}

function phaseWords(run: Run, page: RenewalPage): string {
  const { t, style, formats } = run;
  const { renewal } = page;
  const word = t.code('words', `phase.${renewal.phase}`);
  switch (renewal.phase) {
    case 'closed': {
      const outcome = renewal.outcome === null ? word : t.code('words', `outcome.${renewal.outcome}`);
      const good = renewal.outcome !== 'lost' && renewal.outcome !== 'lapsed';
      const { closed } = renewal;
      const when = closed === null ? '' : style.dim(` ${formats.date(formats.day(closed.at))}`);
      return (good ? style.good(`● ${outcome}`) : style.bad(`✗ ${outcome}`)) + when;
    }
    case 'scheduled':
      return `○ ${renewal.opensOn === null ? word : t('cli:show.opens', { date: formats.date(renewal.opensOn), away: formats.away(renewal.opensOn, run.today) })}`;
    case 'data-needed':
      return style.bad(`! ${word}`);
    case 'open':
      return style.accent(`◐ ${word}`);
    default: {
      const never: never = renewal.phase;
      throw new Error(`unknown phase ${String(never)}`);
    }
  }
}

function processTable(run: Run, page: RenewalPage, teller: Teller): string {
  const { t, style } = run;
  const { rows } = page.renewal;
  if (rows.length === 0) return '';
  const layout = (dates: 'apart' | 'together', roleOnItsOwnLine: boolean): Layout => {
    const day = (value: string, real: boolean) => ({ text: value, paint: real ? undefined : style.dim });
    const together = dates === 'together';
    return {
      columns: [
        { title: t('cli:col.stage'), flexible: true, min: 10 },
        { title: t('cli:col.owner'), flexible: true, min: 8 },
        ...(together ? [{ title: t('cli:col.dates') }] : [{ title: t('cli:col.start') }, { title: t('cli:col.end') }]),
        { title: t('cli:col.status'), flexible: true, min: 10 },
        { title: t('cli:col.note'), flexible: true, min: 10 },
      ],
      cells: rows.map((row) => {
        const ended = row.status === 'done' || row.status === 'skipped';
        return [
          t.local(row.name),
          ownerWords(run, row, teller, roleOnItsOwnLine),
          ...(together ? [day(`${row.start}\n${row.end}`, ended)] : [day(row.start, row.begun), day(row.end, ended)]),
          statusCell(row.status, t, style),
          { text: noteWords(run, row, teller), paint: style.dim },
        ];
      }),
    };
  };
  // A role that would be broken in its middle stands on a line of its own, and so does the end where it is narrow.
  const wide = layout('apart', false);
  const narrow = layout('apart', true);
  const chosen =
    boxedWidth(wide.columns, wide.cells) <= run.width
      ? wide
      : boxFits(narrow.columns, narrow.cells, run.width)
        ? narrow
        : layout('together', true);
  const table = run.table(chosen.columns, chosen.cells, true);
  const ids = rows.map(({ stage }) => stage).join(t('cli:list.comma'));
  return `${table}\n${style.dim(t('cli:show.step_ids', { ids }))}`;
}

interface Layout {
  readonly columns: readonly Column[];
  readonly cells: readonly (readonly (Cell | string)[])[];
}

function noteWords({ t }: Run, row: ProcessRow, teller: Teller): string {
  const note = row.coded === null ? '' : teller.note(row.coded.code, row.coded.params);
  return [note, ...(row.provisional ? [t('cli:provisional')] : [])]
    .filter((part) => part !== '')
    .join(t('cli:list.semicolon'));
}

function ownerWords(run: Run, row: ProcessRow, teller: Teller, apart: boolean): string {
  const role = teller.role(row.ownerRole);
  if (row.ownerId === null) return role;
  const name = teller.person(row.ownerId);
  if (apart) return `${name}\n${role}`;
  return run.options.locale === 'zh-CN' ? `${name}（${role}）` : `${name} (${role})`;
}

function nextStep(run: Run, page: RenewalPage, teller: Teller): string {
  const { t, style, formats } = run;
  const { next, stalled } = page.renewal;
  const lines: string[] = [];
  if (stalled !== null) {
    const since = formats.lasting(stalled.since, run.io.now());
    const text = t('cli:show.stalled', {
      stage: teller.stage(stalled.stage),
      age: since,
      blocker: teller.word('blocker', stalled.blocker),
    });
    lines.push(style.warn(`◆ ${text}`));
  }
  if (next !== null) {
    const away = formats.away(formats.day(next.at), run.today);
    lines.push(
      `${teller.note(`next.${next.what}`, next.params)} — ${formats.moment(next.at)} ${style.dim(`· ${away}`)}`,
    );
    // That nothing is due before it is what "next" means.
    if (next.why.rule !== 'next.look') lines.push(style.dim(t('cli:show.why', { why: teller.why(next.why) })));
  }
  return section(run, t('cli:show.next'), lines);
}

function savePlan(run: Run, page: RenewalPage, teller: Teller): string {
  const { t, style, formats } = run;
  const plan = page.renewal.savePlan;
  if (plan === null) return '';
  const state =
    plan.status === 'open'
      ? style.warn(t('cli:show.plan_open', { date: formats.date(formats.day(plan.openedAt)) }))
      : teller.word('save', plan.outcome ?? 'not needed');
  const held = page.renewal.holdsOutreach && plan.status === 'open' ? [style.dim(t('cli:show.held'))] : [];
  return section(run, t('cli:show.plan'), [`${teller.word('cause', plan.cause)}${t('cli:colon')}${state}`, ...held]);
}

function tasks(run: Run, page: RenewalPage, teller: Teller): string {
  const { t, style, formats } = run;
  const lines = page.tasks.slice(0, SHOWN).map((task) => {
    const late = task.dueAt < run.io.now();
    const due = formats.stamp(task.dueAt);
    const { title } = task;
    const id = style.dim(`[${taskStep(task)}]`);
    return `${late ? style.bad(`▲ ${due}`) : `○ ${due}`}  ${title}  ${style.dim(teller.assignee(task.assignee))}  ${id}`;
  });
  const more = page.tasks.length - SHOWN;
  return section(run, t('cli:show.tasks'), more > 0 ? [...lines, style.dim(t('cli:more', { count: more }))] : lines);
}

/** What `step complete` takes for a task: the id of its step, or the kind of one that the engine made. */
export function taskStep({ kind, step }: { readonly kind: string; readonly step: string | null }): string {
  return ['step', 'meeting', 'save action'].includes(kind) && step !== null ? step : kind.replaceAll(' ', '-');
}

function communications(run: Run, page: RenewalPage, teller: Teller): string {
  const { t, style, formats } = run;
  const said = page.communications.map((entry): [Instant, string] => {
    const who =
      entry.by.kind === 'client'
        ? entry.contactId === null
          ? t('words:actor.client')
          : teller.person(entry.contactId)
        : teller.actor(entry.by);
    const missed = entry.reached ? '' : ` ${style.warn(t('cli:show.no_answer'))}`;
    const more = [
      ...(entry.promise ? [t('cli:show.promise', { text: entry.promise })] : []),
      ...(entry.nextStep ? [t('cli:show.next_step', { text: entry.nextStep })] : []),
    ];
    const tail = more.length === 0 ? '' : style.dim(` (${more.join(t('cli:list.semicolon'))})`);
    return [
      entry.at,
      `${teller.word('channel', entry.channel)} · ${who}${missed}${t('cli:colon')}${entry.note ?? '–'}${tail}`,
    ];
  });
  const mailed = page.sends
    .filter((send) => send.audience === 'client' && send.state !== 'superseded')
    .map((send): [Instant, string] => {
      const to =
        send.recipient.kind === 'contact'
          ? teller.person(send.recipient.contactId)
          : teller.person(send.recipient.personId);
      const state = teller.word('send', send.state);
      const painted = send.state === 'unknown' || send.state === 'refused' ? style.bad(state) : style.dim(state);
      return [
        send.settledAt ?? send.dueAt,
        `${t('words:channel.mail')} · “${teller.word('template', send.template)}” → ${to} ${painted}`,
      ];
    });
  const all = [...said, ...mailed].sort(([a], [b]) => (a < b ? 1 : -1));
  return section(
    run,
    t('cli:show.log'),
    all.slice(0, SHOWN).flatMap(([at, text]) => noteLines(run, `${style.dim(formats.stamp(at))}  `, text)),
  );
}

const NOTE_LINES = 4;

/** A long remark takes a few lines, under its own beginning; the history has all of it. */
function noteLines(run: Run, head: string, text: string): readonly string[] {
  const indent = textWidth(head);
  const lines = wrap(text, Math.max(24, run.width - indent - 2));
  const [first = '', ...rest] = lines.slice(0, NOTE_LINES);
  const shown = [head + first, ...rest.map((line) => ' '.repeat(indent) + line)];
  return lines.length <= NOTE_LINES ? shown : [...shown.slice(0, -1), `${shown.at(-1) ?? ''} …`];
}
