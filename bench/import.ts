import { performance } from 'node:perf_hooks';
import { Client, Connection } from '@temporalio/client';
import { stringify } from 'csv-stringify/sync';
import { addDays, civilDate, fromMs } from '../domain/time/index.ts';
import type { ZoneId } from '../domain/time/types.ts';
import { CONTRACT_FIELDS, importFile, sampleContracts, sampleTeamFile } from '../operations/import/index.ts';
import type { ImportReport, ImportSettings } from '../operations/import/index.ts';
import { startRenewals } from '../operations/start-renewals.ts';
import { importStore } from '../operations/store/contract-store.ts';
import type { StoredTerm } from '../operations/store/contract-store.ts';
import { listPeople } from '../operations/store/queries.ts';
import { teamStore } from '../operations/store/team-store.ts';
import { registerSearchAttributes } from '../operations/temporal/search-attributes.ts';
import { connect } from '../schemas/connection.ts';
import type { Database } from '../schemas/connection.ts';
import { ensureIndexes } from '../schemas/indexes.ts';
import { openTestServices } from '../test/helpers/services.ts';
import type { TestServices } from '../test/helpers/services.ts';
import { cpuMillisOf } from './engine/process-cpu.ts';
import type { Figure, Part } from './report/figures.ts';
import { ratioOf, statOf } from './report/stat.ts';

export interface ImportOptions {
  readonly runs: number;
  readonly contracts: number;
  /** Of them in the second measurement, with the starts of their renewals. */
  readonly started: number;
  readonly say: (line: string) => void;
}

/** Seconds on the clock, and of CPU time in this process and the database together. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

interface Times {
  /** Reading, checking and storing. */
  readonly whole: Cost;
  /** The part of it after the whole file was read: comparing and storing. */
  readonly store: Cost;
  readonly bare: Cost;
}

const SETTINGS: ImportSettings = { zone: 'Asia/Shanghai' as ZoneId, calendarId: 'cn', currency: 'CNY' };
/** As many as the import stores at once. */
const BATCH = 1000;

/** A contract list into an empty database, against the bare insert of the documents that come out of it. */
export async function benchImport(options: ImportOptions): Promise<Part> {
  const { runs, contracts, started, say } = options;
  say('import: starting the services');
  const services = await openTestServices();
  try {
    const csv = csvOf(contracts);
    say(`import: ${contracts} rows, ${(csv.length / 2 ** 20).toFixed(1)} MB`);
    const times: Times[] = [];
    for (let run = 0; run <= runs; run += 1) {
      const result = await measure(services, csv);
      say(
        `import: ${run === 0 ? 'warm-up' : `run ${run} of ${runs}`}, ${result.whole.wall.toFixed(1)} s, of them the store ${result.store.wall.toFixed(1)} s; bare insert ${result.bare.wall.toFixed(1)} s`,
      );
      if (run > 0) times.push(result);
    }
    const starts = await measureStarts(services, started, runs, say);
    return {
      id: 'import',
      title: 'a contract list into an empty database',
      setup: [
        `${contracts} contracts of ${contracts / 2} clients from CSV, ${runs} runs after one to warm up, all indexes in place, majority writes`,
        `compared with: insertMany of the same contracts and clients, ${BATCH} at a time, into an empty database with the same indexes`,
        'store part: from the moment the file is read and checked to the end; CPU time: this process and mongod together',
        `the last lines: ${started} contracts with the start of their renewals on the server, no worker running`,
      ],
      figures: [...figuresOf(times, contracts), ...starts],
    };
  } finally {
    await services.close();
  }
}

/** The invented contracts of the sample, two for each client, as a file that people would send. */
function csvOf(count: number, prefix = ''): Uint8Array {
  const today = civilDate(new Date().toISOString().slice(0, 10));
  const rows = sampleContracts({ today: addDays(today, 40), count, locale: 'en' }).map((contract, i, all) => {
    const client = Math.floor(i / 2);
    const at = (email: string | undefined) => email?.replace('@', `.${client}@`) ?? '';
    return {
      ...contract,
      number: `${prefix}${contract.number}`,
      // Both by the name of the first; each brings contacts of its own.
      client: `${all[2 * client]?.client ?? ''} ${client}`,
      tier: ['A', 'B', 'C'][client % 3] ?? 'B',
      locale: 'en',
      zone: 'Europe/Berlin',
      contactEmail: at(contract.contactEmail),
      contact2Email: at(contract.contact2Email),
    };
  });
  const fields = Object.keys(rows[0] ?? {}) as (keyof typeof CONTRACT_FIELDS)[];
  const header = fields.map((field) => CONTRACT_FIELDS[field].label.en);
  return Buffer.from(stringify([header, ...rows.map((row) => fields.map((field) => row[field] ?? ''))]), 'utf8');
}

let databases = 0;

async function freshDatabase(services: TestServices): Promise<Database> {
  const uri = new URL(services.mongo.uri);
  databases += 1;
  uri.pathname = `/import-${databases}`;
  const db = await connect(uri.href);
  await ensureIndexes(db);
  return db;
}

