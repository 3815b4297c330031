import type { Span } from '../../calendar/types.ts';
import { nearNames } from '../../expressions/near-names.ts';
import { excerpt } from '../../errors/index.ts';
import type { ErrorCode, Problem } from '../../errors/index.ts';
import { ROLES } from '../../people/types.ts';
import type { WallTime } from '../../time/types.ts';
import { parseWallTime, wallMinutes } from '../../time/wall-time.ts';
import type { DatePoint, EscalationAction, StallLevel } from '../types.ts';
import { anchorOf, isWeek, pointUnitOf, roleOf, spanUnitOf } from './words.ts';

/** What is wrong with a phrase; the caller knows the place. */
export class Fault {
  readonly code: ErrorCode;
  readonly params: Problem['params'];
  constructor(code: ErrorCode, params: Problem['params']) {
    this.code = code;
    this.params = params;
  }
}

/** Longest distance of a date from its anchor, and longest span: three years. */
export const MAX_DAYS = 1_100;
const MAX_BY_UNIT: Readonly<Record<DatePoint['unit'] | Span['unit'], number>> = {
  days: MAX_DAYS,
  'business days': 750,
  'business hours': 6_000,
  months: 36,
};

export const ARROW = /\s*(?:→|->|=>)\s*/;

function outOfRange(value: string, min: number, max: number): Fault {
  return new Fault('number.range', { value: excerpt(value), min, max });
}

/** "120 days before end", "on notice", "3 business days after stage", "到期前120天". */
export function parsePoint(text: string): DatePoint | Fault {
  const phrase = text.trim().replace(/\s+/g, ' ');
  if (/^[+-]?\d+(\.\d+)?$/.test(phrase)) return new Fault('duration.unit', { value: excerpt(phrase) });
  const fault = new Fault('duration.point', { value: excerpt(text) });

  const on = /^(?:on|at) (.+)$/i.exec(phrase) ?? /^(.+?)(?:当天|当日)$/.exec(phrase);
  const onAnchor = anchorOf(on?.[1] ?? phrase);
  if (onAnchor !== undefined) return { anchor: onAnchor, amount: 0, unit: 'days' };

  const english = /^(\d+) (.+?) (before|after) (.+)$/i.exec(phrase);
  if (english) return point(english[1], english[2], english[3]?.toLowerCase() === 'before', english[4], fault, text);
  const chinese = /^(.+?)(前|后) ?(\d+) ?(.+)$/.exec(phrase);
  if (chinese) return point(chinese[3], chinese[4], chinese[2] === '前', chinese[1], fault, text);
  if (!(parseSpan(phrase) instanceof Fault)) return new Fault('duration.anchor', { value: excerpt(text) });
  return fault;
}

function point(
  digits: string | undefined,
  unitWord: string | undefined,
  before: boolean,
  anchorWord: string | undefined,
  fault: Fault,
  text: string,
): DatePoint | Fault {
  if (digits === undefined || unitWord === undefined || anchorWord === undefined) return fault;
  const anchor = anchorOf(anchorWord);
  const weeks = isWeek(unitWord);
  const unit = weeks ? 'days' : pointUnitOf(unitWord);
  if (anchor === undefined || unit === undefined) return fault;
  const amount = Number(digits) * (weeks ? 7 : 1);
  if (amount > MAX_BY_UNIT[unit]) return outOfRange(text, 0, MAX_BY_UNIT[unit]);
  // `-0` would be another value than `0` in a stored document.
  return { anchor, amount: before && amount > 0 ? -amount : amount, unit };
}

/** "5 business days", "8 business hours", "2 weeks", "5个工作日". Always at least one. */
export function parseSpan(text: string): Span | Fault {
  const phrase = text.trim().replace(/\s+/g, ' ');
  if (/^[+-]?\d+(\.\d+)?$/.test(phrase)) return new Fault('duration.unit', { value: excerpt(phrase) });
  const match = /^(\d+) ?(\D+)$/.exec(phrase);
  const word = match?.[2] ?? '';
  const weeks = isWeek(word);
  const unit = weeks ? 'days' : spanUnitOf(word);
  if (match === null || unit === undefined) return new Fault('duration.syntax', { value: excerpt(text) });
  const amount = Number(match[1]) * (weeks ? 7 : 1);
  if (amount < 1 || amount > MAX_BY_UNIT[unit]) return outOfRange(text, 1, MAX_BY_UNIT[unit]);
  return { amount, unit };
}

