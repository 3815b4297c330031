import { createDispatch, planSends } from '../../activities/outreach/index.ts';
import { addMs, MS_PER_DAY } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { ClientSession } from 'mongoose';
import type { Database } from '../../schemas/connection.ts';
import type { OperationsContext } from '../context.ts';

const FRESH_MS = 7 * MS_PER_DAY;

/** A mail to one of the team about something that a person did on a page; it takes the way of all mails. */
export interface TeamNote {
  /** Of the mail: the same one twice is one mail. */
  readonly id: string;
  readonly renewalId: string;
  readonly contractId: string;
  readonly clientId: string;
  readonly personId: string;
  readonly template: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Writes the mail into the ledger, within the caller's transaction. */
export async function planTeamNote(
  db: Pick<Database, 'sends'>,
  session: ClientSession,
  { personId, ...note }: TeamNote,
  now: Instant,
): Promise<void> {
  await planSends(db, session, [
    {
      ...note,
      audience: 'team',
      recipient: { kind: 'person', personId },
      legal: false,
      dueAt: now,
      notAfter: addMs(now, FRESH_MS),
      plannedAt: now,
      state: 'planned',
    },
  ]);
}

/** Starts the delivery. Where the service is away, the hourly sweep does it: the mail stands in the ledger. */
export async function sendTeamNote(context: Pick<OperationsContext, 'temporal'>, id: string): Promise<void> {
  try {
    await createDispatch(await context.temporal())([id]);
  } catch {
    // Nothing is lost: what was asked is stored.
  }
}
