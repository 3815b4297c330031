import type { Instant } from '../time/types.ts';
import type { SupersedeReason } from './effects.ts';
import { capReached, mayLeaveAt, plannedMails, whyNotSent } from './outreach.ts';
import type { PlannedMail } from './outreach.ts';
import type { StageProgress } from './progress.ts';
import { openEngineTask } from './tasks.ts';
import { because, emit, handle, patch, wake } from './work.ts';
import type { Wake, Work } from './work.ts';
import { isPaused } from './world.ts';
import type { World } from './world.ts';
import { holdReason } from './risk.ts';

const MAILED_KEPT = 40;

/**
 * Sends what is due: at most one courtesy mail per contact, the latest that is still valid; the others
 * are superseded with the reason. Returns the instants at which there is something to look at again.
 */
export function sendDue(
  world: World,
  work: Work,
  stages: readonly StageProgress[],
  inWork: StageProgress | null,
  now: Instant,
): readonly Wake[] {
  const wakes: Wake[] = [];
  const held = holdReason(world, work.state) !== null;
  const waiting = new Map<string, PlannedMail[]>();
  const planned = plannedMails(world, work.state, stages, inWork);
  for (const mail of planned) {
    // Held mail is looked at when the hold ends, and that is a fact: until then nothing becomes of it, whoever looks.
    if (held && !mail.legal) continue;
    if (mail.dueAt > now) {
      wakes.push(mailWake(mail, mail.dueAt));
      continue;
    }
    const reason = whyNotSent(world, work.state, mail, now);
    if (reason !== null) supersede(world, work, mail, reason, now);
    else if (mail.legal && olderThanImport(world, planned, mail, now))
      supersede(world, work, mail, 'before import', now);
    else if (mail.legal) sendLegal(world, work, mail, now, wakes);
    else {
      const contactId = mail.contact?.id ?? '';
      waiting.set(contactId, [...(waiting.get(contactId) ?? []), mail]);
    }
  }
  for (const mails of waiting.values()) sendLatest(world, work, mails, now, wakes);
  return wakes;
}

/** Of several notices of a series that were due before we knew of the contract, only the last one is sent. */
function olderThanImport(world: World, planned: readonly PlannedMail[], mail: PlannedMail, now: Instant): boolean {
  const later = (m: PlannedMail) => m.series === mail.series && m.dueAt > mail.dueAt && m.dueAt <= now;
  return mail.dueAt < world.snapshot.contract.knownSince && planned.some(later);
}

function sendLatest(world: World, work: Work, mails: readonly PlannedMail[], now: Instant, wakes: Wake[]): void {
  const latest = mails.reduce((a, b) => (b.dueAt > a.dueAt ? b : a));
  for (const mail of mails) if (mail !== latest) supersede(world, work, mail, 'newer due', now);
  if (capReached(world, work.state, latest, now)) {
    supersede(world, work, latest, 'cap reached', now);
    const why = because('outreach.cap', { series: latest.series });
    openEngineTask(work, world.snapshot, now, {
      kind: 'mail cap',
      occurrence: latest.series.replaceAll('/', '-'),
      role: 'sales-rep',
      stage: latest.stage?.stage.id ?? null,
      why,
    });
    return;
  }
  const at = mayLeaveAt(world, work.state, latest, now);
  if (at > now) wakes.push(mailWake(latest, at));
  else send(work, latest, now);
}

/** A notice goes out in its own right; while paused, by a person: a pause must not cost a legal deadline. */
function sendLegal(world: World, work: Work, mail: PlannedMail, now: Instant, wakes: Wake[]): void {
  if (isPaused(work.state)) {
    legalByPost(world, work, mail, now, 'paused');
    handle(work, mail.key, 't');
    return;
  }
  const at = mayLeaveAt(world, work.state, mail, now);
  // The send window is a courtesy; a notice that would miss its deadline by it leaves at once.
  if (at > now && at <= mail.notAfter) wakes.push(mailWake(mail, at));
  else send(work, mail, now);
}

function mailWake(mail: PlannedMail, at: Instant): Wake {
  return wake(at, 'mail', { template: mail.step.template, to: mail.step.to });
}

function send(work: Work, mail: PlannedMail, now: Instant): void {
  const { contact, step } = mail;
  if (contact === null) return;
  const stage = mail.stage?.stage.id ?? null;
  handle(work, mail.key, 's');
  patch(work, {
    mailed: [...work.state.mailed, { contactId: contact.id, series: mail.series, at: now }].slice(-MAILED_KEPT),
  });
  emit(
    work,
    {
      kind: 'send outreach',
      id: mailId(work, mail),
      why: because('outreach.due', { due: mail.dueAt, template: step.template, occurrence: mail.occurrence }),
      stage,
      step: step.id,
      template: step.template,
      to: step.to,
      contactId: contact.id,
      legal: mail.legal,
      dueAt: mail.dueAt,
      notAfter: mail.notAfter,
      meeting: mail.meeting,
    },
    now,
    stage,
  );
}

function supersede(world: World, work: Work, mail: PlannedMail, reason: SupersedeReason, now: Instant): void {
  const { step } = mail;
  const stage = mail.stage?.stage.id ?? null;
  const lostNotice = mail.legal && reason === 'too late';
  handle(work, mail.key, reason === 'no contact' || reason === 'suppressed' || lostNotice ? 't' : 'x');
  const why = because(`outreach.superseded`, { reason, due: mail.dueAt });
  emit(
    work,
    {
      kind: 'supersede outreach',
      id: mailId(work, mail),
      why,
      step: step.id,
      template: step.template,
      to: step.to,
      dueAt: mail.dueAt,
      reason,
    },
    now,
    stage,
  );
  if (reason !== 'no contact' && reason !== 'suppressed' && !lostNotice) return;
  if (mail.legal) legalByPost(world, work, mail, now, reason);
  // Who wants no mail is not a fault of the address.
  else if (mail.contact?.suppressed?.reason !== 'opt-out')
    openEngineTask(work, world.snapshot, now, {
      kind: 'bad address',
      occurrence: mail.contact?.id ?? 'none',
      role: 'sales-rep',
      stage,
      why,
    });
}

function legalByPost(world: World, work: Work, mail: PlannedMail, now: Instant, reason: string): void {
  const why = because('outreach.legal_by_person', { reason, due: mail.dueAt });
  openEngineTask(work, world.snapshot, now, {
    kind: 'legal by post',
    occurrence: mail.key.replaceAll('/', '-'),
    role: 'sales-rep',
    stage: mail.stage?.stage.id ?? null,
    why,
  });
}

function mailId(work: Work, mail: PlannedMail): string {
  return `${work.state.renewalId}/${mail.key}/mail/${mail.step.to}`;
}
