import { windowAt } from '../../domain/calendar/index.ts';
import type { BusinessCalendar } from '../../domain/calendar/index.ts';
import type { Client, Contact, Contract } from '../../domain/people/contract.ts';
import type { Person } from '../../domain/people/types.ts';
import type { Playbook, StopEvent } from '../../domain/playbook/types.ts';
import { maxInstant, MS_PER_HOUR } from '../../domain/time/index.ts';
import type { Instant, ZoneOffsets } from '../../domain/time/types.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SendReason } from '../../schemas/send.ts';
import { turnOf, WAITING } from './turn.ts';
import type { Rival } from './turn.ts';

/** Between two mails to one contact, where the playbook cannot be read. */
const QUIET_HOURS = 20;

/** The world as it is in the moment of sending. What was not found is null. */
export interface SendWorld {
  readonly contract: Contract | null;
  readonly client: Client | null;
  readonly owner: Person | null;
  /** The reader, where the mail goes to a member of the team. */
  readonly person: Person | null;
  readonly renewal: RenewalDoc | null;
  readonly playbook: Playbook | null;
  readonly calendar: BusinessCalendar | null;
  /** Of the zone the reader lives in. */
  readonly zone: ZoneOffsets | null;
  /** Last word from the client about this renewal. */
  readonly heardAt: Instant | null;
  /** Months of the term that the quote in force offers: the read model leaves them out, the history has them. */
  readonly quoteTermMonths: number | null;
  /** Other mails to this contact about this contract that wait or may have gone; none for legal notices and the team. */
  readonly rivals: readonly Rival[];
}

export type LateDecision =
  | { readonly kind: 'send'; readonly to: { readonly name: string; readonly email: string } }
  | { readonly kind: 'wait'; readonly until: Instant }
  | {
      readonly kind: 'settle';
      readonly state: 'superseded' | 'suppressed' | 'cancelled';
      readonly reason: SendReason;
    };

/**
 * Whether a mail that was right when it was planned is still right now. Pure. A timer says "look now",
 * never "send now"; between the plan and this moment a mail server may have been down for two days.
 */
export function decideLate(row: Rival, world: SendWorld, now: Instant): LateDecision {
  if (now > row.notAfter) return settle('superseded', 'too late');
  if (now < row.dueAt) return { kind: 'wait', until: row.dueAt };
  return row.audience === 'team' ? decideTeam(world) : decideClient(row, world, now);
}

function decideTeam({ person }: SendWorld): LateDecision {
  if (person === null) return settle('cancelled', 'no contact');
  return person.active ? { kind: 'send', to: person } : settle('cancelled', 'inactive');
}

function decideClient(row: Rival, world: SendWorld, now: Instant): LateDecision {
  const { contract, client, renewal } = world;
  if (contract === null || client === null || renewal === null) return settle('cancelled', 'closed');
  if (renewal.phase === 'closed' || contract.term !== renewal.term) return settle('cancelled', 'closed');
  const contact = contactOf(row, client);
  if (contact === null) return settle('cancelled', 'no contact');
  if (contact.suppressed !== undefined) return settle('suppressed', 'suppressed');
  if (!row.legal) {
    if (renewal.paused) return settle('superseded', 'paused');
    if (renewal.view.holdsOutreach) return settle('superseded', 'held');
    if (stopped(row, world)) return settle('superseded', 'stopped');
  }
  const turn = row.legal ? null : turnOf(row, liveRivals(row, world, now), quietMs(world), now);
  if (turn?.kind === 'newer') return settle('superseded', 'newer due');
  const opens = openingOf(world, maxInstant(now, turn?.at ?? now));
  if (opens > row.notAfter) return row.legal ? { kind: 'send', to: contact } : settle('superseded', 'too late');
  return opens > now ? { kind: 'wait', until: opens } : { kind: 'send', to: contact };
}

/** A rival that will be settled unsent when its own turn comes takes nobody's place. */
function liveRivals(row: Rival, world: SendWorld, now: Instant): readonly Rival[] {
  const alone = { ...world, rivals: [] };
  const doomed = (rival: Rival) =>
    WAITING.includes(rival.state) &&
    rival.renewalId === row.renewalId &&
    decideLate(rival, alone, now).kind === 'settle';
  return world.rivals.filter((rival) => !doomed(rival));
}

function quietMs({ playbook }: SendWorld): number {
  return (playbook?.outreach.quietHours ?? QUIET_HOURS) * MS_PER_HOUR;
}

function contactOf(row: Rival, client: Client): Contact | null {
  const { recipient } = row;
  if (recipient.kind !== 'contact') return null;
  return client.contacts.find((contact) => contact.id === recipient.contactId) ?? null;
}

/** The next moment from `from` on at which mail may go out to this reader: their wall clock, the working days of the client. */
function openingOf({ playbook, calendar, zone }: SendWorld, from: Instant): Instant {
  if (playbook === null || calendar === null || zone === null) return from;
  return windowAt(calendar, zone, from, playbook.outreach.window);
}

/** Whether something that ends this series has come since the mail was planned. */
function stopped(row: Rival, world: SendWorld): boolean {
  return stopEventsOf(row, world.playbook).some((event) => {
    const at = happenedAt(event, world);
    return at !== null && at > row.plannedAt;
  });
}

function happenedAt(event: StopEvent, { renewal, heardAt }: SendWorld): Instant | null {
  const state = renewal?.state ?? null;
  switch (event) {
    case 'reply':
      return heardAt;
    case 'client contacted':
      return state?.contactedAt ?? null;
    case 'client accepted':
      return state?.quote?.acceptedAt ?? null;
    case 'payment received': {
      const invoice = state?.invoice ?? null;
      const paid = invoice !== null && state !== null && state.paidMinor >= invoice.amount.minor;
      return paid && renewal !== null ? renewal.decidedAt : null;
    }
    // Both stand with the contact itself, as suppressed; a meeting is known to the core alone.
    case 'opted out':
    case 'bounce':
    case 'meeting booked':
      return null;
    default:
      return event satisfies never;
  }
}

/** The stop events of the step that planned this mail. */
function stopEventsOf(row: Rival, playbook: Playbook | null): readonly StopEvent[] {
  const steps = playbook === null ? [] : [...playbook.stages.flatMap((stage) => stage.steps), ...playbook.reminders];
  const step = steps.find((one) => one.kind === 'outreach' && one.id === row.context['step']);
  return step?.kind === 'outreach' ? step.stopOn : [];
}

function settle(state: 'superseded' | 'suppressed' | 'cancelled', reason: SendReason): LateDecision {
  return { kind: 'settle', state, reason };
}
