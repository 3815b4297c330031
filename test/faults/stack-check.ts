import { canonicalJson } from '../../domain/history/index.ts';
import { addDays } from '../../domain/time/civil.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { SendDoc } from '../../schemas/send.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import { differences } from './stack-evidence.ts';
import type { Evidence } from './stack-evidence.ts';
import { wall } from './stack-walk.ts';
import type { Told } from './stack-walk.ts';

/** The invariants by their names, each with what breaks it; empty lists where all hold. */
export type Faults = Readonly<Record<'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8', readonly string[]>>;

export const NO_FAULTS: Faults = { I1: [], I2: [], I3: [], I4: [], I5: [], I6: [], I7: [], I8: [] };

/**
 * Judges a run from the outside: mails, ledger, read model, history and the workflows' own answers, against what the
 * callers were told and a small model of the playbooks' calendar that shares no code with the engine.
 */
export function check(
  evidence: Evidence,
  told: readonly Told[],
  now: Instant,
  reminders: Reminders = SHIPPED_REMINDERS,
): Faults {
  return {
    I1: twice(evidence),
    I2: missing(evidence, now, reminders),
    I3: untimely(evidence, told, reminders),
    I4: forgotten(evidence, told),
    I5: [...evidence.chains].flatMap(([id, report]) => (report.ok ? [] : [`${id}: ${JSON.stringify(report)}`])),
    I6: differences(evidence),
    I7: crowded(evidence),
    I8: ownApprovals(evidence),
  };
}

function repeated(keys: readonly string[]): readonly string[] {
  return [...new Set(keys.filter((key, i) => keys.indexOf(key) !== i))];
}

/** I1: nothing arrives twice, no mail is planned under two ids, no task or approval is opened twice. */
function twice({ mails, sends, tasks, approvals, history }: Evidence): readonly string[] {
  const known = new Set(sends.map(({ messageId }) => messageId));
  const sameMail = ({ renewalId: id, template, recipient, context, dueAt, _id }: SendDoc) =>
    // Reminders of one series are the same mail on another day.
    canonicalJson({ id, template, recipient, context, dueAt, step: _id.split('/').at(-3) ?? '' });
  const open = tasks.filter(({ state }) => state === 'open');
  return [
    ...repeated(mails.map(({ messageId }) => messageId)).map((id) => `mail ${id} arrived twice`),
    ...mails
      .filter(({ messageId }) => !known.has(messageId))
      .map(({ messageId }) => `mail ${messageId} is in no ledger`),
    ...repeated(sends.map(sameMail)).map((key) => `planned twice: ${key}`),
    ...repeated(
      open.map(({ renewalId: id, kind, stage, step, assignee, why }) =>
        canonicalJson({ id, kind, stage, step, assignee, why: why.inputs }),
      ),
    ).map((key) => `open twice: ${key}`),
    ...repeated(approvals.map(({ renewalId: id, rule, quote }) => `${id} ${rule} ${quote.revision}`)),
    ...repeated(history.map(({ renewalId: id, entryId }) => `${id} ${entryId}`)).map((key) => `told twice: ${key}`),
  ];
}

/** States in which a mail may rest, and whether the ledger must say why. */
function restsWell(row: SendDoc, arrived: number, listed: boolean): string | null {
  switch (row.state) {
    case 'sent':
      return arrived === 1 ? null : `sent, and ${arrived} arrived`;
    case 'unknown':
      return listed ? null : 'doubtful, and not listed';
    case 'superseded':
    case 'suppressed':
    case 'cancelled':
    case 'refused':
      if (arrived > 0) return `${row.state}, and it arrived`;
      return row.reason === null ? `${row.state} without a reason` : null;
    case 'deferred':
      return row.nextAttemptAt === null ? 'put off for ever' : null;
    case 'planned':
    case 'claimed':
    case 'transmitting':
      return `left in ${row.state}`;
    default:
      return row.state satisfies never;
  }
}