/** A plain number of days: "30 days", "2 weeks", "30天". */
export function parseDays(text: string): number | Fault {
  const span = parseSpan(text);
  if (span instanceof Fault) return span;
  return span.unit === 'days' ? span.amount : new Fault('duration.plain_days', { value: excerpt(text) });
}

/** "20 hours" → 20. */
export function parseHours(text: string): number | Fault {
  const match = /^(\d+) *(?:hours?|小时|个小时)$/i.exec(text.trim());
  if (match === null) return new Fault('duration.hours', { value: excerpt(text) });
  const hours = Number(match[1]);
  return hours <= 720 ? hours : outOfRange(text, 0, 720);
}

/** "60 minutes", "1 hour" → minutes. */
export function parseMinutes(text: string): number | Fault {
  const match = /^(\d+) *(minutes?|hours?|分钟|小时|个小时)$/i.exec(text.trim());
  if (match === null) return new Fault('duration.minutes', { value: excerpt(text) });
  const minutes = Number(match[1]) * (/^(?:h|小时|个小时)/i.test(match[2] ?? '') ? 60 : 1);
  return minutes >= 5 && minutes <= 480 ? minutes : outOfRange(text, 5, 480);
}

/** "3 in 60 days", "60天内最多3次". */
export function parseCap(text: string): { count: number; days: number } | Fault {
  const phrase = text.trim().replace(/\s+/g, ' ');
  const english = /^(\d+) (?:mails? )?(?:in|per|every|within) (\d+) days?$/i.exec(phrase);
  const chinese = /^(\d+) ?天内(?:最多)? ?(\d+) ?[次封]$/.exec(phrase);
  const count = Number(english?.[1] ?? chinese?.[2]);
  const days = Number(english?.[2] ?? chinese?.[1]);
  if (Number.isNaN(count)) return new Fault('cap.syntax', { value: excerpt(text) });
  if (count < 1 || count > 50) return outOfRange(String(count), 1, 50);
  if (days < 1 || days > MAX_DAYS) return outOfRange(String(days), 1, MAX_DAYS);
  return { count, days };
}

/** "09:00 to 17:00", "09:00–17:00". */
export function parseWindow(text: string): { from: WallTime; to: WallTime } | Fault {
  const parts = text.trim().split(/\s*(?:\bto\b|-|–|至|到)\s*/);
  if (parts.length !== 2) return new Fault('time.window_syntax', { value: excerpt(text) });
  const [from, to] = parts.map((part) => parseWallTime(part));
  if (typeof from !== 'string') return new Fault('time.syntax', { value: excerpt(parts[0] ?? '') });
  if (typeof to !== 'string') return new Fault('time.syntax', { value: excerpt(parts[1] ?? '') });
  if (wallMinutes(from) >= wallMinutes(to)) return new Fault('time.window', { from, to });
  return { from, to };
}

/** "50%", "50% of due", "时限的50%" → 50. */
export function parsePercent(text: string): number | Fault {
  const match =
    /^(\d+) *%(?: of (?:the )?due(?: time)?)?$/i.exec(text.trim()) ?? /^时限的? *(\d+) *%$/.exec(text.trim());
  if (match === null) return new Fault('percent.syntax', { value: excerpt(text) });
  const percent = Number(match[1]);
  return percent >= 1 && percent <= 1_000 ? percent : outOfRange(text, 1, 1_000);
}

/** "warn the owner", "escalate to director", "提醒负责人", "升级至总监". */
export function parseAction(text: string): EscalationAction | Fault {
  const phrase = text.trim().replace(/\s+/g, ' ');
  if (/^warn (?:the )?owner$/i.test(phrase) || phrase === '提醒负责人') return { kind: 'warn owner' };
  const match = /^escalate to (.+)$/i.exec(phrase) ?? /^升级(?:至|到|给) ?(.+)$/.exec(phrase);
  if (match === null) return new Fault('action.syntax', { value: excerpt(text) });
  const to = roleOf(match[1] ?? '');
  return to === undefined ? unknownRole(match[1] ?? '') : { kind: 'escalate', to };
}

