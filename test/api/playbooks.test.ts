import anyTest from 'ava';
import type { TestFn } from 'ava';
import { randomUUID } from 'node:crypto';
import { prepareDatabase } from '../../operations/seed.ts';
import type { AuditDoc } from '../../schemas/audit.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { RENEWAL } from '../helpers/world.ts';
import { withContractWorld } from './contract-world.ts';
import type { WorldContext } from './contract-world.ts';
import { doJobs } from './do-jobs.ts';
import { fakeTemporal } from './fake-temporal.ts';
import { codeOf, itemsOf, of } from './records-world.ts';

const test = anyTest as TestFn<WorldContext>;
withContractWorld(test);

test.serial.before(async (t) => {
  const { db, api } = t.context.world;
  // Those of the test world are smaller than what the shipped playbooks name.
  await db.documents.deleteMany({});
  await prepareDatabase(db, api.clock.now());
});

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly what: string;
  readonly place: Readonly<Record<string, unknown>>;
}
const problemsOf = (body: unknown): readonly Finding[] => (body as { readonly problems: readonly Finding[] }).problems;

/** The text of a playbook as it is served, with one piece replaced. */
async function textWith(rep: ReturnType<typeof of>, id: string, part: string, by: string): Promise<string> {
  const yaml = String((await rep.get(`/v1/playbooks/${id}/versions/latest/yaml`)).body);
  if (!yaml.includes(part)) throw new Error(`${id} has no ${part}`);
  return yaml.replace(part, by);
}

test.serial('playbooks are listed, read as data, sentences and YAML, and previewed with dates and words', async (t) => {
  const made = t.context.world;
  const rep = of(made, 'sales-rep');
  const list = itemsOf(await rep.get('/v1/playbooks'));
  t.true(list.some(({ id, version, versions }) => id === 'mid-market' && version === 1 && versions === 1));
  const one = await rep.get('/v1/playbooks/mid-market/versions/1', { 'accept-language': 'zh-CN' });
  t.like(one.body, { id: 'mid-market', version: 1, playbook: { id: 'mid-market' } });
  t.regex((one.body as { sentences: string[] }).sentences[0] ?? '', /适用于/);
  t.is((await rep.get('/v1/playbooks/mid-market/versions/9')).status, 404);
  t.is((await rep.get('/v1/playbooks/none/versions')).status, 404);
  const yaml = await rep.get('/v1/playbooks/mid-market/versions/latest/yaml');
  t.is(yaml.headers['content-type'], 'application/yaml; charset=utf-8');
  const check = await rep.send('POST', '/v1/playbooks/check', { text: String(yaml.body) });
  t.like(check.body, { ok: true, kind: 'playbook', id: 'mid-market', published: { version: 1, changes: [] } });

  const wish = { playbookId: 'mid-market', endDate: '2027-06-30', calendarId: 'cn' };
  const preview = await rep.send('POST', '/v1/playbooks/timeline', wish, { 'accept-language': 'zh-CN' });
  t.is(preview.status, 200, JSON.stringify(preview.body));
  const entries = itemsOf(preview);
  t.true(entries.length > 10);
  t.like(
    entries.find(({ kind }) => kind === 'end'),
    { date: '2027-06-30', text: '合同到期' },
  );
  t.true(entries.every(({ text }) => !/timeline\.|undefined|^$/.test(String(text))));
  const both = await rep.send('POST', '/v1/playbooks/timeline', { ...wish, text: String(yaml.body) });
  t.is(codeOf(both), 'cli.exclusive');
  t.is(codeOf(await rep.send('POST', '/v1/playbooks/timeline', { endDate: '2027-06-30' })), 'field.absent');
  t.deepEqual(made.api.faults, []);
});

