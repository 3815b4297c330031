import type { mongo } from 'mongoose';
import type { Database } from '../../schemas/connection.ts';
import { raw } from '../../schemas/raw.ts';

const BATCH = 1000;

interface Owned {
  readonly _id: string;
  readonly clientId: string;
  readonly ownerId: string;
}

/**
 * Notes on tasks and approvals of an older release who looks after their client, batch by batch. Done already it
 * costs one look into an index each; broken off it goes on where it stopped.
 *
 * @returns how many were noted
 */
export async function fillOwners(db: Pick<Database, 'tasks' | 'approvals' | 'clients'>): Promise<number> {
  const tasks = await fill(db, raw(db.tasks) as unknown as mongo.Collection<Owned>);
  return tasks + (await fill(db, raw(db.approvals) as unknown as mongo.Collection<Owned>));
}

async function fill(db: Pick<Database, 'clients'>, collection: mongo.Collection<Owned>): Promise<number> {
  let filled = 0;
  for (;;) {
    // "Equal to null" also means "not there", and unlike "does not exist" it reads the index alone.
    const missing = await collection
      .find({ ownerId: null as unknown as string }, { projection: { clientId: 1 } })
      .limit(BATCH)
      .toArray();
    if (missing.length === 0) return filled;
    const clients = await raw(db.clients)
      .find({ _id: { $in: [...new Set(missing.map((one) => one.clientId))] } }, { projection: { ownerId: 1 } })
      .toArray();
    const ownerOf = new Map(clients.map((client) => [client._id, client.ownerId]));
    await collection.bulkWrite(
      missing.map(({ _id, clientId }) => ({
        updateOne: {
          // Whoever has written it meanwhile knew better.
          filter: { _id, ownerId: null as unknown as string },
          // A client that is not there belongs to nobody; those who may see everything still see it.
          update: { $set: { ownerId: ownerOf.get(clientId) ?? '' } },
        },
      })),
      { ordered: false },
    );
    filled += missing.length;
  }
}
