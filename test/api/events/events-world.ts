import type { ExecutionContext } from 'ava';
import type { Api, Caller } from '../api-world.ts';
import { giveAccounts, openApi } from '../api-world.ts';
import type { Database } from '../../../schemas/connection.ts';
import type { OperationsContext } from '../../../operations/context.ts';
import type { Instant } from '../../../domain/time/index.ts';
import { freshWorld } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';
import { keyRing } from '../../operations/events/inbox-world.ts';

export interface EventsApi extends Api {
  readonly ops: Caller;
  /** How often arrivals were announced. */
  readonly woken: { count: number };
}

let shared: Promise<Database> | undefined;

/** One database for the tests of a file, one after the other: an empty one takes longer to make than a test. */
async function emptied(t: ExecutionContext<MongoContext>): Promise<Database> {
  shared ??= freshWorld(t);
  const db = await shared;
  const used = [db.inbox, db.inboxLeases, db.sources, db.sourceLinks, db.requests, db.tokens];
  await Promise.all(used.map(async (model) => model.collection.deleteMany({})));
  return db;
}

/** The API on a database alone: nothing is told, everything is stored. */
export async function openEventsApi(t: ExecutionContext<MongoContext>, now: Instant): Promise<EventsApi> {
  const db = await emptied(t);
  await giveAccounts({ db }, ['ops@example.com', 'li@example.com']);
  const { dataDir } = t.context.mongo;
  const context = {
    db,
    dataDir,
    env: {},
    keyRing: keyRing(),
    config: { temporal: {} },
  } as unknown as OperationsContext;
  const woken = { count: 0 };
  const api = await openApi(context, {}, { onEvents: () => void (woken.count += 1) });
  api.clock.now = () => now;
  const ops = await api.as('ops@example.com');
  t.teardown(() => api.close());
  return { ...api, ops, woken };
}
