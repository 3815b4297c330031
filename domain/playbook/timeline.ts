import { addSpan, dayNote, isCovered, isWorkday, nextWorkday, openingOf } from '../calendar/index.ts';
import type { BusinessCalendar } from '../calendar/types.ts';
import type { LocalText } from '../text.ts';
import { addDays, localDate, localToInstant, maxInstant } from '../time/index.ts';
import type { CivilDate, Instant, WallTime, ZoneOffsets } from '../time/types.ts';
import { partOfSpan, resolveDatePoint, sendDate, sendInstant } from './dates.ts';
import type { Anchors } from './dates.ts';
import type { DatePoint, MeetingStep, OutreachStep, Playbook, Stage } from './types.ts';

export type TimelineKind =
  'opens' | 'stage' | 'due' | 'task' | 'mail' | 'meeting' | 'stalled' | 'notice' | 'end' | 'lapses';

/** One planned thing. Everything here is the plan for a client who stays silent; facts change it. */
export interface TimelineEntry {
  /** Null for what belongs to no stage. */
  readonly stage: string | null;
  /** Id of the step; `50%` for a level of escalation, `timeout` for the end of the wait, null for the rest. */
  readonly step: string | null;
  readonly kind: TimelineKind;
  /** Counts from 1 within a series. */
  readonly occurrence: number;
  readonly date: CivilDate;
  readonly at: Instant;
  /** Why the date is another than the playbook's rule alone would give. */
  readonly note?: LocalText;
  /** The entry is planned only where this condition holds. */
  readonly when?: string;
  /** The year's days off are not known yet, or the date rests on a guess: the plan may move. */
  readonly provisional: boolean;
}

/** The dates of one contract term. */
export interface TermDates {
  readonly endDate: CivilDate;
  readonly noticeDate: CivilDate | null;
  readonly startDate: CivilDate | null;
}

/** Whose days count: the team's for work, the client's for mail and meetings. */
export interface TimelineCalendars {
  readonly team: BusinessCalendar;
  readonly client: BusinessCalendar;
  readonly clientZone: ZoneOffsets;
}

/**
 * The dated plan of a playbook for one term, in order of time.
 *
 * - A stage starts at the opening of the team's working day on or after its date; "after stage" counts from
 *   the planned begin of the stage before.
 * - Mail goes out at the start of the send window, legal notices on or before their date, all other on or after.
 * - Without a notice deadline the renewal and its stages hang on the end date instead, and mail that hangs on
 *   the deadline is left out.
 * - The invoice is taken to be issued when the stage that waits for payment begins: such entries are provisional.
 * - Escalations are those of a stage in which nothing happens; a stage that waits for the client has only its timeout.
 */
