import type { Instant } from '../time/types.ts';
import type { SupersedeReason } from './effects.ts';
import { beforeImport, capReached, dueMail, mayLeaveAt, plannedMails, whyNotSent } from './outreach.ts';
import type { DueMail, PlannedMail } from './outreach.ts';
import type { StageProgress } from './progress.ts';
import { openEngineTask } from './tasks.ts';
import { because, emit, handle, isSooner, lookFor, lookQuietly, patch, wake } from './work.ts';
import type { Agenda, Work } from './work.ts';
import { isPaused } from './world.ts';
import type { World } from './world.ts';
import { holdReason } from './risk.ts';

const MAILED_KEPT = 40;

/**
 * Sends what is due: at most one courtesy mail per contact, the latest that is still valid; the others
 * are superseded with the reason. Notes the instants at which there is something to look at again.
 */
export function sendDue(
  world: World,
  work: Work,
  stages: readonly StageProgress[],
  inWork: StageProgress | null,
  agenda: Agenda,
  now: Instant,
): void {
  const held = holdReason(world, work.state) !== null;
  const waiting: DueMail[] = [];
  const allPlanned = plannedMails(world, work.state, stages, inWork);
  for (const planned of allPlanned) {
    // Held mail is looked at when the hold ends, and that is a fact: until then nothing becomes of it, whoever looks.
    if (held && !planned.legal) continue;
    if (planned.dueAt > now) {
      lookAhead(world, work, agenda, planned);
      continue;
    }
    const mail = dueMail(world, planned);
    const reason = whyNotSent(world, work.state, mail, now);
    if (reason !== null) supersede(world, work, mail, reason, now);
    else if (mail.legal && olderThanImport(world, allPlanned, mail, now))
      supersede(world, work, mail, beforeImport(world, work.state, mail) ? 'before import' : 'newer due', now);
    else if (mail.legal) sendLegal(world, work, mail, agenda, now);
    else waiting.push(mail);
  }
  for (const mails of byContact(waiting)) sendLatest(world, work, mails, agenda, now);
}

/** The mails of each contact, contacts in the order of their first mail. */
function byContact(mails: readonly DueMail[]): readonly (readonly DueMail[])[] {
  if (mails.length < 2) return mails.length === 0 ? [] : [mails];
  const groups = new Map<string, DueMail[]>();
  for (const mail of mails) {
    const id = mail.contact?.id ?? '';
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [mail]);
    else group.push(mail);
  }
  return [...groups.values()];
}

/** Of several notices of a series that were due before we knew of the contract, only the last one is sent. */
function olderThanImport(world: World, planned: readonly PlannedMail[], mail: PlannedMail, now: Instant): boolean {
  if (mail.dueAt >= world.snapshot.contract.knownSince) return false;
  return planned.some((m) => m.series === mail.series && m.dueAt > mail.dueAt && m.dueAt <= now);
}

function sendLatest(world: World, work: Work, mails: readonly DueMail[], agenda: Agenda, now: Instant): void {
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
  if (at > now) lookForMail(agenda, latest, at);
  else send(work, latest, now);
}

/** A notice goes out in its own right; while paused, by a person: a pause must not cost a legal deadline. */
function sendLegal(world: World, work: Work, mail: DueMail, agenda: Agenda, now: Instant): void {
  if (isPaused(work.state)) {
    legalByPost(world, work, mail, now, 'paused');
    handle(work, mail.key, 't');
    return;
  }
  const at = mayLeaveAt(world, work.state, mail, now);
  // The send window is a courtesy; a notice that would miss its deadline by it leaves at once.
  if (at > now && at <= mail.notAfter) lookForMail(agenda, mail, at);
  else send(work, mail, now);
}

/** A mail that would not leave on its day as things are is looked at then, but nobody is told to expect it. */
function lookAhead(world: World, work: Work, agenda: Agenda, mail: PlannedMail): void {
  const at = mail.dueAt;
  if (!isSooner(agenda, at)) return;
  const leaves =
    whyNotSent(world, work.state, dueMail(world, mail), at) === null && !capReached(world, work.state, mail, at);
  if (leaves) lookForMail(agenda, mail, at);
  else lookQuietly(agenda, wake(at, 'looks'));
}

function lookForMail(agenda: Agenda, { step }: PlannedMail, at: Instant): void {
  if (isSooner(agenda, at)) lookFor(agenda, wake(at, 'mail', { template: step.template, to: step.to }));
}

function send(work: Work, mail: DueMail, now: Instant): void {
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
