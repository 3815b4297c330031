import type { Event } from '../../domain/renewal/facts.ts';
import type { LogEntry } from '../../domain/renewal/effects.ts';
import type { Actor } from '../../domain/people/types.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SendDoc } from '../../schemas/send.ts';
import { appendHistory } from '../history/append.ts';
import { crashpoint } from './crashpoint.ts';
import type { OutreachDeps } from './deps.ts';
import { markReported } from './ledger.ts';

/**
 * Tells history and workflow what became of a mail, then notes that they know. Every step may be done
 * twice: after a crash in between, the next attempt does all of it again.
 */
export async function reportSend(deps: OutreachDeps, row: SendDoc): Promise<void> {
  if (row.reported) return;
  await writeEntries(deps, row, [entryOf(row)]);
  crashpoint('send.after_history');
  await tellRenewal(deps, row);
  await markReported(deps.db, row);
  crashpoint('send.after_report');
}

/** Tells the renewal what it must hear of the state a row stands in: first that a doubt is settled, then what came of it. */
export async function tellRenewal(deps: OutreachDeps, row: SendDoc): Promise<void> {
  for (const event of [settledDoubt(row), eventOf(row)]) {
    if (event === null) continue;
    if (event.kind === 'mail bounced') await flagContact(deps, row, event.contactId, event.at);
    await deps.signalRenewal(row.renewalId, event);
  }
}

export async function writeEntries(deps: OutreachDeps, row: SendDoc, entries: readonly LogEntry[]): Promise<void> {
  const renewal = await deps.db.renewals.findById(row.renewalId).lean<RenewalDoc>();
  const { renewalId, clientId } = row;
  const playbook = renewal?.state?.playbook ?? null;
  await deps.db.transaction(async (session) => {
    await appendHistory(deps.db, deps.keys, session, { renewalId, clientId, playbook, entries });
  });
}

/** The line of the history for the state a row stands in. */
export function entryOf(row: SendDoc): LogEntry {
  const move = row.moves.at(-1);
  const by = move?.by ?? 'engine';
  const actor: Actor = by === 'engine' ? { kind: 'engine' } : { kind: 'person', id: by };
  return {
    id: `${row._id}#${row.state}#${row.moves.length}`,
    at: move?.at ?? row.plannedAt,
    kind: 'effect',
    name: `mail ${row.state}`,
    actor,
    stage: typeof row.context['stage'] === 'string' ? row.context['stage'] : null,
    why: null,
    detail: {
      effectId: row._id,
      template: row.template,
      audience: row.audience,
      recipientId: row.recipient.kind === 'person' ? row.recipient.personId : row.recipient.contactId,
      messageId: row.messageId,
      outcome: row.reason,
      code: row.answer?.code ?? null,
      // Servers quote addresses: sealed under the client's key.
      note: move?.note ?? '',
    },
  };
}

/** What the renewal must hear of; null where the history is enough. */
export function eventOf(row: SendDoc): Event | null {
  if (row.audience !== 'client' || row.recipient.kind !== 'contact') return null;
  const fact = { ...told(row), id: factId(row, row.state, row.moves.length) };
  const refused = (reason: string): Event => ({ ...fact, kind: 'mail refused', reason });
  switch (row.state) {
    case 'refused': {
      const reason = row.answer === null ? (row.reason ?? 'mail refused') : row.answer.text;
      const { contactId } = row.recipient;
      const bounced = row.reason === 'address refused' || row.reason === 'bad address';
      return bounced ? { ...fact, kind: 'mail bounced', contactId, reason } : refused(reason);
    }
    // A courtesy mail that fell away is no loss; a legal notice becomes work for a person.
    case 'suppressed':
      return row.legal ? refused(row.reason ?? 'suppressed') : null;
    case 'superseded':
      return row.reason === 'too late' && (row.legal || row.tries > 0) ? refused('too late') : null;
    case 'cancelled':
      return row.reason === 'no contact' ? refused('no contact') : null;
    // Nobody can say whether it arrived: that is for a person, the more so where a deadline hangs on it.
    case 'unknown':
      return refused(row.legal ? 'unknown legal notice' : 'unknown');
    case 'planned':
    case 'claimed':
    case 'transmitting':
    case 'deferred':
    case 'sent':
      return null;
    default:
      return row.state satisfies never;
  }
}

/**
 * The last doubt about a mail that is settled. Told with each later state as well: a crash after a person's word must
 * not leave their task open.
 */
function settledDoubt(row: SendDoc): Event | null {
  const moves = row.moves.findLastIndex(({ from }) => from === 'unknown');
  const at = row.moves[moves]?.at;
  if (row.audience !== 'client' || at === undefined) return null;
  const id = factId(row, 'settled', moves + 1);
  return { ...told(row), id, at, kind: 'mail settled', doubt: factId(row, 'unknown', moves) };
}

function told(row: SendDoc) {
  const at = row.moves.at(-1)?.at ?? row.plannedAt;
  return { at, by: { kind: 'system', id: 'mail' }, effectId: row._id } as const;
}

function factId(row: SendDoc, state: string, moves: number): string {
  return `${row._id}#${state}#${moves}`;
}

/** Nothing more is sent to an address that the mail server says does not exist. An earlier flag stays. */
async function flagContact(deps: OutreachDeps, row: SendDoc, contactId: string, at: Instant): Promise<void> {
  await deps.db.clients.updateOne(
    { _id: row.clientId },
    { $set: { 'contacts.$[contact].suppressed': { reason: 'bounce', at } } },
    { arrayFilters: [{ 'contact.id': contactId, 'contact.suppressed': { $exists: false } }] },
  );
}