/** I2: what is due was sent, or the ledger says why not; and every reminder the calendar asks for has its row. */
function missing(evidence: Evidence, now: Instant, reminders: Reminders): readonly string[] {
  const { sends, mails, doubtful } = evidence;
  const rows = new Set(sends.map(({ _id }) => _id));
  return [
    ...sends.flatMap((row) => {
      const arrived = mails.filter(({ messageId }) => messageId === row.messageId).length;
      const fault = restsWell(row, row.messageId === null ? 0 : arrived, doubtful.has(row._id));
      return fault === null ? [] : [`${row._id}: ${fault}`];
    }),
    ...expectedReminders(evidence, now, reminders).flatMap((id) =>
      rows.has(id) ? [] : [`${id} is due and not in the ledger`],
    ),
  ];
}

/** Days before the end at which clients are reminded, by tier and step. */
export type Reminders = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

const SHIPPED_REMINDERS: Reminders = {
  B: { reminder: [90, 60, 30, 14], 'final-reminder': [7, 0] },
  C: { reminder: [30, 15, 7], 'final-reminder': [3, 0] },
};

/** So many days a reminder may wait for the client's next office hours; then it is too late for it. */
const CATCH_UP_DAYS = 5;

/**
 * Ledger ids of all reminders of yesterday and before; of those of more than a few days ago where the client is not in
 * the office, since the others may wait for the morning. Left out are clients whose calendar has days off, and renewals
 * whose mail is held back: what becomes of it is decided when the hold ends.
 */
function expectedReminders(
  { contracts, clients, renewals }: Evidence,
  now: Instant,
  reminders: Reminders,
): readonly string[] {
  return contracts.flatMap((contract) => {
    const client = clients.find(({ _id }) => _id === contract.clientId);
    const id = renewalId(contract._id, contract.term);
    const open = renewals.some(
      (renewal) => renewal._id === id && renewal.phase === 'open' && !renewal.view.holdsOutreach,
    );
    const { endDate } = contract;
    if (client === undefined || endDate === null || !open) return [];
    if (contract.autoRenew || client.calendarId !== 'always') return [];
    const { date: today, hour } = wall(client.zone, now);
    const settled = hour >= 10 && hour < 16 ? today : addDays(today, -CATCH_UP_DAYS - 1);
    return Object.entries(reminders[client.tier] ?? {}).flatMap(([step, days]) =>
      days.flatMap((before, i) =>
        addDays(endDate, -before) < settled ? [`${id}/reminders/${step}/${i + 1}/mail/decision-maker`] : [],
      ),
    );
  });
}

/** I3: nothing before its day or outside the client's office hours, and nothing to a client whose renewal was cancelled. */
function untimely(
  { sends, mails, clients, contracts }: Evidence,
  told: readonly Told[],
  reminders: Reminders,
): readonly string[] {
  return sends.flatMap((row) => {
    const mail = mails.find(({ messageId }) => messageId === row.messageId);
    const client = clients.find(({ _id }) => _id === row.clientId);
    const contract = contracts.find(({ _id }) => _id === row.contractId);
    if (mail === undefined || row.audience !== 'client' || client === undefined || contract === undefined) return [];
    const { date, hour } = wall(contactZone(client, row), mail.receivedAt as Instant);
    const day = reminderDay(row, client, contract, reminders);
    const begun = row.moves.findLast(({ to }) => to === 'claimed')?.at ?? '';
    const cancelled = told.find(
      (one) => one.renewalId === row.renewalId && one.kind === 'cancelled' && one.verdict === 'accepted',
    );
    return [
      ...(mail.receivedAt < row.dueAt ? [`${row._id} came before it was due`] : []),
      ...(day !== null && date < day ? [`${row._id} came on ${date}, meant for ${day}`] : []),
      ...(!row.legal && (hour < 9 || hour >= 17) ? [`${row._id} came at ${hour} o'clock`] : []),
      ...(cancelled !== undefined && begun > cancelled.answeredAt ? [`${row._id} came after the cancellation`] : []),
    ];
  });
}

