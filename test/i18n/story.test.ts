import test from 'ava';
import { formats } from '../../i18n/format.ts';
import { translator } from '../../i18n/index.ts';
import { Teller } from '../../i18n/story.ts';
import type { Locale } from '../../domain/text.ts';
import type { CivilDate, Instant } from '../../domain/time/types.ts';

const NAMES = {
  person: (id: string) => ({ per_li: '李婷', per_wang: '王磊' })[id],
  stage: (id: string) => ({ quote: '续费报价', 'first-call': '致电客户' })[id],
};
const teller = (locale: Locale) => new Teller(translator(locale), formats(locale, 'Asia/Shanghai'), NAMES);
const LI = { kind: 'person', id: 'per_li' } as const;
type Told = Parameters<Teller['entry']>[0];
const told = (entry: Partial<Told> & Pick<Told, 'kind' | 'name'>): Told => ({
  actor: { kind: 'engine' },
  stage: null,
  why: null,
  detail: {},
  ...entry,
});

const line = test.macro({
  exec(t, entry: Told, en: string, zh: string) {
    t.is(teller('en').entry(entry), en);
    t.is(teller('zh-CN').entry(entry), zh);
  },
  title: (_, entry: Told, en: string) => `${entry.kind} ${entry.name}: ${en}`,
});

test(
  line,
  told({
    kind: 'fact',
    name: 'world changed',
    actor: { kind: 'system', id: 'reconciler' },
    detail: { what: 'reconciler' },
  }),
  'the hourly check let the renewal look again',
  '每小时核对后重新检查了该续费',
);
test(
  line,
  told({ kind: 'fact', name: 'world changed', detail: { what: 'something new' } }),
  'data around the renewal changed',
  '相关资料有变动',
);
test(
  line,
  told({
    kind: 'effect',
    name: 'supersede outreach',
    detail: { template: 'x', to: 'legal', reason: 'stopped', dueAt: '2026-11-20T01:00:00.000Z' },
  }),
  'mail “x” to the legal contact, planned for Fri 20 Nov 2026, 09:00, was left out: the client has reacted',
  '原定2026年11月20日（周五）09:00给法务联系人的邮件“x”不再发送：客户已有回应',
);
test(
  line,
  told({
    kind: 'transition',
    name: 'escalation passed over',
    why: { rule: 'stall.higher_level', inputs: { percent: 50, taken: 100 } },
  }),
  'the escalation at 50 % of the time allowed was left out',
  '时限 50% 的升级未执行',
);

const quote = { number: 'Q-1', amount: { minor: 9_840_000, currency: 'CNY' }, discountBasisPoints: 1800 };
test(
  line,
  told({ kind: 'fact', name: 'quote issued', actor: LI, detail: { quote } }),
  '李婷 issued quote Q-1: ¥98,400.00, 18% discount',
  '李婷发出报价 Q-1：¥98,400.00，折扣 18%',
);
test(line, told({ kind: 'fact', name: 'quote issued', actor: LI }), '李婷 issued a quote', '李婷发出了报价');
test(
  line,
  told({
    kind: 'fact',
    name: 'communication logged',
    actor: LI,
    detail: { channel: 'call', reached: false, note: 'no luck' },
  }),
  '李婷 tried to reach the client (call), no answer: no luck',
  '李婷通过电话联系客户未果：no luck',
);
test(
  line,
  told({
    kind: 'effect',
    name: 'supersede outreach',
    detail: { template: 'intro', to: 'decision-maker', reason: 'newer due' },
  }),
  'mail “intro” to the decision maker was left out: a newer mail is due',
  '给决策人的邮件“intro”不再发送：已有更新的邮件到期',
);
test(
  line,
  told({
    kind: 'effect',
    name: 'close task',
    detail: { taskId: 'renewal:c:1/quote/first-call/1/task/sales-rep', state: 'done' },
  }),
  'the task “致电客户” was closed: done',
  '任务“致电客户”已关闭：已完成',
);
test(line, told({ kind: 'transition', name: 'stage begun', stage: 'quote' }), '续费报价 began', '续费报价开始');
test(
  line,
  told({ kind: 'refused', name: 'paused', actor: LI, why: { rule: 'renewal.not_paused', inputs: {} } }),
  '李婷 was refused: The renewal is not paused',
  '李婷的操作被拒绝：该续费没有暂停',
);
test(line, told({ kind: 'transition', name: 'moved to mars' }), 'moved to mars', 'moved to mars');

test('a reason without a text is shown as its code with its inputs', (t) => {
  t.is(teller('en').why({ rule: 'moon.full', inputs: { phase: 'full' } }), 'moon full (phase: full)');
});

test('reasons speak of dates and blockers in words', (t) => {
  const why = {
    rule: 'stall.level',
    inputs: { percent: 100, since: '2026-11-03T01:00:00.000Z', blocker: 'client contacted' },
  };
  t.is(teller('zh-CN').why(why), '没有进展的时间已达时限的 100%（自2026年11月3日（周二）09:00起等待与客户取得联系）');
});

test('dates, stamps and distances are told in the zone of the reader', (t) => {
  const zh = formats('zh-CN', 'Asia/Shanghai');
  const late = '2026-11-22T17:30:00.000Z' as Instant;
  t.is(zh.day(late), '2026-11-23' as CivilDate);
  t.is(zh.stamp(late), '2026-11-23 01:30');
  t.is(formats('en', 'America/New_York').moment(late), 'Sun 22 Nov 2026, 12:30');
  t.is(zh.away('2026-11-30' as CivilDate, '2026-11-23' as CivilDate), '7 天后');
  t.is(formats('en', 'UTC').away('2026-11-22' as CivilDate, '2026-11-23' as CivilDate), '1 day ago');
});

test(
  line,
  told({
    kind: 'refused',
    name: 'approval decided',
    actor: LI,
    why: { rule: 'approval.not_yours', inputs: { by: 'per_li', asked: 'per_wang, per_li' } },
  }),
  '李婷 was refused: 李婷 is not among those asked',
  '李婷的操作被拒绝：李婷 不在审批人之列',
);

test('people in the values of an error are told by name, unknown ones by id', (t) => {
  t.deepEqual(teller('en').words({ asked: 'per_wang, per_x', by: 'per_li', rule: 'any, text' }), {
    asked: '王磊, per_x',
    by: '李婷',
    rule: 'any, text',
  });
});
