import type { ExecutionContext } from 'ava';
import type { Instant } from '../../../domain/time/index.ts';
import { addMs, MS_PER_HOUR } from '../../../domain/time/index.ts';
import { messageIdFor } from '../../../mail/addresses.ts';
import { acceptMail } from '../../../operations/mail-in/accept-mail.ts';
import type { MailFate } from '../../../operations/mail-in/accept-mail.ts';
import { noteOf } from '../../../operations/mail-in/note.ts';
import type { MailNote } from '../../../operations/mail-in/note.ts';
import type { Renewals } from '../../../operations/events/tell-event.ts';
import type { Database } from '../../../schemas/connection.ts';
import type { InboxDoc } from '../../../schemas/inbox.ts';
import type { SendDoc } from '../../../schemas/send.ts';
import { introduction, plan, RENEWAL_ROW } from '../../activities/outreach/outreach-world.ts';
import { freshWorld } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';
import { at, RENEWAL } from '../../helpers/world.ts';
import { inboxWorld } from '../events/inbox-world.ts';
import type { World } from '../events/inbox-world.ts';

export const NOW = at('2027-02-03', 12);

export interface MailWorld extends World {
  accept(raw: Buffer, via?: string): Promise<MailFate>;
  /** The newest of the inbox, with what is kept of the mail. */
  stored(): Promise<readonly (InboxDoc & { readonly note: MailNote | null })[]>;
}

let shared: Promise<Database> | undefined;

/** A renewal that has written to its decision-maker; one database for the tests of a file. */
export async function mailWorld(t: ExecutionContext<MongoContext>, renewals?: Renewals): Promise<MailWorld> {
  shared ??= freshWorld(t);
  const db = await shared;
  const kept = [RENEWAL];
  await Promise.all([
    db.sends.collection.deleteMany({}),
    db.clients.collection.updateMany({}, { $unset: { 'contacts.$[].suppressed': true } }),
    db.renewals.collection.deleteMany({ _id: { $nin: kept as never[] } }),
    db.clients.collection.deleteMany({ _id: { $ne: 'cli_1' as never } }),
  ]);
  const world = await inboxWorld(db, NOW, renewals);
  await sent(db, {});
  return {
    ...world,
    accept: (raw, via = 'imap') => acceptMail(db, { raw, via, arrivedAt: null }, NOW),
    stored: async () => {
      const events = await db.inbox.find().sort({ eventId: 1 }).lean<InboxDoc[]>();
      return events.map((event) => ({ ...event, note: noteOf(event) }));
    },
  };
}

/** A mail in the ledger that has left. */
export async function sent(db: Database, change: Partial<SendDoc>, at: Instant = addMs(NOW, -MS_PER_HOUR)) {
  const id = change._id ?? introduction().id;
  await plan(db, { ...introduction(id) });
  const messageId = messageIdFor(id, 'vendor.example.com');
  await db.sends.collection.updateOne(
    { _id: id as never },
    { $set: { state: 'sent', messageId, transmittingAt: at, settledAt: at, ...change } },
  );
  return messageId;
}

export const INTRODUCTION = messageIdFor(introduction().id, 'vendor.example.com');

/** Another renewal of a client, open or not. */
export async function renewal(db: Database, id: string, change: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await db.renewals.collection.insertOne({ ...RENEWAL_ROW, contractId: id, ...change, _id: id } as never);
}
