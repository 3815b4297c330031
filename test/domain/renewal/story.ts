import type { Effect, LogEntry } from '../../../domain/renewal/effects.ts';
import type { Fact } from '../../../domain/renewal/facts.ts';
import { runForward } from '../../../domain/renewal/run-forward.ts';
import type { Run } from '../../../domain/renewal/run-forward.ts';
import type { Snapshot } from '../../../domain/renewal/snapshot.ts';
import { fromMs, toMs } from '../../../domain/time/instant.ts';
import type { Instant } from '../../../domain/time/types.ts';
import { at, RENEWAL, snapshot } from '../../helpers/world.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function shifted(when: Instant, ms: number): Instant {
  return fromMs(toMs(when) + ms);
}

export interface Telling {
  readonly world?: Snapshot;
  readonly script?: readonly Fact[];
  readonly from?: Instant;
  readonly until?: Instant;
}

/** Runs the renewal of the fixture forward: from the summer of 2026 until two years later unless said otherwise. */
export function tell(telling: Telling = {}): Run {
  const { world = snapshot(), script = [], from = at('2026-06-02'), until = at('2028-06-01') } = telling;
  return runForward({ renewalId: RENEWAL, snapshot: world, from, until, script });
}

export function effectsOf(run: Run): readonly Effect[] {
  return run.looks.flatMap((look) => look.decision.effects);
}

export function ofKind<K extends Effect['kind']>(run: Run, kind: K): readonly Extract<Effect, { kind: K }>[] {
  return effectsOf(run).filter((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind);
}

/** The client mails of a run with the look that sent them. */
export function mailsOf(
  run: Run,
): readonly { readonly at: Instant; readonly key: string; readonly contactId: string; readonly legal: boolean }[] {
  return run.looks.flatMap((look) =>
    look.decision.effects.flatMap((effect) =>
      effect.kind === 'send outreach'
        ? [{ at: look.at, key: short(effect.id), contactId: effect.contactId, legal: effect.legal }]
        : [],
    ),
  );
}

/** Wall time in Shanghai: `2027-02-01 09:00`. */
export function wall(when: Instant): string {
  return shifted(when, 8 * HOUR)
    .slice(0, 16)
    .replace('T', ' ');
}

function short(id: string): string {
  return id.replace(`${RENEWAL}/`, '').replace(/\/(?:mail|task)\/[^/]+(\/closed)?$/, '');
}

function who(to: { readonly kind: string; readonly id?: string; readonly role?: string }): string {
  return to.kind === 'person' ? (to.id ?? '') : `all ${to.role ?? ''}`;
}

/** One line of the calendar for an effect; the words of the tables in the tests. */
function lineOf(effect: Effect): string {
  const key = short(effect.id);
  switch (effect.kind) {
    case 'send outreach':
      return `mail ${key} to ${effect.contactId}`;
    case 'supersede outreach':
      return `no mail ${key}: ${effect.reason}`;
    case 'open task':
      return `task ${key} for ${who(effect.assignee)} due ${wall(effect.dueAt)}`;
    case 'close task':
      return `task ${key} ${effect.state}`;
    case 'request approval':
      return `ask ${effect.rule}: ${effect.request.asked.map((a) => `${a.role} ${a.people.join('+')}`).join(', ')}`;
    case 'remind approval':
      return `remind ${effect.people.join('+')}`;
    case 'close approval':
      return `${key.replace('/closed', '')} ${effect.status} by ${effect.by}`;
    case 'warn owner':
      return `warn ${who(effect.to)}: ${effect.stage} ${effect.percent}%`;
    case 'escalate':
      return `escalate to ${who(effect.to)}: ${effect.stage}${key.includes('timeout') ? ' timeout' : ''} waits for ${effect.blocker}`;
    case 'end escalations':
      return `escalations ended: ${effect.stage ?? 'all'}`;
    case 'open save plan':
      return `save plan ${effect.cause} by ${effect.ruleId}`;
    case 'end save plan':
      return `save plan ended: ${effect.outcome}${effect.withConcession ? ' with concession' : ''}`;
    case 'amend contract':
      return `contract ends ${effect.endDate}`;
    case 'start next term':
      return `term ${effect.term}: ${effect.startDate} to ${effect.endDate}, ${effect.amount.minor / 100} ${effect.amount.currency}`;
    case 'close renewal':
      return `closed: ${effect.outcome}`;
    default: {
      const never: never = effect;
      throw new Error(`unknown effect ${JSON.stringify(never)}`);
    }
  }
}

const NOTED: readonly string[] = [
  'opened',
  'stage begun',
  'stage ended',
  'stage begun again',
  'resumed',
  'data needed',
  'approval moved up',
];

/** The whole run as a calendar: one line for each effect and each change of state, dated by the look that made it. */
export function calendarOf(run: Run): readonly string[] {
  return run.looks.flatMap((look) => {
    const effects = new Map(look.decision.effects.map((effect) => [effect.id, effect]));
    return look.decision.log.flatMap((entry) => {
      const effect = effects.get(entry.id);
      const text = effect === undefined ? noted(entry) : lineOf(effect);
      return text === null ? [] : [`${wall(look.at)} ${text}`];
    });
  });
}

function noted(entry: LogEntry): string | null {
  if (entry.kind === 'refused') return `refused: ${entry.name} (${entry.why?.rule ?? ''})`;
  if (entry.kind !== 'transition' || !NOTED.includes(entry.name)) return null;
  return entry.stage === null ? entry.name : `${entry.stage} ${entry.name.replace('stage ', '')}`;
}

/** The lines of the calendar that match. */
export function lines(run: Run, pattern: RegExp): readonly string[] {
  return calendarOf(run).filter((line) => pattern.test(line));
}