function contactZone(client: ClientDoc, row: SendDoc): string {
  const { recipient } = row;
  const contact =
    recipient.kind === 'contact' ? client.contacts.find(({ id }) => id === recipient.contactId) : undefined;
  return contact?.zone ?? client.zone;
}

function reminderDay(row: SendDoc, client: ClientDoc, contract: ContractDoc, reminders: Reminders): string | null {
  const [, step = '', n = ''] = /\/reminders\/([^/]+)\/(\d+)\/mail\//.exec(row._id) ?? [];
  const before = reminders[client.tier]?.[step]?.[Number(n) - 1];
  const past = contract.terms.find(({ term }) => renewalId(contract._id, term) === row.renewalId);
  const endDate = past?.endDate ?? contract.endDate;
  return before === undefined || contract.autoRenew || endDate === null ? null : addDays(endDate, -before);
}

/** I4: what was accepted stands in the history once, what was refused does not. */
function forgotten({ history }: Evidence, told: readonly Told[]): readonly string[] {
  const facts = history.filter(({ kind }) => kind === 'fact');
  return told.flatMap(({ id, kind, verdict, renewalId: of, wanted, code }) => {
    const seen = facts.filter(({ entryId, renewalId: where }) => entryId === id && where === of).length;
    const should = verdict === 'accepted' ? 1 : 0;
    return [
      ...(seen === should ? [] : [`${kind} of ${of}: ${verdict}, and ${seen} times in the history`]),
      ...(verdict === wanted ? [] : [`${kind} of ${of}: ${wanted} was expected, ${verdict} was told (${code ?? ''})`]),
    ];
  });
}

/** I7: within the hours of one test nobody gets two courtesy mails about one contract. */
function crowded({ sends, mails, clients }: Evidence): readonly string[] {
  const arrived = new Set(mails.map(({ messageId }) => messageId));
  const courtesy = sends.filter((row) => row.audience === 'client' && !row.legal && arrived.has(row.messageId ?? ''));
  return repeated(
    courtesy.map(({ contractId, recipient, clientId }) => {
      const contacts = clients.find(({ _id }) => _id === clientId)?.contacts ?? [];
      const id = recipient.kind === 'contact' ? recipient.contactId : '';
      return `${contractId} ${contacts.find((one) => one.id === id)?.email ?? id}`;
    }),
  ).map((key) => `several mails to ${key}`);
}

/** I8: nobody decides on a request of their own. */
function ownApprovals({ approvals }: Evidence): readonly string[] {
  return approvals.flatMap(({ _id, requestedBy, decisions }) =>
    decisions.some(({ by }) => by === requestedBy) ? [`${_id} was decided by who asked`] : [],
  );
}

/**
 * What one renewal has left behind, without ids and times of its own: two that went the same way have the same. That a
 * mail was refused is told by a signal, which may come before or after the renewal's end: what it brings is left out.
 */
export function footprint({ renewals, tasks, sends, approvals, history }: Evidence, id: string): readonly string[] {
  const own = <T extends { readonly renewalId: string }>(rows: readonly T[], idOf: (row: T) => string) =>
    rows
      .filter((row) => row.renewalId === id && !idOf(row).includes('/mail-refused/'))
      .map((row) => ({ row, key: idOf(row).replaceAll(id, '') }));
  const renewal = renewals.find(({ _id }) => _id === id);
  return [
    `outcome ${renewal?.outcome ?? ''}`,
    ...own(tasks, ({ _id }) => _id).map(({ row, key }) => `task ${key} ${row.state}`),
    ...own(approvals, ({ _id }) => _id).map(({ row, key }) => `approval ${key} ${row.status}`),
    // Whether a mail was left in doubt is the kill's doing.
    ...own(sends, ({ _id }) => _id).map(
      ({ row, key }) => `mail ${key} ${row.state === 'unknown' ? 'sent' : row.state}`,
    ),
    ...own(history, ({ entryId }) => entryId)
      .filter(({ row }) => !row.name.startsWith('mail '))
      .map(({ row }) => `${row.kind} ${row.name} ${row.stage ?? ''}`),
  ].toSorted((a, b) => (a < b ? -1 : 1));
}
