import type { ClientSession } from 'mongoose';
import type { LogEntry } from '../../domain/renewal/effects.ts';
import { CHANNELS } from '../../domain/renewal/facts.ts';
import type { CommunicationDoc } from '../../schemas/communication.ts';
import type { Database } from '../../schemas/connection.ts';
import { raw } from '../../schemas/raw.ts';
import type { PerformInput } from './input.ts';
import type { Scene } from './scene.ts';

/** Takes what was said with the client from the facts of a decision into the communication log. */
export async function writeCommunications(
  db: Pick<Database, 'communications'>,
  session: ClientSession,
  scene: Scene,
  input: PerformInput,
): Promise<void> {
  const docs = input.decision.log.flatMap((entry) => communicationOf(scene, input, entry));
  if (docs.length === 0) return;
  await raw(db.communications).bulkWrite(
    docs.map(({ _id, ...fields }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: fields }, upsert: true },
    })),
    { session },
  );
}

function communicationOf(
  { contract, client }: Scene,
  { renewalId }: PerformInput,
  entry: LogEntry,
): CommunicationDoc[] {
  if (entry.kind !== 'fact') return [];
  const { detail } = entry;
  const base = {
    _id: `${renewalId}/${entry.id}`,
    renewalId,
    contractId: contract._id,
    clientId: client.id,
    at: entry.at,
    contactId: textOf(detail['contactId']),
    by: entry.actor,
  };
  if (entry.name === 'reply received') {
    const note = textOf(detail['summary']);
    return [{ ...base, channel: 'mail', direction: 'in', reached: true, note, promise: null, nextStep: null }];
  }
  const channel = CHANNELS.find((one) => one === detail['channel']);
  if (entry.name !== 'communication logged' || channel === undefined) return [];
  return [
    {
      ...base,
      channel,
      direction: 'out',
      reached: detail['reached'] === true,
      note: textOf(detail['note']),
      promise: textOf(detail['promise']),
      nextStep: textOf(detail['nextStep']),
    },
  ];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