test.serial(
  'a check tells every mistake with its line, in the reader’s language; a text that bites is a finding too',
  async (t) => {
    const made = t.context.world;
    const rep = of(made, 'sales-rep');
    const text = await textWith(rep, 'mid-market', 'approvals: discount-ladder', 'approvals: discount-lader');
    const line = text.split('\n').findIndex((one) => one.startsWith('approvals:')) + 1;
    const en = await rep.send('POST', '/v1/playbooks/check', { text, file: 'mine.yaml' });
    t.like(en.body, { ok: false, kind: null, published: null });
    const [first] = problemsOf(en.body);
    t.like(first, { code: 'flow.unknown_target', severity: 'error', place: { file: 'mine.yaml', line } });
    const zh = await rep.send('POST', '/v1/playbooks/check', { text }, { 'accept-language': 'zh-CN' });
    t.regex(problemsOf(zh.body)[0]?.what ?? '', /\p{Script=Han}/u);
    const bombs = [
      '',
      'a: &a [x,x]\nb: [*a,*a]',
      '{'.repeat(5000),
      `playbook: ${'x'.repeat(300_000)}`,
      '\u0000',
      '!!js/function x',
    ];
    for (const bomb of bombs) {
      const answer = await rep.send('POST', '/v1/playbooks/check', { text: bomb });
      t.is(answer.status, 200, bomb.slice(0, 40));
      t.true(problemsOf(answer.body).length > 0, bomb.slice(0, 40));
    }
    t.deepEqual(made.api.faults, []);
  },
);

test.serial(
  'ops publish a version: it is noted, compared, every renewal looks again, and the same again changes nothing',
  async (t) => {
    const made = t.context.world;
    const { db, api } = made;
    const ops = of(made, 'ops');
    const text = await textWith(ops, 'small', 'lapses: ', '# later\nlapses: ');
    const later = text.replace(/lapses: \d+ days/, 'lapses: 21 days');
    t.is((await of(made, 'sales-manager').post('/v1/playbooks', { text })).status, 403);
    t.is(codeOf(await ops.post('/v1/playbooks', { text: later, basedOn: 7 })), 'precondition.failed');
    t.is((await ops.post('/v1/playbooks', { text: 'playbook: x' })).status, 422);
    const key = { 'idempotency-key': randomUUID() };
    const done = await ops.post('/v1/playbooks', { text: later, basedOn: 1 }, key);
    t.like(done.body, { id: 'small', version: 2, changed: true, woken: 1, warnings: [] });
    t.like((await ops.post('/v1/playbooks', { text: later, basedOn: 1 }, key)).body, { version: 2, changed: true });
    t.like((await ops.post('/v1/playbooks', { text: later })).body, { version: 2, changed: false, woken: 0 });
    t.is(itemsOf(await ops.get('/v1/playbooks/small/versions')).length, 2);
    const [noted, ...others] = await db.audit.find({ name: 'playbook published' }).lean<AuditDoc[]>();
    t.like(noted, {
      actor: { kind: 'person', id: 'ops' },
      target: { kind: 'playbook', id: 'small' },
      detail: { version: 2 },
    });
    t.deepEqual(others, []);

    const diff = await ops.get('/v1/playbooks/small/diff');
    t.like(diff.body, { from: 1, to: 2, changes: [{ kind: 'changed', path: 'lapses', after: { amount: 21 } }] });
    const told = (diff.body as { sentences: { kind: string; text: string }[] }).sentences;
    t.deepEqual(
      told.filter(({ kind }) => kind !== 'same').map(({ kind }) => kind),
      ['removed', 'added'],
    );

    const temporal = fakeTemporal();
    const context = { ...api.context, temporal: () => Promise.resolve(temporal.client) };
    const faults: unknown[] = [];
    t.is(await doJobs(context, 'follow-up', { now: api.clock.now, onFault: (error) => faults.push(error) }), 1);
    t.deepEqual(
      temporal.signals.map(({ workflowId }) => workflowId),
      [RENEWAL],
    );
    t.deepEqual([...faults, ...api.faults], []);
  },
);

test.serial('what a playbook would apply to is counted with the reasons, and only among what one sees', async (t) => {
  const made = t.context.world;
  const { db } = made;
  const rep = of(made, 'sales-rep');
  const text = (await textWith(rep, 'mid-market', 'priority: ', 'priority: 9')).replace(
    /^applies: .*$/m,
    'applies: client.tier == "B"',
  );
  const began = await rep.send('POST', '/v1/playbooks/matches', { text });
  t.like(began.body, { looked: 1, complete: true, counts: { 'keeps its own': 1, 'takes it': 0 } });
  t.like((began.body as { first: object[] }).first[0], {
    renewalId: RENEWAL,
    result: 'keeps its own',
    other: { version: 1 },
  });
  await db.renewals.updateOne({ _id: RENEWAL }, { $set: { 'state.playbook': null } });
  t.like((await rep.send('POST', '/v1/playbooks/matches', { text })).body, { counts: { 'takes it': 1 } });
  const low = text.replace(/^playbook: .*$/m, 'playbook: zz').replace(/priority: \d+/, 'priority: 0');
  const outranked = await rep.send('POST', '/v1/playbooks/matches', { text: low }, { 'accept-language': 'zh-CN' });
  t.like(outranked.body, { counts: { 'takes it': 0, outranked: 1 } });
  t.regex((outranked.body as { first: { reason: string }[] }).first[0]?.reason ?? '', /优先级更高/);
  t.like((await made.stranger.send('POST', '/v1/playbooks/matches', { text })).body, { looked: 0, first: [] });
  t.deepEqual(made.api.faults, []);
});

