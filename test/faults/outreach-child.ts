/**
 * A process of its own for fault tests. `once <send id>` makes one delivery attempt; `worker` serves the
 * outreach queue until it is killed; `naive` does so without the ledger, as a control. Both load all they need,
 * which takes most of their time, and begin when a line comes in.
 */
import { once } from 'node:events';
import { createTransport } from 'nodemailer';
import { createDeliver } from '../../activities/outreach/index.ts';
import type { Deliver } from '../../activities/outreach/index.ts';
import { Delivery } from '../../activities/outreach/delivery.ts';
import { messageIdFor } from '../../mail/addresses.ts';
import { connect } from '../../schemas/connection.ts';
import type { Database } from '../../schemas/connection.ts';
import { witnessed } from '../activities/outreach/outreach-world.ts';

const [mode = '', sendId = ''] = process.argv.slice(2);
const env = (name: string) => process.env[name] ?? '';

// The parent holds the other end: when it is gone, nobody is left running.
process.stdin.once('end', () => process.exit(3));
const told = once(process.stdin, 'data');

const db = await connect(env('MONGODB_URI'));

function depsOf(database: Database) {
  const { deps } = witnessed(database, env('SMTP_URL'), { doubtAfter: 0 });
  const events = database.connection.collection('told');
  return {
    ...deps,
    signalRenewal: async (renewalId: string, event: object) => void (await events.insertOne({ renewalId, event })),
  };
}

async function serve(deliver: Deliver): Promise<void> {
  // Its native core takes half a second to load, which a single attempt does not need.
  const { NativeConnection, Worker } = await import('@temporalio/worker');
  const connection = await NativeConnection.connect({ address: env('TEMPORAL_ADDRESS') });
  const worker = await Worker.create({
    connection,
    namespace: env('TEMPORAL_NAMESPACE'),
    taskQueue: env('TASK_QUEUE'),
    activities: { deliver },
    maxConcurrentActivityTaskExecutions: 6,
    ...(env('RATE') === '' ? {} : { maxTaskQueueActivitiesPerSecond: Number(env('RATE')) }),
  });
  await told;
  await worker.run();
}

/** What an engine without a ledger does: it sends and returns. */
function naive(): Deliver {
  const transport = createTransport(env('SMTP_URL'));
  return async ({ sendId: id }) => {
    const messageId = messageIdFor(id, 'vendor.example.com');
    await transport.sendMail({ from: 'li@example.com', to: 'zoe@example.org', subject: 'x', text: 'x', messageId });
    return { state: 'sent', reason: null };
  };
}

switch (mode) {
  case 'once':
    try {
      await new Delivery(depsOf(db)).attempt(sendId, new AbortController().signal);
    } finally {
      await db.close();
    }
    process.exit(0);
  case 'worker':
    await serve(createDeliver(depsOf(db)));
    break;
  case 'naive':
    await serve(naive());
    break;
  default:
    throw new Error(`no mode "${mode}"`);
}
