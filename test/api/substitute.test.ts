import anyTest from 'ava';
import type { TestFn } from 'ava';
import { addDays } from '../../domain/time/index.ts';
import type { Answer } from './api-world.ts';
import { closeStackWorld, openStackWorld, mail } from './stack-world.ts';
import type { StackWorld } from './stack-world.ts';

/* The whole product: somebody who is asked for an approval is away, and the substitute decides. */

const test = anyTest as TestFn<StackWorld>;

test.before(async (t) => {
  t.timeout(3 * 60_000);
  t.context = await openStackWorld(12, ['chen', 'wang', 'li', 'zhao']);
});
test.after.always(async (t) => closeStackWorld(t.context));

interface Item {
  readonly id: string;
  readonly people: readonly string[];
  readonly rule: string;
  readonly insteadOf: string | null;
}
const itemsOf = (answer: Answer) => (answer.body as { readonly items: readonly Item[] }).items;

test.serial(
  'wang is away: zhao sees what waits for wang, decides it, and the history names both; li, who asked, never may',
  async (t) => {
    const { api, today } = t.context;
    const id = async (name: string) => (await api.context.db.people.findOne({ email: mail(name) }).lean())?._id ?? '';
    const [wang, zhao, li] = [await id('wang'), await id('zhao'), await id('li')];
    const rep = await api.as(mail('li'));
    const [one, two] = itemsOf(await rep.get('/v1/renewals?phase=open'));
    const path = (item: Item | undefined) => `/v1/renewals/${encodeURIComponent(item?.id ?? '')}`;
    const quote = { discountBasisPoints: 1800, reason: 'three years' };
    t.is((await rep.post(`${path(one)}/quotes`, quote)).status, 200);
    const legal = await api.as(mail('zhao'));
    t.is(itemsOf(await legal.get('/v1/approvals')).length, 0);

    const boss = await api.as(mail('chen'));
    const away = { personId: wang, from: addDays(today, -1), to: addDays(today, 5) };
    const made = await boss.post('/v1/absences', { ...away, substituteId: zhao });
    t.is(made.status, 201, JSON.stringify(made.body));
    const waiting = itemsOf(await legal.get('/v1/approvals'));
    const approval = waiting.find(({ people }) => people.includes(wang));
    t.is(approval?.insteadOf, wang);
    const decide = (rule = '') => `${path(one)}/approvals/${rule}`;
    const decided = await legal.post(decide(approval?.rule), { decision: 'approve', revision: 1 });
    t.is(decided.status, 200, JSON.stringify(decided.body));
    const stored = await api.context.db.approvals.findOne({ renewalId: one?.id ?? '' }).lean();
    t.like(stored?.decisions[0], { by: zhao, for: wang });

    const url = `/v1/absences/${(made.body as { id: string }).id}`;
    t.is((await boss.send('DELETE', url)).status, 204);
    const swapped = await boss.post('/v1/absences', { ...away, substituteId: li });
    t.is(swapped.status, 201, JSON.stringify(swapped.body));
    t.is((await rep.post(`${path(two)}/quotes`, quote)).status, 200);
    const next = await api.context.db.approvals.findOne({ renewalId: two?.id ?? '' }).lean();
    t.false(next?.people.includes(wang), 'li stands in for wang and has asked: the level above is asked');
    const vote = { decision: 'approve', revision: 1 };
    t.is((await legal.post(`${path(two)}/approvals/${next?.rule ?? ''}`, vote)).status, 403, 'zhao is asked no more');
    t.true((await rep.post(`${path(two)}/approvals/${next?.rule ?? ''}`, vote)).status >= 403, 'nor is li');
    t.is((await boss.post(`${path(two)}/approvals/${next?.rule ?? ''}`, vote)).status, 200);
    t.deepEqual(api.faults, []);
  },
);
