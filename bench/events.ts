import { performance } from 'node:perf_hooks';
import { addMs, fromMs } from '../domain/time/index.ts';
import { acceptEvents, documentOf, FROM_API } from '../operations/events/accept-events.ts';
import type { Incoming } from '../operations/events/accept-events.ts';
import { connect } from '../schemas/connection.ts';
import type { Database } from '../schemas/connection.ts';
import { ensureIndexes } from '../schemas/indexes.ts';
import { openTestMongo } from '../test/helpers/services.ts';

// node --import=tsx bench/events.ts
// Ten thousand events, as many at once as a request may bring, against the bare insert of the documents that come out
// of them, into the same collection with the same indexes and the same majority writes. Prints the median of the runs.

const EVENTS = 10_000;
const AT_ONCE = 500;
const RUNS = 5;

const mongo = await openTestMongo();
try {
  const uri = new URL(mongo.uri);
  uri.pathname = '/bench-events';
  const db = await connect(uri.href);
  try {
    await ensureIndexes(db);
    await measure(db);
  } finally {
    await db.close();
  }
} finally {
  await mongo.close();
}

async function measure(db: Database): Promise<void> {
  const times: { readonly accepted: number; readonly bare: number }[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const events = burst(run);
    const now = fromMs(Date.now());
    const documents = events.map((event) => documentOf(event, new Map(), now));
    await db.inbox.collection.deleteMany({});
    const bare = await seconds(async () => {
      for (const batch of batchesOf(documents))
        await db.inbox.collection.insertMany(batch as never[], { ordered: false });
    });
    await db.inbox.collection.deleteMany({});
    const accepted = await seconds(async () => {
      for (const batch of batchesOf(events)) await acceptEvents(db, batch, now);
    });
    if (run > 0) times.push({ accepted, bare });
  }
  const accepted = median(times.map((time) => time.accepted));
  const bare = median(times.map((time) => time.bare));
  const ratio = median(times.map((time) => time.accepted / time.bare));
  process.stdout.write(
    [
      `${EVENTS} events, ${AT_ONCE} at once, median of ${RUNS} runs`,
      `accepted     ${accepted.toFixed(2)} s   ${Math.round(EVENTS / accepted)} a second`,
      `bare insert  ${bare.toFixed(2)} s   ${Math.round(EVENTS / bare)} a second`,
      `ratio        ${ratio.toFixed(2)}`,
      '',
    ].join('\n'),
  );
}

function burst(run: number): readonly Incoming[] {
  const begun = fromMs(Date.now() - 3_600_000);
  return Array.from({ length: EVENTS }, (_, i) => ({
    source: 'bench',
    eventId: `${run}-${i}`,
    type: i % 10 === 0 ? ('contract.dates_changed' as const) : ('health.scored' as const),
    occurredAt: addMs(begun, i),
    subject: { contractNumber: `HT-${i % 3000}` },
    data: i % 10 === 0 ? { endDate: '2028-06-30' } : { score: i % 100 },
    origin: FROM_API,
  }));
}

function batchesOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / AT_ONCE) }, (_, i) =>
    items.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  );
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
