import type { Decision } from '../../domain/renewal/decision.ts';
import type { Effect, EffectKind } from '../../domain/renewal/effects.ts';

/** Names under which the one bookkeeping activity stands in the history, so that the history reads as a story. */
export const STORY_NAMES = [
  'sendOutreach',
  'openTask',
  'requestApproval',
  'escalate',
  'warnOwner',
  'closeRenewal',
  'amendContract',
  'recordProgress',
] as const;
export type StoryName = (typeof STORY_NAMES)[number];

/** What matters most in a decision names it. */
const RANK: readonly { readonly kind: EffectKind; readonly name: StoryName }[] = [
  { kind: 'close renewal', name: 'closeRenewal' },
  { kind: 'amend contract', name: 'amendContract' },
  { kind: 'escalate', name: 'escalate' },
  { kind: 'warn owner', name: 'warnOwner' },
  { kind: 'request approval', name: 'requestApproval' },
  { kind: 'send outreach', name: 'sendOutreach' },
  { kind: 'open task', name: 'openTask' },
];

export function storyName(decision: Decision): StoryName {
  const found = RANK.find((r) => decision.effects.some((e) => e.kind === r.kind));
  return found?.name ?? 'recordProgress';
}

const MAX_SUMMARY = 180;

/** One line for Temporal's own pages: ids and codes only, since summaries may be read by operators. */
export function storyLine(decision: Decision): string {
  const parts = [
    ...decision.log
      .filter((l) => l.kind !== 'effect')
      .map((l) => (l.kind === 'refused' ? `refused: ${l.name}` : l.name)),
    ...decision.effects.map(effectLine),
  ];
  const line = parts.length === 0 ? 'nothing new' : parts.join(' · ');
  return line.length > MAX_SUMMARY ? `${line.slice(0, MAX_SUMMARY - 1)}…` : line;
}

function effectLine(effect: Effect): string {
  switch (effect.kind) {
    case 'send outreach':
      return `mail ${effect.template} to ${effect.to}`;
    case 'supersede outreach':
      return `no mail ${effect.template}: ${effect.reason}`;
    case 'open task':
      return `task ${effect.step}`;
    case 'escalate':
      return `escalate ${effect.stage} to ${effect.level}`;
    case 'close renewal':
      return `closed: ${effect.outcome}`;
    case 'close task':
    case 'request approval':
    case 'remind approval':
    case 'close approval':
    case 'warn owner':
    case 'end escalations':
    case 'open save plan':
    case 'end save plan':
    case 'amend contract':
    case 'start next term':
      return effect.kind;
    default: {
      const never: never = effect;
      throw new Error(`unknown effect ${JSON.stringify(never)}`);
    }
  }
}

/** The details pane of Temporal's web page: where the renewal stands, in Markdown. */
export function currentDetails(decision: Decision): string {
  const { view } = decision;
  const rows = view.rows.map((r) => `| ${r.stage} | ${r.ownerRole} | ${r.start} | ${r.end} | ${r.status} |`);
  return [
    `**${view.phase}**${view.stage === null ? '' : `, stage **${view.stage}**`}${view.atRisk ? ', at risk' : ''}${view.paused ? ', paused' : ''}`,
    `next look: ${decision.wakeAt ?? 'none'}`,
    '',
    ...(rows.length === 0 ? [] : ['| step | owner | start | end | status |', '|---|---|---|---|---|', ...rows]),
  ].join('\n');
}
