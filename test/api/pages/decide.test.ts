import { createSecretKey } from 'node:crypto';
import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { addMs, MS_PER_DAY } from '../../../domain/time/index.ts';
import { loadShippedTemplates } from '../../../mail/templates.ts';
import { sampleModel } from '../../../mail/model.ts';
import { renderMail } from '../../../mail/render/render.ts';
import { approvalLink, linkInMail } from '../../../operations/links/approval-link.ts';
import { rememberPublicUrl } from '../../../operations/links/public-url.ts';
import type { KeyRing } from '../../../operations/temporal/key-ring.ts';
import type { ApprovalDoc } from '../../../schemas/approval.ts';
import { approvalId } from '../../activities/perform/effects.ts';
import { withMongo } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';
import { PASSWORD, PUBLIC_URL } from '../api-world.ts';
import { itemsOf, of, recordsWorld } from '../records-world.ts';
import { cookieOf, hiddenFields, pageOf, submit, textOf } from './page-world.ts';

/* The link by which an approver decides, on one renewal and without an engine behind it. */

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const OTHER_RING: KeyRing = { current: 'k9', keys: new Map([['k9', createSecretKey(Buffer.alloc(32, 9))]]) };

async function decideWorld(t: ExecutionContext<MongoContext>) {
  const world = await recordsWorld(t);
  const { api, db } = world;
  const now = api.clock.now();
  await db.people.updateMany({}, { $set: { locale: 'en' } });
  const approval = await db.approvals.findOne({ _id: approvalId }).lean<ApprovalDoc>();
  if (approval === null) throw new Error('nothing is asked');
  const link = async (personId: string, ring: KeyRing = api.context.keyRing, at = now) => {
    const made = approvalLink(ring, approval, personId, 'engine', at);
    await db.links.create([made.link]);
    return { path: `/decide/${made.token}`, ...made };
  };
  return { ...world, link, now, wang: of(world, 'sales-manager') };
}

test('ten thousand visits of machines change nothing and show nothing; a person signs in and sees what is asked', async (t) => {
  t.timeout(120_000);
  const { api, db, link } = await decideWorld(t);
  const { path } = await link('wang');
  const books = async () => {
    const names = ['links', 'approvals', 'audit', 'history', 'sends'];
    const all = names.map((name) =>
      db.connection
        .collection(name)
        .find({}, { sort: { _id: 1 } })
        .toArray(),
    );
    return JSON.stringify(await Promise.all(all));
  };
  const before = await books();
  const first = await api.nobody.get(path);
  t.is(first.status, 200);
  t.notRegex(pageOf(first), /Example Harbor|C-1|¥|<script/);
  for (let round = 0; round < 100; round += 1) {
    const visits = Array.from({ length: 100 }, (_, i) => api.nobody.send(i % 2 === 0 ? 'GET' : 'HEAD', path));
    t.true((await Promise.all(visits)).every(({ status }) => status === 200));
  }
  t.is(await books(), before);
  t.is(hiddenFields(first, '/sign-in')['to'], path);

  const come = await submit(api.nobody, '/sign-in', { email: 'wang@example.com', password: PASSWORD, to: path });
  t.is(come.headers['location'], path, pageOf(come));
  const shown = await api.nobody.with({ cookie: cookieOf(come) }).get(path);
  t.regex(textOf(shown), /^Your approval: Example Harbor.*15%.*volume/);
  await db.people.updateOne({ _id: 'wang' }, { $set: { locale: 'zh-CN' } });
  t.regex(textOf(await api.nobody.with({ cookie: cookieOf(come) }).get(path)), /^待您审批：Example Harbor/);
  t.deepEqual(api.faults, []);
});

test('only the button of the page itself decides; without the engine nothing is used up, and it says so', async (t) => {
  const { api, db, link, wang } = await decideWorld(t);
  const { path, link: row } = await link('wang');
  const page = await wang.get(path);
  const { form = '' } = hiddenFields(page, path);
  t.truthy(form);
  const refused = [
    { do: 'approve' },
    { form },
    { form: `${form.slice(0, -1)}_`, do: 'approve' },
    { form: 'x', do: 'approve' },
  ];
  for (const fields of refused) {
    const answer = await submit(wang, path, fields as Readonly<Record<string, string>>);
    t.is(answer.status, 403, JSON.stringify(fields));
    t.regex(textOf(answer), /page’s own button/);
  }
  t.is((await submit(api.nobody, path, { form, do: 'approve' })).status, 401);
  t.is((await submit(wang, path, { form, do: 'reject', words: ' ' })).status, 422);
  const away = await submit(wang, path, { form, do: 'approve' });
  t.is(away.status, 503);
  t.is((await db.links.findOne({ _id: row._id }).lean())?.used, null);
  t.is((await submit(wang, path, { form, do: 'maybe' })).status, 422);
  t.deepEqual(api.faults, []);
});

