import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { SendDoc } from '../../schemas/send.ts';
import type { OutreachDeps } from './deps.ts';
import type { Dispatch } from './dispatch.ts';
import { findSend, moveSend } from './ledger.ts';
import type { Move } from './ledger.ts';
import { entryOf, reportSend, tellRenewal, writeEntries } from './report.ts';

export const RESOLUTIONS = ['sent', 'resend', 'drop'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** A mail of which nobody knows whether it arrived. */
export interface DoubtfulSend {
  readonly id: string;
  readonly renewalId: string;
  readonly clientId: string;
  readonly recipient: SendDoc['recipient'];
  readonly template: string;
  readonly legal: boolean;
  readonly dueAt: Instant;
  readonly notAfter: Instant;
  readonly messageId: string | null;
  /** When its final dot may have gone out. */
  readonly since: Instant | null;
  /**
   * What the policy says: a legal notice is better sent twice (under the same Message-ID) than not at all;
   * about a courtesy mail a person is asked.
   */
  readonly advice: 'resend' | 'ask';
}

type Reads = Pick<OutreachDeps['db'], 'sends'>;

/** All doubtful mails, the oldest first. */
export async function listUnknown(db: Reads): Promise<readonly DoubtfulSend[]> {
  const rows = await db.sends.find({ state: 'unknown' }).sort({ dueAt: 1, _id: 1 }).lean<SendDoc[]>();
  return rows.map((row) => ({
    id: row._id,
    renewalId: row.renewalId,
    clientId: row.clientId,
    recipient: row.recipient,
    template: row.template,
    legal: row.legal,
    dueAt: row.dueAt,
    notAfter: row.notAfter,
    messageId: row.messageId,
    since: row.transmittingAt,
    advice: row.legal ? 'resend' : 'ask',
  }));
}

/**
 * Settles a doubtful mail by a person's word: it was sent, send it again, or let it be. Sending again keeps
 * the Message-ID, so that mailboxes may fold the copies. Of two people at once one is told that it is settled.
 *
 * @param by id of the person
 * Throws `send.not_found`, `send.not_unknown`, `send.too_late`.
 */
export async function resolveUnknown(
  deps: OutreachDeps,
  dispatch: Pick<Dispatch, 'again'>,
  sendId: string,
  resolution: Resolution,
  by: string,
): Promise<SendDoc> {
  const row = await findSend(deps.db, sendId);
  if (row === null) throw PerennialError.of('send.not_found', { id: excerpt(sendId) });
  const at = deps.now();
  switch (resolution) {
    case 'sent':
      return settle(deps, row, { to: 'sent', at, by, reason: null });
    case 'drop':
      return settle(deps, row, { to: 'cancelled', at, by, reason: 'dropped' });
    case 'resend': {
      if (at > row.notAfter) throw PerennialError.of('send.too_late', { id: sendId, notAfter: row.notAfter });
      await reportSend(deps, row);
      const planned = await moved(deps, row, { to: 'planned', at, by, reason: null, note: 'resend' });
      const entry = entryOf(planned);
      await writeEntries(deps, planned, [{ ...entry, name: 'mail resend' }]);
      await tellRenewal(deps, planned);
      await dispatch.again([sendId]);
      return planned;
    }
    default:
      return resolution satisfies never;
  }
}

async function settle(deps: OutreachDeps, row: SendDoc, move: Move): Promise<SendDoc> {
  // The doubt itself may not have been told yet: it belongs into the history before its end.
  await reportSend(deps, row);
  const settled = await moved(deps, row, move);
  await reportSend(deps, settled);
  return settled;
}

async function moved(deps: OutreachDeps, row: SendDoc, move: Move): Promise<SendDoc> {
  const after = row.state === 'unknown' ? await moveSend(deps.db, row._id, 'unknown', move) : null;
  if (after !== null) return after;
  const { state } = (await findSend(deps.db, row._id)) ?? row;
  throw PerennialError.of('send.not_unknown', { id: row._id, state });
}
