import { ERROR_NAMES } from '../domain/errors/names.ts';
import { ALLOWED } from '../domain/renewal/command-checks.ts';
import { SAVE_OUTCOMES } from '../domain/renewal/facts.ts';
import type { CommandKind } from '../domain/renewal/facts.ts';
import { OUTCOMES, PHASES } from '../domain/renewal/state.ts';
import { ROW_STATUSES } from '../domain/renewal/view.ts';
import { translator } from '../i18n/index.ts';
import { SEND_MOVES, SEND_STATES } from '../schemas/send.ts';
import { bothLanguages, stateDiagram, table } from './markdown.ts';
import type { Arrow } from './markdown.ts';
import {
  IN_WORK,
  PHASE_MOVES,
  REQUEST_MOVES,
  REQUEST_WHEN,
  SEND_WHEN,
  STATUS_WHEN,
  TASK_WHEN,
} from './state-tables.ts';

const en = translator('en');
const zh = translator('zh-CN');

/** The states of everything that has states, and the legal moves between them. */
export function statesPage(): string {
  return [
    '# States · 状态',
    '<!-- Generated from the code by `npm run docs:generate`. -->',
    ...phases(),
    ...commands(),
    ...stages(),
    ...approvals(),
    ...sends(),
    ...tasks(),
    '',
  ].join('\n\n');
}

function phases(): readonly string[] {
  const arrows: readonly Arrow[] = [
    { from: '[*]', to: 'scheduled' },
    ...PHASE_MOVES.map(({ from, to }) => ({ from, to })),
    { from: 'closed', to: '[*]' },
  ];
  return [
    '## Phases of a renewal · 续费阶段',
    'One workflow for each contract term, from the moment the term is known. At risk and paused are laid over the phase. `domain/renewal/state.ts`',
    stateDiagram(PHASES, arrows),
    table(
      ['from · 从', 'to · 到', 'when · 何时'],
      PHASE_MOVES.map(({ from, to, when }) => [named('phase', from), named('phase', to), bothLanguages(when)]),
    ),
    'Outcomes of a closed renewal · 续费结果:',
    list(OUTCOMES.map((outcome) => named('outcome', outcome))),
    'Outcomes of a save plan · 挽留结果:',
    list(SAVE_OUTCOMES.map((outcome) => named('save', outcome))),
  ];
}

function commands(): readonly string[] {
  const kinds = Object.keys(ALLOWED) as CommandKind[];
  return [
    '## Which command is taken in which phase · 各阶段可用的命令',
    'A command in another phase is refused with `command.wrong_state`, which names the phases that allow it. `ALLOWED` in `domain/renewal/command-checks.ts`',
    table(
      ['command · 命令', ...PHASES.map((phase) => named('phase', phase))],
      kinds.map((kind) => [commandName(kind), ...PHASES.map((phase) => (ALLOWED[kind].includes(phase) ? '✓' : '–'))]),
    ),
  ];
}

function commandName(kind: CommandKind): string {
  const name = ERROR_NAMES[`command.${kind}`];
  return name === undefined ? kind : bothLanguages(name);
}

function stages(): readonly string[] {
  const work = 'in work';
  const inner = IN_WORK.map((status) => `    state "${status}" as ${status.replaceAll(' ', '_')}`);
  const diagram = [
    '```mermaid',
    'stateDiagram-v2',
    '  state "not started" as not_started',
    `  state "${work}" as in_work {`,
    '    direction LR',
    ...inner,
    '  }',
    '  [*] --> not_started',
    '  not_started --> in_work: the stage before has ended',
    '  in_work --> done',
    '  in_work --> skipped',
    '  done --> in_work: begun again',
    '  skipped --> in_work: begun again',
    '  done --> not_started: a stage before it is begun again',
    '  skipped --> not_started: a stage before it is begun again',
    '```',
  ].join('\n');
  return [
    '## Status of a stage · 环节状态',
    'Never stored: worked out from the facts with each decision, so it can’t be wrong for long. At most one stage is in work. `domain/renewal/build-view.ts`',
    diagram,
    table(
      ['status · 状态', 'when · 何时'],
      ROW_STATUSES.map((status) => [named('status', status), bothLanguages(STATUS_WHEN[status])]),
    ),
  ];
}

function approvals(): readonly string[] {
  const ended = REQUEST_MOVES.map(({ to }) => to).filter((to) => !REQUEST_MOVES.some(({ from }) => from === to));
  const arrows: readonly Arrow[] = [
    { from: '[*]', to: 'waiting' },
    ...REQUEST_MOVES,
    ...ended.map((from) => ({ from, to: '[*]' })),
  ];
  return [
    '## Approval of a quote · 报价审批',
    'One request for each rule of the ladder that the quote meets. `domain/renewal/approval.ts`',
    stateDiagram(Object.keys(REQUEST_WHEN), arrows),
    table(
      ['status · 状态', 'when · 何时'],
      Object.entries(REQUEST_WHEN).map(([status, when]) => [named('state', status), bothLanguages(when)]),
    ),
  ];
}

function sends(): readonly string[] {
  const arrows = SEND_STATES.flatMap((from) => SEND_MOVES[from].map((to) => ({ from, to })));
  const last = SEND_STATES.filter((state) => SEND_MOVES[state].length === 0);
  return [
    '## A mail in the send ledger · 发送台账中的邮件',
    'The engine leaves `planned`, `claimed` and `deferred` by itself; `unknown` is left by a person, or by a late answer of the mail server. `schemas/send.ts`, `activities/outreach/ledger.ts`',
    stateDiagram(SEND_STATES, [
      { from: '[*]', to: 'planned' },
      ...arrows,
      ...last.map((from) => ({ from, to: '[*]' })),
    ]),
    table(
      ['state · 状态', 'shown as · 显示为', 'when · 何时'],
      SEND_STATES.map((state) => [`\`${state}\``, label('send', state), bothLanguages(SEND_WHEN[state])]),
    ),
  ];
}

function tasks(): readonly string[] {
  const ends = Object.keys(TASK_WHEN).filter((state) => state !== 'open');
  const arrows = [{ from: '[*]', to: 'open' }, ...ends.flatMap((to) => [{ from: 'open', to }])];
  return [
    '## Tasks · 任务',
    'A task is never opened again; a step that is begun again opens a new one. `schemas/task.ts`',
    stateDiagram(Object.keys(TASK_WHEN), arrows),
    table(
      ['state · 状态', 'when · 何时'],
      Object.entries(TASK_WHEN).map(([state, when]) => [named('state', state), bothLanguages(when)]),
    ),
  ];
}

function label(kind: string, code: string): string {
  return bothLanguages({ en: en.code('words', `${kind}.${code}`), 'zh-CN': zh.code('words', `${kind}.${code}`) });
}

/** A state as the code spells it, with the Chinese that people see. */
function named(kind: string, code: string): string {
  return `${code} · ${zh.code('words', `${kind}.${code}`)}`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
