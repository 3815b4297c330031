import { isWorkday, windowAt } from '../../../domain/calendar/index.ts';
import { decide } from '../../../domain/renewal/decide.ts';
import type { Decision } from '../../../domain/renewal/decision.ts';
import type { Effect } from '../../../domain/renewal/effects.ts';
import type { Fact } from '../../../domain/renewal/facts.ts';
import type { Snapshot } from '../../../domain/renewal/snapshot.ts';
import { newRenewalState } from '../../../domain/renewal/state.ts';
import type { RenewalState } from '../../../domain/renewal/state.ts';
import { zoneOf } from '../../../domain/renewal/world.ts';
import { toMs } from '../../../domain/time/instant.ts';
import type { Instant } from '../../../domain/time/types.ts';
import { localDate } from '../../../domain/time/zone.ts';
import { RENEWAL } from '../../helpers/world.ts';
import type { Case } from './arbitrary-world.ts';
import { HOUR } from './story.ts';

/** A look with all that it was given, so that it can be judged again. */
export interface Judged {
  readonly at: Instant;
  readonly facts: readonly Fact[];
  readonly before: RenewalState;
  readonly world: Snapshot;
  readonly decision: Decision;
}

const MAX_LOOKS = 3_000;

/** Runs a case from wake-up to wake-up, with extra looks at the instants given; `carry` is the border that a state crosses. */
export function observe(
  given: Case,
  extra: readonly Instant[] = [],
  carry: (state: RenewalState) => RenewalState = (s) => s,
): readonly Judged[] {
  const { script, from, until } = given;
  const looks: Judged[] = [];
  const more = [...extra].sort();
  let { world } = given;
  let state = newRenewalState(RENEWAL);
  let next = 0;
  for (let now: Instant | null = from; now !== null;) {
    if (looks.length > MAX_LOOKS) throw new Error('it never comes to rest');
    const facts: Fact[] = [];
    for (let fact = script[next]; fact !== undefined && fact.at <= now; fact = script[next]) {
      facts.push(fact);
      next += 1;
    }
    const before = carry(state);
    const decision: Decision = decide(before, facts, world, now);
    looks.push({ at: now, facts, before, world, decision });
    ({ state } = decision);
    for (const effect of decision.effects) {
      if (effect.kind === 'amend contract')
        world = { ...world, contract: { ...world.contract, endDate: effect.endDate, noticeDate: effect.noticeDate } };
    }
    while (more[0] !== undefined && more[0] <= now) more.shift();
    const times = [decision.wakeAt, script[next]?.at ?? null, more[0] ?? null].filter((time) => time !== null);
    const soonest: Instant | undefined = times.toSorted()[0];
    now = soonest === undefined || soonest > until ? null : soonest;
  }
  return looks;
}

export function effectsIn(looks: readonly Judged[]): readonly Effect[] {
  return looks.flatMap((look) => look.decision.effects);
}

/** Every rule that holds for every run, whatever the playbook and whatever people do. Gives the first one broken. */
export function broken(looks: readonly Judged[]): string | null {
  return (
    idsOnce(looks) ??
    looks.reduce<string | null>((found, look) => found ?? brokenAt(look), null) ??
    quietBroken(looks) ??
    tasksBroken(looks) ??
    silentAfterClose(looks)
  );
}

