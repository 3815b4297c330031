import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appendHistory } from '../../activities/history/index.ts';
import { worksOf } from '../../api/background.ts';
import { auditExportRoutes } from '../../api/routes/audit-export.ts';
import { liveRoutes } from '../../api/routes/live.ts';
import { instant } from '../../domain/time/index.ts';
import { startJobs } from '../../operations/jobs/runner.ts';
import { writeHeads } from '../../operations/witness/head-file.ts';
import type { Database } from '../../schemas/connection.ts';
import { raw } from '../../schemas/raw.ts';
import { createClientKeys } from '../../schemas/sealing.ts';
import { RENEWAL_ROW } from '../activities/outreach/outreach-world.ts';
import { factEntry, freshWorld, withMongo } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';
import { eventually } from '../helpers/eventually.ts';
import { testFolder } from '../helpers/services.ts';
import { RENEWAL } from '../helpers/world.ts';
import { listen, RING, tokenOf } from './socket-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const VERIFIER = fileURLToPath(new URL('../../bin/verify-export.mjs', import.meta.url));
const OTHER = 'renewal:ctr_2:1';

async function world(t: ExecutionContext<MongoContext>) {
  const db = await freshWorld(t);
  await raw(db.renewals).insertOne({ ...RENEWAL_ROW });
  await raw(db.renewals).insertOne({ ...RENEWAL_ROW, _id: OTHER, contractId: 'ctr_2', ownerId: 'zhou' });
  for (const renewalId of [RENEWAL, OTHER]) {
    for (const [i, note] of ['=1+1', 'Zoe called', '@SUM(A1)'].entries()) {
      const when = instant(`2027-02-0${i + 1}T02:00:00.000Z`);
      const entry = factEntry('dates amended', { endDate: '2027-06-30', reason: note }, `${renewalId}/f${i}`, when);
      await append(db, renewalId, entry);
    }
  }
  const folder = await testFolder(t);
  const api = await listen({ db, dataDir: folder }, [...auditExportRoutes, ...liveRoutes]);
  const options = { now: api.deps.now, onFault: (error: unknown) => api.faults.push(error) };
  const jobs = startJobs(db, worksOf(api.deps.context, options), options, 50);
  t.teardown(async () => {
    await jobs.stop();
    await api.close();
  });
  const call = async (secret: string, path: string, body?: unknown) =>
    fetch(`${api.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return { db, api, folder, call };
}

async function append(db: Database, renewalId: string, entry: ReturnType<typeof factEntry>): Promise<void> {
  const batch = { renewalId, clientId: 'cli_1', playbook: null, entries: [entry] };
  await db.transaction(async (session) => void (await appendHistory(db, createClientKeys(db), session, batch)));
}

async function verified(folder: string, text: string, ...more: readonly string[]) {
  const file = join(folder, `${randomUUID()}.jsonl`);
  await writeFile(file, text);
  // Nothing of the product is within its reach.
  const { status, stdout, stderr } = spawnSync(process.execPath, [VERIFIER, file, ...more], {
    cwd: '/',
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

const HISTORY = `/v1/renewals/${encodeURIComponent(RENEWAL)}/history/export`;

test('a history leaves as lines that another program verifies; a changed byte is named by its line', async (t) => {
  const { db, folder, call } = await world(t);
  const secret = await tokenOf(db, 'wang');
  const answer = await call(secret, HISTORY);
  t.is(answer.status, 200);
  t.regex(answer.headers.get('content-type') ?? '', /^application\/jsonl/);
  const text = await answer.text();
  const lines = text.trimEnd().split('\n');
  t.is(lines.length, 6);
  const third = JSON.parse(lines[3] ?? '') as {
    text: Record<string, string>;
    readable: { detail: { reason: string } };
  };
  t.is(third.readable.detail.reason, 'Zoe called');
  t.regex(third.text['en'] ?? '', /Zoe called/);
  t.regex(third.text['zh-CN'] ?? '', /[\u4e00-\u9fff]/);
  t.like(await verified(folder, text), { status: 0 });

  // Any byte of any line, in what is hashed and in what is only told.
  const starts = lines.map((_, i) => lines.slice(0, i).join('\n').length + (i === 0 ? 0 : 1));
  for (const [i, line] of lines.entries()) {
    for (const place of [1, Math.floor(line.length / 3), Math.floor(line.length / 2), line.length - 10]) {
      const at = (starts[i] ?? 0) + place;
      const changed = text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1);
      const { status, said } = await verified(folder, changed);
      t.is(status, 1, `line ${i + 1}, byte ${place}`);
      t.regex(said, new RegExp(`^line ${i + 1}: `), said);
    }
  }
  t.regex((await verified(folder, lines.filter((_, i) => i !== 3).join('\n'))).said, /line 4: .*entry 3/);
  t.regex((await verified(folder, lines.slice(0, -2).join('\n'))).said, /cut off behind this line/);
});

test('a file that was written anew as a whole is found with a head file', async (t) => {
  const { db, folder, call } = await world(t);
  await writeHeads(db, RING, join(folder, 'heads'), instant('2027-02-04T08:00:00.000Z'));
  const heads = join(folder, 'heads', 'heads-2027-02-04T08Z.jsonl');
  const secret = await tokenOf(db, 'wang');
  t.like(await verified(folder, await (await call(secret, HISTORY)).text(), '--heads', heads), { status: 0 });
  // The forger has the database and the product.
  await db.history.deleteMany({ renewalId: RENEWAL });
  await db.historyHeads.deleteOne({ _id: RENEWAL });
  const whens = [1, 2, 3].map((day) => instant(`2027-02-0${day}T02:00:00.000Z`));
  for (const [i, when] of whens.entries()) await append(db, RENEWAL, factEntry('paused', {}, `forged-${i}`, when));
  const forged = await (await call(secret, HISTORY)).text();
  t.like(await verified(folder, forged), { status: 0 });
  const { status, said } = await verified(folder, forged, '--heads', heads);
  t.is(status, 1);
  t.regex(said, /head file has seen another entry here \(renewal:ctr_1:1, entry 3\)/);
});

test('a table of the history runs nothing in a spreadsheet', async (t) => {
  const { db, call } = await world(t);
  await raw(db.renewals).updateOne({ _id: RENEWAL }, { $set: { clientName: '=HYPERLINK("x")' } });
  const answer = await call(await tokenOf(db, 'wang'), `${HISTORY}?format=csv`);
  const text = await answer.text();
  t.regex(answer.headers.get('content-type') ?? '', /^text\/csv/);
  t.is(text.split('\r\n').length, 5);
  t.true(text.includes(`"'=HYPERLINK(""x"")"`));
  t.notRegex(text, /(?:^|,)"?[=@]/m);
});

test('an export of everything is a job with a file: what its owner may read, and nothing more', async (t) => {
  const { db, folder, call } = await world(t);
  const secret = await tokenOf(db, 'wang');
  const exported = async (who: string, body: object) => {
    const started = await call(who, '/v1/exports', body);
    t.is(started.status, 202);
    const { id } = (await started.json()) as { id: string };
    const job = await eventually('the export', async () => {
      const found = (await (await call(who, `/v1/exports/${id}`)).json()) as {
        state: string;
        done: number;
        total: number;
      };
      return found.state === 'waiting' || found.state === 'running' ? undefined : found;
    });
    t.is(job.state, 'done');
    t.is(job.done, job.total);
    return { id, text: await (await call(who, `/v1/exports/${id}/file`)).text() };
  };
  const { id, text } = await exported(secret, { format: 'json' });
  t.like(await verified(folder, text), { status: 0 });
  t.true(text.includes(RENEWAL));
  t.false(text.includes(OTHER), 'a client of nobody below');
  const director = await tokenOf(db, 'chen');
  const all = await exported(director, { format: 'json' });
  t.true(all.text.includes(OTHER));
  t.is((await call(director, `/v1/exports/${id}/file`)).status, 404, 'another one’s file');
  const part = await exported(director, { format: 'json', from: '2027-02-02', to: '2027-02-02', ownerId: 'zhou' });
  t.like(await verified(folder, part.text), { status: 0 });
  t.deepEqual([part.text.includes(RENEWAL), part.text.match(/"entry":\{/g)?.length], [false, 1]);
  t.is((await call(await tokenOf(db, 'li'), '/v1/exports', { format: 'json' })).status, 403);
  // Asking is noted as well; these three are the files.
  t.is(await db.audit.countDocuments({ name: 'exported', 'target.kind': 'export' }), 3);
});

test('verifying everything is a job that names each fault', async (t) => {
  const { db, call } = await world(t);
  await db.history.collection.updateOne({ renewalId: OTHER, seq: 2 }, { $set: { name: 'forged' } });
  const secret = await tokenOf(db, 'chen');
  const started = await call(secret, '/v1/history/verify', { workflows: false });
  const { id } = (await started.json()) as { id: string };
  const job = await eventually('the verification', async () => {
    const found = (await (await call(secret, `/v1/history/verify/${id}`)).json()) as Record<string, unknown>;
    return found['state'] === 'done' ? found : undefined;
  });
  t.like(job, { done: 2, total: 2, result: { histories: 2, faults: [{ renewalId: OTHER, fault: 'edited', seq: 2 }] } });
  t.is((await call(await tokenOf(db, 'li'), '/v1/history/verify', {})).status, 403);
});