async function withTeam(db: Database): Promise<Database> {
  const { name, bytes } = await sampleTeamFile('en', 'csv');
  const store = importStore(db, { now: fromMs(Date.now()) });
  await importFile(
    { name, bytes },
    { store, teamStore: teamStore(db), people: [], settings: SETTINGS, now: fromMs(Date.now()) },
  );
  return db;
}

async function measure(services: TestServices, csv: Uint8Array): Promise<Times> {
  const db = await withTeam(await freshDatabase(services));
  const bareDb = await freshDatabase(services);
  const cost = meter(services.mongo.pid);
  try {
    const { whole, store } = await importInto(db, csv, cost, () => Promise.resolve());
    const documents = await Promise.all([db.clients.find().lean().exec(), db.contracts.find().lean().exec()]);
    if (documents[0].length * 2 !== documents[1].length) throw new Error('there are not two contracts for each client');
    const bare = cost();
    for (const [model, docs] of [
      [bareDb.clients, documents[0]],
      [bareDb.contracts, documents[1]],
    ] as const) {
      for (let i = 0; i < docs.length; i += BATCH) {
        await model.collection.insertMany(docs.slice(i, i + BATCH) as never[], { ordered: false });
      }
    }
    return { whole, store, bare: bare() };
  } finally {
    await db.connection.dropDatabase();
    await bareDb.connection.dropDatabase();
    await db.close();
    await bareDb.close();
  }
}

async function importInto(
  db: Database,
  csv: Uint8Array,
  cost: ReturnType<typeof meter>,
  onStored: (stored: readonly StoredTerm[]) => Promise<void>,
): Promise<{ whole: Cost; store: Cost; report: ImportReport }> {
  const people = await listPeople(db);
  const now = fromMs(Date.now());
  const store = importStore(db, { now, onStored });
  const whole = cost();
  let storing = cost();
  const report = await importFile(
    { name: 'contracts.csv', bytes: csv },
    {
      store,
      people,
      settings: SETTINGS,
      now,
      onProgress: ({ phase }) => {
        if (phase === 'read') storing = cost();
      },
    },
  );
  if (report.counts.wrong > 0) throw new Error(`rows are refused: ${JSON.stringify(report.problems[0])}`);
  return { whole: whole(), store: storing(), report };
}

/** Starts a measurement; what it gives ends it. */
function meter(mongod: number | undefined): () => () => Cost {
  const cpuSeconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6 + (cpuMillisOf(mongod) ?? Number.NaN) / 1000;
  };
  return () => {
    const [begun, before] = [performance.now(), cpuSeconds()];
    return () => ({ wall: (performance.now() - begun) / 1000, cpu: cpuSeconds() - before });
  };
}

function figuresOf(times: readonly Times[], contracts: number): Figure[] {
  const figure = (name: string, part: 'store' | 'whole', of: keyof Cost): Figure => {
    const [ours, bare] = [times.map((time) => time[part][of]), times.map((time) => time.bare[of])];
    return { name, unit: 's', value: statOf(ours), base: statOf(bare), ratio: ratioOf(ours, bare) };
  };
  const budget = { of: 'ratio', atMost: 2 } as const;
  return [
    { ...figure('store part', 'store', 'wall'), budget },
    { ...figure('reading, checking, storing', 'whole', 'wall'), budget },
    figure('CPU time of the store part', 'store', 'cpu'),
    figure('CPU time of all of it', 'whole', 'cpu'),
    { name: 'contracts', unit: '1/s', value: statOf(times.map((time) => contracts / time.whole.wall)) },
  ];
}

/** With the starts: the part of the server dominates, and what the import adds to it is what counts. */
async function measureStarts(
  services: TestServices,
  count: number,
  runs: number,
  say: ImportOptions['say'],
): Promise<Figure[]> {
  const { address, namespace } = services.temporal;
  const connection = await Connection.connect({ address });
  await registerSearchAttributes(connection, namespace);
  const client = new Client({ connection, namespace });
  const whole: number[] = [];
  const starts: number[] = [];
  try {
    for (let run = 1; run <= runs; run += 1) {
      const db = await withTeam(await freshDatabase(services));
      let millis = 0;
      // Numbers of their own: a term has one renewal for ever.
      const result = await importInto(db, csvOf(count, `R${run}-`), meter(services.mongo.pid), async (stored) => {
        const begun = performance.now();
        await startRenewals({ db, temporal: () => Promise.resolve(client) }, stored, undefined, `import-${run}`);
        millis += performance.now() - begun;
      });
      await db.connection.dropDatabase();
      await db.close();
      say(
        `import with starts: run ${run} of ${runs}, ${result.whole.wall.toFixed(1)} s, of them the starts ${(millis / 1000).toFixed(1)} s`,
      );
      whole.push(result.whole.wall);
      starts.push(millis / 1000);
    }
  } finally {
    await connection.close();
  }
  return [
    {
      name: `${count} with starts, against the starts alone`,
      unit: 's',
      value: statOf(whole),
      base: statOf(starts),
      ratio: ratioOf(whole, starts),
    },
    { name: 'renewals started', unit: '1/s', value: statOf(starts.map((seconds) => count / seconds)) },
  ];
}