function brokenAt(look: Judged): string | null {
  const { decision, at, facts, before, world } = look;
  const { state, wakeAt, view } = decision;
  const closed = state.phase === 'closed';
  if ((wakeAt === null) !== closed) return `${at}: wakeAt is ${String(wakeAt)} while ${state.phase}`;
  if (wakeAt !== null && wakeAt <= at) return `${at}: wakeAt ${wakeAt} is not in the future`;
  const size = JSON.stringify(state).length;
  if (size > 16 * 1024) return `${at}: the state has ${size} characters`;
  if (decision.verdicts.length !== facts.length)
    return `${at}: ${decision.verdicts.length} verdicts for ${facts.length} facts`;
  for (const request of state.quote?.approvals ?? []) {
    const by = state.quote?.issuedBy ?? '';
    if (request.asked.some((a) => a.people.includes(by)) || request.decisions.some((d) => d.by === by))
      return `${at}: four eyes broken by ${by}`;
  }
  const again = decide(structuredClone(before), structuredClone(facts), world, at);
  if (JSON.stringify(again) !== JSON.stringify(decision)) return `${at}: the same call gave another answer`;
  const idle = decide(state, [], afterEffects(look), at);
  if (idle.effects.length > 0) return `${at}: looking again gave ${idle.effects.map((e) => e.id).join(', ')}`;
  if (JSON.stringify(idle.state) !== JSON.stringify(state)) return `${at}: looking again changed the state`;
  if (idle.wakeAt !== wakeAt)
    return `${at}: looking again gave the wake-up ${String(idle.wakeAt)} instead of ${String(wakeAt)}`;
  const mails = decision.effects.filter((e) => e.kind === 'send outreach');
  if (mails.length > 0 && (view.phase !== 'open' || view.paused))
    return `${at}: mail while ${view.paused ? 'paused' : view.phase}`;
  for (const mail of mails) {
    if (at < mail.dueAt) return `${at}: ${mail.id} is due on ${mail.dueAt}`;
    if (at > mail.notAfter) return `${at}: ${mail.id} is not to be sent after ${mail.notAfter}`;
    if (!mail.legal && view.holdsOutreach) return `${at}: ${mail.id} although mail is held`;
    const zone = zoneOf(world, world.client.contacts.find((c) => c.id === mail.contactId)?.zone ?? '');
    const window = windowAt(
      world.clientCalendar,
      zone,
      at,
      world.playbook?.definition.outreach.window ?? { from: '00:00' as never, to: '24:00' as never },
    );
    if (window !== at && !(mail.legal && window > mail.notAfter)) return `${at}: ${mail.id} outside of the window`;
    if (window === at && !isWorkday(world.clientCalendar, localDate(zone, at))) return `${at}: ${mail.id} on a day off`;
  }
  return null;
}

function afterEffects({ world, decision }: Judged): Snapshot {
  const amended = decision.effects.findLast((e) => e.kind === 'amend contract');
  return amended === undefined
    ? world
    : { ...world, contract: { ...world.contract, endDate: amended.endDate, noticeDate: amended.noticeDate } };
}

function idsOnce(looks: readonly Judged[]): string | null {
  for (const ids of [effectsIn(looks).map((e) => e.id), looks.flatMap((l) => l.decision.log.map((e) => e.id))]) {
    const seen = new Set<string>();
    for (const id of ids) {
      if (seen.has(id)) return `${id} came twice`;
      seen.add(id);
    }
  }
  return null;
}

function quietBroken(looks: readonly Judged[]): string | null {
  const last = new Map<string, Instant>();
  for (const { at, decision, world } of looks) {
    const quiet = (world.playbook?.definition.outreach.quietHours ?? 0) * HOUR;
    const here = new Set<string>();
    for (const mail of decision.effects.filter((e) => e.kind === 'send outreach')) {
      const before = last.get(mail.contactId);
      if (!mail.legal) {
        if (before !== undefined && toMs(at) - toMs(before) < quiet)
          return `${at}: ${mail.contactId} had mail on ${before}`;
        if (here.has(mail.contactId)) return `${at}: two courtesy mails to ${mail.contactId}`;
        here.add(mail.contactId);
      }
      last.set(mail.contactId, at);
    }
  }
  return null;
}

/** A task is closed once, after it was opened; at the end only what was opened and not closed is open. */
function tasksBroken(looks: readonly Judged[]): string | null {
  const open = new Set<string>();
  const escalated = new Set<string>();
  for (const { at, decision } of looks) {
    for (const effect of decision.effects) {
      if (effect.kind === 'open task') open.add(effect.id);
      else if (effect.kind === 'escalate') escalated.add(effect.id);
      else if (effect.kind === 'close task' && !open.delete(effect.taskId) && !escalated.delete(effect.taskId))
        return `${at}: ${effect.taskId} was not open`;
    }
    const told = Object.values(decision.state.open).toSorted().join();
    if (told !== [...open].toSorted().join()) return `${at}: open tasks are ${told}`;
  }
  return null;
}

function silentAfterClose(looks: readonly Judged[]): string | null {
  for (const { at, before, decision } of looks) {
    if (before.phase === 'closed' && (decision.effects.length > 0 || decision.state.phase !== 'closed'))
      return `${at}: something happened after the end`;
  }
  return null;
}