export function timeline(playbook: Playbook, term: TermDates, calendars: TimelineCalendars): readonly TimelineEntry[] {
  const plan = new Plan(playbook, term, calendars);
  plan.frame();
  plan.stages();
  for (const step of playbook.reminders) plan.outreach(null, step, null);
  return plan.entries.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The last minute of a day belongs to it; the day is over at its midnight. */
const END_OF_DAY = '24:00' as WallTime;

const IF_INVOICED: LocalText = {
  en: 'if the invoice is issued when the payment stage begins',
  'zh-CN': '假设付款阶段开始时开具账单',
};

class Plan {
  readonly entries: TimelineEntry[] = [];
  readonly #playbook: Playbook;
  readonly #term: TermDates;
  readonly #calendars: TimelineCalendars;
  #anchors: Anchors;

  constructor(playbook: Playbook, term: TermDates, calendars: TimelineCalendars) {
    this.#playbook = playbook;
    this.#term = term;
    this.#calendars = calendars;
    this.#anchors = { end: term.endDate, notice: term.noticeDate, stage: null, invoice: null };
    this.#anchors = { ...this.#anchors, invoice: this.#invoiceDue() };
  }

  frame(): void {
    const { team, clientZone } = this.#calendars;
    this.#onWorkday('opens', null, this.#termDate(this.#playbook.opens, null));
    const lapses = resolveDatePoint(this.#playbook.lapses, this.#anchors, team) ?? this.#term.endDate;
    const days = [
      ['notice', this.#term.noticeDate],
      ['end', this.#term.endDate],
      ['lapses', lapses],
    ] as const;
    for (const [kind, date] of days) {
      if (date !== null) this.#add(kind, null, null, 1, date, localToInstant(clientZone, date, END_OF_DAY), [date]);
    }
  }

  stages(): void {
    let before: CivilDate | null = null;
    for (const stage of this.#playbook.stages) {
      const begin: CivilDate = this.#stageDate(stage, before);
      this.#stage(stage, begin);
      before = begin;
    }
  }

  /** A stage planned before the one above it (an anchor on another date) is planned with it. */
  #stageDate(stage: Stage, before: CivilDate | null): CivilDate {
    const planned = this.#termDate(stage.starts, before);
    return before !== null && planned < before ? before : planned;
  }

  /** A date of the term; hung on the end where its own anchor is not known. */
  #termDate(point: DatePoint, stage: CivilDate | null): CivilDate {
    const { team } = this.#calendars;
    const date = resolveDatePoint(point, { ...this.#anchors, stage }, team);
    return date ?? resolveDatePoint({ ...point, anchor: 'end' }, this.#anchors, team) ?? this.#term.endDate;
  }

  #stage(stage: Stage, planned: CivilDate): void {
    const { team } = this.#calendars;
    const begin = this.#onWorkday('stage', stage.id, planned);
    const due = addSpan(team, begin, stage.due);
    this.#inTeamTime('due', stage.id, null, due);
    for (const step of stage.steps) {
      if (step.kind === 'task') this.#inTeamTime('task', stage.id, step.id, addSpan(team, begin, step.due), step.when);
      else if (step.kind === 'meeting') this.#meeting(stage.id, step, begin);
      else this.outreach(stage.id, step, begin);
    }
    if (stage.waitsFor === 'team') {
      for (const level of stage.stalled) {
        this.#inTeamTime('stalled', stage.id, `${level.at}%`, partOfSpan(team, begin, stage.due, level.at));
      }
    }
    this.#inTeamTime('stalled', stage.id, 'timeout', addSpan(team, begin, stage.timeout.after));
  }

  /** `begin` is when the stage begins, null for a series that belongs to none. */
  outreach(stage: string | null, step: OutreachStep, begin: Instant | null): void {
    const { client, clientZone } = this.#calendars;
    for (const [i, point] of step.at.entries()) {
      const planned = resolveDatePoint(point, this.#anchorsAt(begin), client);
      if (planned === null) continue;
      const date = sendDate(planned, client, step.legal);
      const opens = sendInstant(planned, client, clientZone, this.#playbook.outreach.window, step.legal);
      // A mail of a stage is not sent before the stage begins, also where the client's morning comes first.
      const at = point.anchor === 'stage' && begin !== null ? maxInstant(opens, begin) : opens;
      const guess = point.anchor === 'invoice';
      const note = this.#moved(client, planned, date) ?? (guess ? IF_INVOICED : undefined);
      this.#add('mail', stage, step.id, i + 1, date, at, [planned, date], note, step.when, guess);
    }
  }

  #anchorsAt(begin: Instant | null): Anchors {
    const stage = begin === null ? null : localDate(this.#calendars.clientZone, begin);
    return { ...this.#anchors, stage };
  }

  #meeting(stage: string, step: MeetingStep, begin: Instant): void {
    const { client, clientZone } = this.#calendars;
    const planned = resolveDatePoint(step.at, this.#anchorsAt(begin), client);
    if (planned === null) return;
    const date = nextWorkday(client, planned);
    const at = localToInstant(clientZone, date, step.time);
    const note = this.#moved(client, planned, date);
    const guess = step.at.anchor === 'invoice';
    this.#add('meeting', stage, step.id, 1, date, at, [planned, date], note, step.when, guess);
  }

  /** Where the invoice is due if it goes out as planned: the begin of the stage that waits for payment. */
  #invoiceDue(): CivilDate | null {
    let begin: CivilDate | null = null;
    for (const stage of this.#playbook.stages) {
      begin = this.#stageDate(stage, begin);
      if (stage.doneWhen.includes('payment received')) return addDays(begin, this.#playbook.payment.invoiceDueDays);
    }
    return null;
  }

  #onWorkday(kind: 'opens' | 'stage', stage: string | null, planned: CivilDate): Instant {
    const { team } = this.#calendars;
    const date = nextWorkday(team, planned);
    const at = openingOf(team, date);
    this.#add(kind, stage, null, 1, date, at, [planned, date], this.#moved(team, planned, date));
    return at;
  }

  #inTeamTime(kind: 'due' | 'task' | 'stalled', stage: string, step: string | null, at: Instant, when?: string): void {
    const date = localDate(this.#calendars.team.zone, at);
    this.#add(kind, stage, step, 1, date, at, [date], undefined, when);
  }

  #moved(calendar: BusinessCalendar, planned: CivilDate, date: CivilDate): LocalText | undefined {
    if (planned === date) return undefined;
    // A planned day that is a make-up work day is never moved, so a note on it names the day off.
    const why = isWorkday(calendar, planned) ? undefined : dayNote(calendar, planned);
    return {
      en: `moved from ${planned} (${why?.en ?? 'weekend'})`,
      'zh-CN': `${date < planned ? '提前' : '顺延'}，原定 ${planned}（${why?.['zh-CN'] ?? '周末'}）`,
    };
  }

  #add(
    kind: TimelineKind,
    stage: string | null,
    step: string | null,
    occurrence: number,
    date: CivilDate,
    at: Instant,
    rests: readonly CivilDate[],
    note?: LocalText,
    when?: string,
    guess = false,
  ): void {
    const { team, client } = this.#calendars;
    const calendar = kind === 'mail' || kind === 'meeting' ? client : team;
    this.entries.push({
      stage,
      step,
      kind,
      occurrence,
      date,
      at,
      ...(note === undefined ? {} : { note }),
      ...(when === undefined ? {} : { when }),
      provisional: guess || rests.some((day) => !isCovered(calendar, day)),
    });
  }
}