test('a question reaches whoever asks for the approval, once, and the approval goes on waiting', async (t) => {
  const { db, link, wang } = await decideWorld(t);
  const { path } = await link('wang');
  const fields = { ...hiddenFields(await wang.get(path), path), do: 'ask', words: 'Why three years?' };
  for (let sent = 0; sent < 2; sent += 1) {
    t.regex(textOf(await submit(wang, path, fields)), /on its way.*Why three years/);
  }
  const approval = await db.approvals.findOne({ _id: approvalId }).lean<ApprovalDoc>();
  t.is(approval?.questions?.length, 1);
  t.is(approval?.status, 'waiting');
  const mails = await db.sends.find({ template: 'internal-approval-question' }).lean();
  t.is(mails.length, 1);
  t.like(mails[0], { recipient: { kind: 'person', personId: 'li' }, state: 'planned' });
  t.regex(textOf(await wang.get(path)), /Questions.*Why three years\?/);
});

test('a forwarded link is no good to somebody else who is signed in', async (t) => {
  const { link, callers, stranger } = await decideWorld(t);
  const { path } = await link('wang');
  for (const caller of [callers.get('sales-rep'), callers.get('director'), stranger]) {
    for (const answer of [await caller?.get(path), caller && (await submit(caller, path, { do: 'approve' }))]) {
      t.is(answer?.status, 403);
      t.regex(pageOf(answer ?? { status: 0, headers: {}, body: '' }), /This link was given to/);
      t.notRegex(pageOf(answer ?? { status: 0, headers: {}, body: '' }), /15%/);
    }
  }
});

test('a mail that asks has the same link however often it is written, and leads to the page', async (t) => {
  const { api, db, wang, now } = await decideWorld(t);
  const mail = {
    _id: `${approvalId}/mail/wang`,
    recipient: { kind: 'person' as const, personId: 'wang' },
    context: { approvalId },
    plannedAt: now,
  };
  const written = () => linkInMail(db, api.context.keyRing, mail);
  t.is(await written(), null, 'no server has said where it is');
  await rememberPublicUrl(db, PUBLIC_URL);
  const link = (await written()) ?? '';
  t.true(link.startsWith(`${PUBLIC_URL}/decide/`));
  t.is(await written(), link);
  t.is(await db.links.countDocuments({}), 1);
  t.is((await wang.get(new URL(link).pathname)).status, 200);

  const template = loadShippedTemplates().find(({ id }) => id === 'internal-approval');
  if (template === undefined) throw new Error('no template');
  const sample = sampleModel();
  const { html, text } = renderMail(template, { ...sample, approval: { ...sample.approval, link } }, 'en');
  t.true(html.includes(`href="${link}"`));
  t.true(text.includes(link));
  const without = renderMail(template, { ...sample, approval: { ...sample.approval, link: null } }, 'zh-CN');
  t.notRegex(without.text, /decide/);
  await db.accounts.updateOne({ _id: 'wang' }, { $set: { disabledAt: now } });
  t.is(await written(), null, 'who cannot sign in gets no link');
});

test('the links of a renewal are listed without their secrets, and one is withdrawn for good', async (t) => {
  const world = await decideWorld(t);
  const { link, wang, stranger } = world;
  const { path, token, link: row } = await link('wang');
  const rep = of(world, 'sales-rep');
  const list = '/v1/renewals/renewal:ctr_1:1/links';
  const told = await rep.get(list);
  t.is(told.status, 200, JSON.stringify(told.body));
  t.like(itemsOf(told)[0], { id: row._id, purpose: 'approval', personId: 'wang', state: 'valid' });
  t.false(JSON.stringify(told.body).includes(token) || JSON.stringify(told.body).includes(row.digest));
  t.is((await stranger.get(list)).status, 404);
  t.is((await stranger.send('DELETE', `${list}/${row._id}`)).status, 404);
  t.is((await wang.get(path)).status, 200);
  for (let sent = 0; sent < 2; sent += 1) t.is((await rep.send('DELETE', `${list}/${row._id}`)).status, 204);
  t.is((await wang.get(path)).status, 410);
  t.like(itemsOf(await rep.get(list))[0], { state: 'revoked' });
  t.is((await rep.send('DELETE', `${list}/lnk_nothing`)).status, 404);
  t.is(await world.db.audit.countDocuments({ name: 'link revoked' }), 1);
});