export function unknownRole(written: string): Fault {
  const near = nearNames(written, ROLES);
  return new Fault('role.unknown', {
    value: excerpt(written),
    near: near.nearest ?? '–',
    known: ROLES.join(', '),
  });
}

/** "50% of due → warn the owner". */
export function parseStall(text: string): StallLevel | Fault {
  const [left, right, ...more] = text.split(ARROW);
  if (left === undefined || right === undefined || more.length > 0) {
    return new Fault('stall.syntax', { value: excerpt(text) });
  }
  const at = parsePercent(left);
  if (at instanceof Fault) return at;
  const action = parseAction(right);
  return action instanceof Fault ? action : { at, action };
}

/** "10 business days → escalate to director". */
export function parseTimeout(text: string): { after: Span; action: EscalationAction } | Fault {
  const [left, right, ...more] = text.split(ARROW);
  if (left === undefined || right === undefined || more.length > 0) {
    return new Fault('timeout.syntax', { value: excerpt(text) });
  }
  const after = parseSpan(left);
  if (after instanceof Fault) return after;
  const action = parseAction(right);
  return action instanceof Fault ? action : { after, action };
}

/** "open save plan for champion-left; hold outreach except legal notices". */
export function parseRiskAction(text: string): { cause: string | null; holdOutreach: boolean } | Fault {
  const fault = new Fault('risk.syntax', { value: excerpt(text) });
  let cause: string | null | undefined;
  let holdOutreach = false;
  for (const part of text.split(/[;,\uff1b\uff0c]/)) {
    const phrase = part.trim().replace(/\s+/g, ' ');
    const open = /^open (?:a )?save plan(?: (?:by cause|for ([a-z][a-z0-9-]*)))?$/i.exec(phrase);
    const kai = /^启动挽留(?:方案)?(?:[:\uff1a] ?([a-z][a-z0-9-]*))?$/.exec(phrase);
    const opened = open ?? kai;
    if (opened !== null && cause === undefined) cause = opened[1] ?? null;
    else if (/^hold outreach(?: except legal notices)?$/i.test(phrase) || /^暂停(?:外发|触达)/.test(phrase)) {
      holdOutreach = true;
    } else return fault;
  }
  return cause === undefined ? fault : { cause, holdOutreach };
}

/** "none", "up to 15%" → 0 … 100. */
export function parseConcession(text: string): number | Fault {
  const phrase = text.trim().toLowerCase();
  if (phrase === 'none' || phrase === '无') return 0;
  const match = /^(?:up to|at most|最多|不超过) *(\d+(?:\.\d+)?) *%$/.exec(phrase);
  if (match === null) return new Fault('concession.syntax', { value: excerpt(text) });
  const percent = Number(match[1]);
  return percent <= 100 ? percent : outOfRange(text, 0, 100);
}

/** "every 7 days from 60 days before end to 4 days before end" → one point for each. */
export function parseSeries(text: string): DatePoint[] | Fault {
  const match = /^every (.+?) from (.+) to (.+)$/i.exec(text.trim().replace(/\s+/g, ' '));
  if (match === null) return new Fault('duration.point', { value: excerpt(text) });
  const [step, from, to] = [parseDays(match[1] ?? ''), parsePoint(match[2] ?? ''), parsePoint(match[3] ?? '')];
  if (step instanceof Fault) return new Fault('repeat.limit', { value: excerpt(match[1] ?? ''), max: MAX_POINTS });
  if (from instanceof Fault) return from;
  if (to instanceof Fault) return to;
  const count = Math.floor((to.amount - from.amount) / step) + 1;
  if (from.anchor !== to.anchor || from.unit !== 'days' || to.unit !== 'days' || count < 1 || count > MAX_POINTS) {
    return new Fault('repeat.limit', { value: excerpt(text), max: MAX_POINTS });
  }
  return Array.from({ length: count }, (_, i) => ({ ...from, amount: from.amount + i * step }));
}

/** Mails in one series. */
export const MAX_POINTS = 50;
