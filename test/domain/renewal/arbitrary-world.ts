import fc from 'fast-check';
import type { Command, Event, Fact } from '../../../domain/renewal/facts.ts';
import type { Snapshot } from '../../../domain/renewal/snapshot.ts';
import type { ApprovalLadder, Playbook } from '../../../domain/playbook/types.ts';
import { addDays, civilDate } from '../../../domain/time/civil.ts';
import { fromMs, toMs } from '../../../domain/time/instant.ts';
import type { CivilDate, Instant, ZoneOffsets } from '../../../domain/time/types.ts';
import { BERLIN, NEW_YORK, springFestival2026 } from '../calendar/calendars.ts';
import { at, CLIENT, PLAIN_CALENDAR, quote, RENEWAL, SHANGHAI, snapshot } from '../../helpers/world.ts';
import { anyLadder, anyPlaybook } from './arbitrary-playbook.ts';
import { DAY, HOUR } from './story.ts';

/** One renewal with everything that will happen to it. */
export interface Case {
  readonly world: Snapshot;
  readonly script: readonly Fact[];
  readonly from: Instant;
  readonly until: Instant;
}

const CALENDARS = [PLAIN_CALENDAR, { ...springFestival2026(), coveredYears: [2026] }];

const contacts = (zone: ZoneOffsets, suppressed: boolean, none: boolean): Snapshot['client']['contacts'] =>
  none
    ? []
    : CLIENT.contacts.map((contact, i) => ({
        ...contact,
        zone: zone.zone,
        ...(suppressed && i === 0 ? { suppressed: { reason: 'bounce' as const, at: at('2026-01-05') } } : {}),
      }));

function anyWorld(playbooks: fc.Arbitrary<Playbook>, ladders: fc.Arbitrary<ApprovalLadder>): fc.Arbitrary<Case> {
  return fc
    .record({
      playbook: playbooks,
      ladder: ladders,
      calendar: fc.constantFrom(...CALENDARS),
      zone: fc.constantFrom(SHANGHAI, SHANGHAI, BERLIN, NEW_YORK),
      endIn: fc.integer({ min: 0, max: 700 }),
      noticeBefore: fc.option(fc.integer({ min: 0, max: 90 }), { nil: null }),
      knownBefore: fc.integer({ min: -40, max: 400 }),
      knownHour: fc.integer({ min: 0, max: 23 }),
      autoRenew: fc.boolean(),
      entry: fc.option(
        fc.record({
          stage: fc.constantFrom('a', 'b', 'c', 'contact', 'quote', 'confirmation', 'nowhere'),
          before: fc.integer({ min: 0, max: 60 }),
        }),
        { nil: null, freq: 4 },
      ),
      missing: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
      suppressed: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      none: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
      steps: fc.array(
        fc.record({
          day: fc.integer({ min: -30, max: 460 }),
          hour: fc.integer({ min: 0, max: 23 }),
          pick: fc.nat(999),
          other: fc.nat(999),
        }),
        { maxLength: 24 },
      ),
    })
    .map((x) => {
      const end = addDays(civilDate('2026-06-30'), x.endIn);
      const known = fromMs(toMs(at(addDays(end, -x.knownBefore), 0)) + x.knownHour * HOUR);
      const base = snapshot({
        calendar: x.calendar,
        ladder: x.ladder,
        playbook: x.playbook,
        client: { zone: x.zone.zone, contacts: contacts(x.zone, x.suppressed, x.none) },
        contract: {
          startDate: null,
          endDate: x.missing ? null : end,
          noticeDate: x.noticeBefore === null ? null : addDays(end, -x.noticeBefore),
          autoRenew: x.autoRenew,
          knownSince: known,
          ...(x.entry === null
            ? {}
            : { entry: { stage: x.entry.stage, since: addDays(known.slice(0, 10) as CivilDate, -x.entry.before) } }),
        },
      });
      const world: Snapshot = {
        ...base,
        zones: { 'Asia/Shanghai': SHANGHAI, 'Europe/Berlin': BERLIN, 'America/New_York': NEW_YORK },
      };
      const script = x.steps
        .map((s, i) =>
          anyFact(world, fromMs(toMs(known) + s.day * DAY + s.hour * HOUR + i), `f${i}`, end, s.pick, s.other),
        )
        .filter((fact) => fact.at >= known)
        .toSorted((a, b) => (a.at < b.at ? -1 : 1));
      return { world, script, from: known, until: fromMs(toMs(known) + 900 * DAY) };
    });
}

const PEOPLE = ['li', 'wang', 'chen', 'sun', 'zhao', 'gm'];

