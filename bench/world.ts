import { civilDate } from '../domain/time/civil.ts';
import { addDays, localToInstant, MS_PER_DAY, wallTime } from '../domain/time/index.ts';
import type { CivilDate, Instant } from '../domain/time/types.ts';
import type { Contract, Client } from '../domain/people/contract.ts';
import type { Fact } from '../domain/renewal/facts.ts';
import type { Snapshot } from '../domain/renewal/snapshot.ts';
import { shippedCalendars } from '../playbooks/calendars/shipped.ts';
import { loadShippedPlaybooks } from '../playbooks/index.ts';
import { CLIENT, command, CONTRACT, logged, PEOPLE, quote, SHANGHAI } from '../test/helpers/world.ts';

export const PLAYBOOK_ID = 'mid-market';
/** The client of the scripts renews, or is never heard of and lapses. Both get ten mails. */
export type Scenario = 'renews' | 'silent';
export const SCENARIOS: readonly Scenario[] = ['renews', 'silent'];

const AMOUNT = CONTRACT.amount;

/** The first Monday of June of next year: far enough ahead for every timer, and always the same weekday. */
export function endAfter(now: Instant): CivilDate {
  const first = civilDate(`${Number(now.slice(0, 4)) + 1}-06-01`);
  const weekday = new Date(`${first}T00:00:00.000Z`).getUTCDay();
  return addDays(first, (8 - weekday) % 7);
}

export function clientOf(id: string): Client {
  const [first, second] = CLIENT.contacts;
  if (first === undefined || second === undefined) throw new Error('the client of the scripts has two contacts');
  return {
    ...CLIENT,
    id: `cli_${id}`,
    name: `Example Harbor ${id}`,
    calendarId: 'cn',
    contacts: [
      { ...first, id: `con_${id}_1`, email: `zoe.${id}@example.org`, roles: ['decision-maker', 'champion'] },
      { ...second, id: `con_${id}_2`, email: `bo.${id}@example.org` },
    ],
  };
}

export function contractOf(id: string, end: CivilDate, now: Instant): Contract {
  return {
    ...CONTRACT,
    id: `ctr_${id}`,
    number: `C-${id}`,
    clientId: `cli_${id}`,
    startDate: addDays(end, -364),
    endDate: end,
    knownSince: now,
  };
}

/** Eleven in the morning in Shanghai, so many days before the end. */
function before(end: CivilDate, days: number): Instant {
  return localToInstant(SHANGHAI, addDays(end, -days), wallTime('11:00'));
}

/** What people do until the renewal is won: six commands, one for each stage and one for the invoice. */
export function scriptOf(scenario: Scenario, id: string, end: CivilDate): readonly Fact[] {
  if (scenario === 'silent') return [];
  const due = addDays(end, -6);
  const terms = quote(0, { number: `Q-${id}`, startDate: addDays(end, 1), validUntil: due });
  const paid = { amount: AMOUNT, receivedOn: addDays(end, -8), method: 'bank transfer' as const, receipt: null };
  return [
    command('communication logged', before(end, 113), 'li', { ...logged(), contactId: `con_${id}_1` }, `${id}/1`),
    command('quote issued', before(end, 57), 'li', { quote: terms }, `${id}/2`),
    command('step completed', before(end, 43), 'zhao', { step: 'terms-review', note: '' }, `${id}/3`),
    command('quote accepted', before(end, 20), 'zhou', { note: '' }, `${id}/4`),
    command('invoice issued', before(end, 13), 'sun', { number: `I-${id}`, amount: AMOUNT, dueDate: due }, `${id}/5`),
    command('payment received', before(end, 8), 'sun', paid, `${id}/6`),
  ];
}

/** The world of one renewal with the shipped playbook and the shipped calendar of China. */
export function snapshotOf(id: string, end: CivilDate, now: Instant): Snapshot {
  const { playbooks, ladders, savePlans } = loadShippedPlaybooks();
  const playbook = playbooks.find((one) => one.value.id === PLAYBOOK_ID);
  const calendar = shippedCalendars(now).find((one) => one.id === 'cn');
  const [ladder] = ladders;
  const [plans] = savePlans;
  if (playbook === undefined || calendar === undefined || ladder === undefined || plans === undefined) {
    throw new Error('a shipped document is missing');
  }
  return {
    contract: contractOf(id, end, now),
    client: clientOf(id),
    playbook: { id: PLAYBOOK_ID, version: 1, digest: playbook.digest, definition: playbook.value },
    ladder: ladder.value,
    savePlans: plans.value,
    people: PEOPLE,
    teamCalendar: calendar,
    clientCalendar: calendar,
    zones: { 'Asia/Shanghai': SHANGHAI },
    clientSavePlan: null,
  };
}

/**
 * The same world as read anew from the store: contract, client and team are other objects each time, while the
 * published definitions and the zones are those the process keeps.
 */
export function readAnew(snapshot: Snapshot): Snapshot {
  const { playbook, ladder, savePlans, teamCalendar, clientCalendar, zones, clientSavePlan } = snapshot;
  const { contract, client, people } = structuredClone({
    contract: snapshot.contract,
    client: snapshot.client,
    people: snapshot.people,
  });
  return {
    contract,
    client,
    playbook,
    ladder,
    savePlans,
    people,
    teamCalendar,
    clientCalendar,
    zones: { ...zones },
    clientSavePlan,
  };
}

/** Past everything that can happen in one term. */
export function longAfter(end: CivilDate): Instant {
  return new Date(new Date(`${end}T00:00:00.000Z`).getTime() + 400 * MS_PER_DAY).toISOString() as Instant;
}