test('an expired link, one of an old key and a withdrawn one say so; whoever is still asked gets a new one', async (t) => {
  const { api, db, link, wang, now } = await decideWorld(t);
  const old = await link('wang', api.context.keyRing, addMs(now, -15 * MS_PER_DAY));
  const rotated = await link('wang', OTHER_RING);
  for (const { path } of [old, rotated]) {
    t.is((await api.nobody.get(path)).status, 410);
    const gone = await wang.get(path);
    t.is(gone.status, 410);
    t.regex(textOf(gone), /has expired.*still waits for you/);
    t.is((await submit(wang, path, { do: 'approve' })).status, 410);
    const fresh = await submit(wang, `${path}/new`, {});
    t.is(fresh.status, 303, pageOf(fresh));
    t.is((await wang.get(String(fresh.headers['location']))).status, 200);
  }
  const withdrawn = await link('wang');
  await db.links.updateOne({ _id: withdrawn.link._id }, { $set: { revokedAt: now, revokedBy: 'li' } });
  const gone = await wang.get(withdrawn.path);
  t.is(gone.status, 410);
  t.regex(textOf(gone), /withdrawn/);
  t.notRegex(pageOf(gone), /\/new"/);
});

test('a link that was shortened, changed or made for something else is not valid, and never a fault', async (t) => {
  const { api, db, link, wang } = await decideWorld(t);
  const { path, token, link: row } = await link('wang');
  const flipped = `${token.slice(0, -2)}${token.at(-2) === 'A' ? 'B' : 'A'}${token.slice(-1)}`;
  const wrong = [
    token.slice(0, 30),
    flipped,
    token.toUpperCase(),
    `${token}%3D`,
    `=3D${token}`,
    '%2E',
    'a'.repeat(4000),
  ];
  for (const one of wrong) {
    for (const caller of [api.nobody, wang]) {
      const answer = await caller.get(`/decide/${one}`);
      t.is(answer.status, 404, one);
      t.notRegex(String(answer.status), /^5/);
    }
  }
  t.regex(textOf(await wang.get(`/decide/${flipped}`)), /not valid.*whole/);
  await db.links.updateOne({ _id: row._id }, { $set: { purpose: 'other' } });
  t.is((await wang.get(path)).status, 404, 'a link to look at is none to decide');
  await db.links.updateOne({ _id: row._id }, { $set: { purpose: 'approval', personId: 'chen' } });
  t.is((await wang.get(path)).status, 403);
  t.deepEqual(api.faults, []);
});

test('what has changed since is shown anew; what is decided or withdrawn says by whom', async (t) => {
  const { api, db, link, wang, now } = await decideWorld(t);
  const { path } = await link('wang');
  const fields = { ...hiddenFields(await wang.get(path), path), do: 'approve' };
  await db.contracts.updateMany({}, { $set: { endDate: '2031-01-01' } });
  const changed = await submit(wang, path, fields);
  t.is(changed.status, 409);
  t.regex(textOf(changed), /changed meanwhile.*2031/);

  const vote = { factId: 'f1', at: now, by: 'wang', note: 'fine by me', decision: 'approve' as const };
  await db.approvals.updateOne({ _id: approvalId }, { $set: { decisions: [vote], status: 'approved' } });
  for (const answer of [await wang.get(path), await submit(wang, path, fields)]) {
    t.is(answer.status, 200);
    t.regex(textOf(answer), /Approved by .*fine by me.*nothing left to do/);
    t.notRegex(pageOf(answer), /value="approve"/);
  }
  await db.approvals.updateOne({ _id: approvalId }, { $set: { decisions: [], status: 'superseded' } });
  const outdated = await wang.get(path);
  t.is(outdated.status, 409);
  t.regex(textOf(outdated), /not asked any more/);
  t.deepEqual(api.faults, []);
});
