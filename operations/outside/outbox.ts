import { randomInt, randomUUID } from 'node:crypto';
import { trusted } from 'mongoose';
import { addMs, MS_PER_DAY } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { OperationsContext } from '../context.ts';
import { repeat } from '../repeat.ts';
import type { Loop } from '../repeat.ts';
import type { Allowance } from './allowance.ts';
import { deliverDue } from './deliver.ts';
import type { DeliverContext } from './deliver.ts';
import { OutboxReader } from './reader.ts';
import { createPost } from './sender.ts';

const LOOK_EVERY_MS = 1000;
/** Deliveries that are done with are kept as long, so that they can be looked at and sent again. */
const KEPT_MS = 90 * MS_PER_DAY;
const GRAINS = 1_000_000;

export interface OutboxOptions extends Pick<DeliverContext, 'now' | 'cardOf' | 'onFault'> {
  readonly allowance: Allowance;
}

/** Reads what is new for channels and sends it, for as long as it runs. Any number of processes do so together. */
export function startOutbox(context: OperationsContext, options: OutboxOptions): Loop {
  const { db, keyRing } = context;
  const { now, cardOf, onFault, allowance } = options;
  const holder = randomUUID();
  const post = createPost({ allowance });
  const chance = () => randomInt(GRAINS) / GRAINS;
  const times = { everyMs: LOOK_EVERY_MS, onFault };
  const reader = new OutboxReader(db, { now, holder, onFault });
  const deliver = { db, keyRing, post, cardOf, now, chance, holder, onFault };
  const sending = repeat(async () => (await deliverDue(deliver)) > 0, times);
  const reading = repeat(async () => {
    const made = await reader.look();
    if (made !== undefined && made > 0) sending.wake();
    // Where it reads, the database makes it wait.
    return made !== undefined;
  }, times);
  return {
    wake: () => sending.wake(),
    stop: async () => {
      await Promise.all([reading.stop(), sending.stop()]);
      await reader.close();
    },
  };
}

/** Drops what was done with long ago. */
export async function forgetOldDeliveries(db: Pick<Database, 'deliveries'>, now: Instant): Promise<void> {
  await db.deliveries.deleteMany({ doneAt: trusted({ $type: 'string', $lt: addMs(now, -KEPT_MS) }) });
}