/** A fact that may or may not fit: most that people do in a renewal, told by numbers so that failures shrink. */
function anyFact(world: Snapshot, when: Instant, id: string, end: CivilDate, pick: number, other: number): Fact {
  const person = PEOPLE[other % PEOPLE.length] ?? 'li';
  const today = when.slice(0, 10) as CivilDate;
  const command = (body: Omit<Command, 'id' | 'at' | 'by'> & { kind: Command['kind'] }) =>
    ({ id, at: when, by: { kind: 'person', id: person }, ...body }) as Command;
  const stages = world.playbook?.definition.stages.map((s) => s.id) ?? [];
  const stage = stages[other % Math.max(1, stages.length)] ?? 'a';
  const kinds: (() => Fact)[] = [
    () =>
      command({
        kind: 'communication logged',
        channel: 'call',
        contactId: null,
        reached: other % 3 > 0,
        note: 'n',
        promise: null,
        nextStep: null,
      } as never),
    () =>
      command({
        kind: 'quote issued',
        quote: quote((other * 37) % 3500, { validUntil: addDays(today, 1 + (other % 40)), startDate: addDays(end, 1) }),
      } as never),
    () => command({ kind: 'quote accepted', note: '' } as never),
    () => command({ kind: 'quote declined', reason: 'r', note: '' } as never),
    () =>
      command({
        kind: 'approval decided',
        rule: ['manager', 'director', 'concession', 'concession-cap'][other % 4] ?? '',
        decision: other % 5 === 0 ? 'reject' : 'approve',
        comment: '',
      } as never),
    () =>
      command({
        kind: 'step completed',
        step: ['task-0', 'task-1', 'meeting-0', stage][other % 4] ?? stage,
        note: '',
      } as never),
    () => command({ kind: 'step skipped', step: stage, reason: 'r' } as never),
    () => command({ kind: 'step redone', step: stage, reason: 'r' } as never),
    () =>
      command({
        kind: 'paused',
        reason: 'r',
        until: other % 2 === 0 ? addDays(today, 1 + (other % 50)) : null,
      } as never),
    () => command({ kind: 'resumed', note: '' } as never),
    () =>
      command({
        kind: 'dates amended',
        endDate: addDays(end, (other % 200) - 100),
        noticeDate: other % 3 === 0 ? addDays(end, (other % 200) - 130) : null,
        reason: 'r',
      } as never),
    () =>
      command({
        kind: 'invoice issued',
        number: `I-${other % 3}`,
        amount: { minor: 12_000_000, currency: 'CNY' },
        dueDate: addDays(today, other % 40),
      } as never),
    () =>
      command({
        kind: 'payment received',
        amount: { minor: 3_000_000 * (1 + (other % 4)), currency: 'CNY' },
        receivedOn: today,
        method: 'other',
        receipt: null,
        overpaid: other % 3 > 0,
      } as never),
    () => command({ kind: 'risk flagged', cause: ['value', 'price', 'weather'][other % 3] ?? '', note: '' } as never),
    () =>
      other % 10 === 0
        ? command({ kind: 'cancelled', cause: 'price', detail: 'budget', competitor: null, note: '' } as never)
        : anyEvent(when, id, pick, other),
    () => anyEvent(when, id, pick, other),
  ];
  return (kinds[pick % kinds.length] ?? kinds[0])?.() ?? anyEvent(when, id, pick, other);
}

/** What machines tell. */
export function anyEvent(when: Instant, id: string, pick: number, other: number): Event {
  const event = (body: object) => ({ id, at: when, by: { kind: 'system', id: 'test' }, ...body }) as Event;
  const events: (() => Event)[] = [
    () => event({ kind: 'reply received', contactId: 'con_1', summary: `s${other % 3}` }),
    () => event({ kind: 'meeting booked', on: '2027-01-01' }),
    () => event({ kind: 'opted out of mail', contactId: 'con_1' }),
    () => event({ kind: 'mail bounced', contactId: 'con_1', effectId: 'e', reason: 'r' }),
    () => event({ kind: 'mail refused', effectId: `${RENEWAL}/a/mail-${other % 2}/1/mail/legal`, reason: 'r' }),
    () => {
      const effectId = `${RENEWAL}/a/mail-${other % 2}/1/mail/legal`;
      return event({ kind: 'mail settled', effectId, doubt: `b${other % 8}` });
    },
    () => event({ kind: 'notice given', note: `n${other % 2}` }),
    () => event({ kind: 'health scored', score: other % 100 }),
    () => event({ kind: 'usage dropped', percent: other % 60 }),
    () => event({ kind: 'sponsor left', contactId: null }),
    () => event({ kind: 'complaint opened', complaintId: `c${other % 2}` }),
    () => event({ kind: 'complaint closed', complaintId: `c${other % 2}` }),
    () =>
      event({
        kind: 'save plan closed',
        savePlanId: `${RENEWAL}/save/${1 + (other % 2)}`,
        outcome: other % 3 === 0 ? 'not saved' : 'saved',
      }),
    () => event({ kind: 'world changed', what: 'w' }),
  ];
  return (events[(pick + other) % events.length] ?? events[0])?.() ?? event({ kind: 'world changed', what: 'w' });
}

export const anyCase: fc.Arbitrary<Case> = anyWorld(anyPlaybook, anyLadder);

/** The same, with playbooks and ladders that are given. */
export function casesOf(playbooks: readonly Playbook[], ladders: readonly ApprovalLadder[]): fc.Arbitrary<Case> {
  return anyWorld(fc.constantFrom(...playbooks), fc.constantFrom(...ladders));
}
