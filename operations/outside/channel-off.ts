import { trusted } from 'mongoose';
import { addMs, MS_PER_DAY } from '../../domain/time/index.ts';
import type { OffReason } from '../../domain/outgoing/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { ChannelDoc, DeliveryDoc } from '../../schemas/channel.ts';
import type { Database } from '../../schemas/connection.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { recordAudit } from '../audit/append.ts';

/**
 * Switches a channel off because nothing gets through, keeps what waits for it, and tells operations: a task at the
 * renewal whose fact did not go out, and a line in the audit log.
 */
export async function switchOff(
  db: Database,
  channel: ChannelDoc,
  because: Exclude<OffReason, 'person'>,
  failed: DeliveryDoc,
  now: Instant,
): Promise<void> {
  const { modifiedCount } = await db.channels.updateOne(
    { _id: channel._id, disabledAt: null },
    { $set: { disabledAt: now, disabledBecause: because, restsUntil: null, updatedAt: now } },
  );
  await holdDeliveries(db, channel._id);
  // Another process was faster, or a person.
  if (modifiedCount === 0) return;
  const target = { kind: 'channel', id: channel._id } as const;
  const actor = { kind: 'system', id: 'outbox' } as const;
  await recordAudit(db, { at: now, name: 'channel switched off', actor, target, detail: { because } });
  await openTask(db, channel, because, failed, now);
}

/** What waits for a channel that is off rests; tests go out all the same. */
export async function holdDeliveries(db: Pick<Database, 'deliveries'>, channel: string): Promise<void> {
  await db.deliveries.updateMany(
    { channel, state: 'waiting', renewalId: trusted({ $ne: null }) },
    { $set: { state: 'held', nextAt: null } },
  );
}

function taskId(channel: string): string {
  return `channel-off/${channel}`;
}

async function openTask(
  db: Database,
  { _id, name }: ChannelDoc,
  because: Exclude<OffReason, 'person'>,
  { renewalId }: DeliveryDoc,
  now: Instant,
): Promise<void> {
  const renewal = await db.renewals.findOne({ _id: renewalId ?? '' }).lean<RenewalDoc>();
  // A renewal that is gone has nobody to be told of it; the audit log and the figures say it all the same.
  if (renewal === null) return;
  await db.tasks.updateOne(
    { _id: taskId(_id) },
    {
      $set: {
        renewalId: renewal._id,
        contractId: renewal.contractId,
        clientId: renewal.clientId,
        ownerId: renewal.ownerId,
        clientName: renewal.clientName,
        contractNumber: renewal.contractNumber,
        kind: 'channel off',
        stage: null,
        step: null,
        playbook: null,
        assignee: { kind: 'role', role: 'ops' },
        openedAt: now,
        dueAt: addMs(now, MS_PER_DAY),
        state: 'open',
        closedAt: null,
        closedBy: null,
        note: null,
        why: { rule: `channel.${because}`, inputs: { channel: name } },
        escalation: null,
      },
    },
    { upsert: true },
  );
}

/** The channel is on again, or gone: nobody need look any more. */
export async function closeTask(
  db: Pick<Database, 'tasks'>,
  channel: string,
  personId: string,
  now: Instant,
): Promise<void> {
  await db.tasks.updateOne(
    { _id: taskId(channel), state: 'open' },
    { $set: { state: 'done', closedAt: now, closedBy: personId } },
  );
}