test.serial(
  'calendars: days off, make-up days, coverage and source; a file is checked with places and taken over once',
  async (t) => {
    const made = t.context.world;
    const ops = of(made, 'ops');
    const list = await ops.get('/v1/calendars');
    t.is((list.body as { team: string }).team, 'plain');
    const cn = itemsOf(list).find(({ id }) => id === 'cn');
    t.true(Number(cn?.['daysOff']) > 20 && Number(cn?.['makeUpDays']) > 0, JSON.stringify(cn));
    const year = await ops.get('/v1/calendars/cn?year=2026');
    const days = (year.body as { days: { date: string; kind: string }[] }).days;
    t.true(days.length > 0 && days.every(({ date }) => date.startsWith('2026-')));
    t.true(days.some(({ kind }) => kind === 'work'));
    t.is((await ops.get('/v1/calendars/mars')).status, 404);
    t.is((await ops.post('/v1/calendars/mars/import', { file: 'a.csv', text: 'x' })).status, 404);

    const bad = { file: 'days.csv', text: 'date,kind,name\n2027-13-01,off,元旦\n' };
    const checked = await ops.send('POST', '/v1/calendars/cn/check', bad, { 'accept-language': 'zh-CN' });
    t.like(checked.body, { ok: false, changes: [] });
    t.like(problemsOf(checked.body)[0], { severity: 'error', place: { file: 'days.csv', line: 2 } });
    t.is((await ops.post('/v1/calendars/cn/import', bad)).status, 422);
    const good = { file: 'days.csv', text: 'date,kind,name\n2027-03-08,off,公司活动\n' };
    const preview = await ops.send('POST', '/v1/calendars/cn/check', good);
    t.like(preview.body, { ok: true, changes: [{ date: '2027-03-08', before: null, after: { kind: 'off' } }] });
    t.is((await of(made, 'director').post('/v1/calendars/cn/import', good)).status, 403);
    const done = await ops.post('/v1/calendars/cn/import', good);
    t.like(done.body, { id: 'cn', version: 2, changed: true });
    t.is(itemsOf(await ops.get('/v1/calendars/cn/versions')).length, 2);
    const march = (await ops.get('/v1/calendars/cn?year=2027')).body as { source: string; days: { date: string }[] };
    t.true(march.days.some(({ date }) => date === '2027-03-08'));
    t.regex(march.source, /days\.csv/);
    t.deepEqual(made.api.faults, []);
  },
);

test.serial('however many renewals there are, each that has not ended looks once', async (t) => {
  const { world } = t.context;
  const { db, api } = world;
  const ops = of(world, 'ops');
  await Promise.all([db.jobs.deleteMany({}), db.jobItems.deleteMany({})]);
  const one = await db.renewals.findOne({ _id: RENEWAL }).lean<RenewalDoc>();
  if (one === null) return t.fail('no renewal');
  const more = Array.from({ length: 450 }, (_, i) => ({
    ...one,
    _id: `renewal:more_${i}:1`,
    contractId: `more_${i}`,
    phase: i % 9 === 0 ? ('closed' as const) : one.phase,
  }));
  await db.renewals.insertMany(more);
  const text = (await textWith(ops, 'small', 'lapses: ', 'lapses: ')).replace(/lapses: \d+ days/, 'lapses: 22 days');
  const wanted = 1 + more.filter(({ phase }) => phase !== 'closed').length;
  t.like((await ops.post('/v1/playbooks', { text })).body, { woken: wanted });
  const temporal = fakeTemporal();
  const context = { ...api.context, temporal: () => Promise.resolve(temporal.client) };
  t.is(await doJobs(context, 'follow-up', { now: api.clock.now, onFault: (error) => t.fail(String(error)) }), 1);
  t.is(temporal.signals.length, wanted);
  t.is(new Set(temporal.signals.map(({ workflowId }) => workflowId)).size, wanted);
  t.is(await db.jobItems.countDocuments(), 0);
});
