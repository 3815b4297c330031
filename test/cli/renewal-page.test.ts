import test from 'ava';
import { textWidth } from '../../cli/output/width.ts';
import { renderRenewal } from '../../cli/render/renewal.ts';
import { Run } from '../../cli/run.ts';
import { LOCALES } from '../../domain/text.ts';
import type { Locale } from '../../domain/text.ts';
import type { RenewalPage } from '../../cli/seen.ts';
import { fakeIo } from './fake-io.ts';

const LI = {
  id: 'per_li',
  name: '李婷',
  email: 'li@example.com',
  roles: ['sales-rep'],
  locale: 'zh-CN',
  zone: 'Asia/Shanghai',
  active: true,
};
const CNY = (minor: number) => ({ minor, currency: 'CNY' });
const row = (stage: string, en: string, zh: string, status: string, note: object | null) => ({
  stage,
  name: { en, 'zh-CN': zh },
  ownerRole: 'sales-rep',
  ownerId: stage === 'review' ? null : 'per_li',
  start: '2026-11-02',
  begun: status !== 'not started',
  end: '2026-11-20',
  status,
  coded: note,
  provisional: stage === 'payment',
});

/** A renewal in the middle of its quote, with something in every section. */
const PAGE = {
  renewal: {
    id: 'renewal:ctr_1:1',
    contractId: 'ctr_1',
    term: 1,
    clientId: 'cli_1',
    clientName: '云杉科技（示例）',
    contractNumber: 'HT-2026-0001',
    tier: 'A',
    ownerId: 'per_li',
    amount: CNY(86_440_000),
    target: CNY(90_000_000),
    endDate: '2026-12-23',
    phase: 'open',
    stage: 'quote',
    atRisk: true,
    paused: false,
    holdsOutreach: true,
    outcome: null,
    noticeDate: '2026-11-23',
    opensOn: '2026-08-01',
    rows: [
      row('contact', 'First contact', '初步沟通', 'done', { code: 'words', params: { words: '客户希望签两年' } }),
      row('quote', 'Renewal quote', '续费报价', 'waiting for approval', { code: 'waiting for approval', params: {} }),
      row('review', 'Contract review', '合同审核', 'not started', { code: 'needs', params: { stage: 'quote' } }),
      row('payment', 'Payment', '付款处理', 'overdue', {
        code: 'waits for',
        params: { blocker: 'payment received' },
      }),
    ],
    next: { at: '2026-11-30T01:00:00.000Z', what: 'looks', params: {}, why: { rule: 'next.look', inputs: {} } },
    stalled: { stage: 'quote', since: '2026-11-02T01:00:00.000Z', blocker: 'approval', percent: 100 },
    playbook: { id: 'enterprise', version: 3 },
    closed: null,
    quote: {
      number: 'Q-HT-2026-0001-1-1',
      revision: 1,
      amount: CNY(73_800_000),
      listAmount: CNY(90_000_000),
      discountBasisPoints: 1800,
      validUntil: '2026-12-20',
      issuedAt: '2026-11-20T01:00:00.000Z',
      issuedBy: 'per_li',
      approvedAt: null,
      rejectedAt: null,
      declinedAt: null,
      expiredAt: null,
      acceptedAt: null,
    },
    invoice: { number: 'INV-1', amount: CNY(73_800_000), dueDate: '2026-12-30', at: '2026-11-21T01:00:00.000Z' },
    paidMinor: 0,
    savePlan: { cause: 'low-use', status: 'open', openedAt: '2026-11-10T01:00:00.000Z', outcome: null },
    earlier: null,
    later: null,
  },
  contract: {
    product: '客户服务系统',
    termMonths: 24,
    paymentDays: 30,
    autoRenew: true,
    remarks: '客户由陈总直接对接',
  },
  client: {
    contacts: [
      {
        id: 'con_1',
        name: '陈涛',
        email: 'chen@example.org',
        roles: ['decision-maker'],
        suppressed: { reason: 'bounce', at: '2026-11-01T00:00:00.000Z' },
      },
    ],
  },
  people: [LI],
  words: { playbook: null, lossReasons: null, causes: null },
  approvals: [
    {
      rule: 'discount-10-20',
      mode: 'any of',
      asked: [{ role: 'sales-manager', people: ['per_li'] }],
      quote: { revision: 1 },
      dueAt: '2026-11-24T10:00:00.000Z',
      status: 'waiting',
      decisions: [],
    },
  ],
  tasks: [
    {
      id: 't',
      title: '回复客户来信',
      kind: 'reply',
      step: 'reply',
      stage: 'quote',
      assignee: { kind: 'person', id: 'per_li' },
      dueAt: '2026-11-20T10:00:00.000Z',
    },
  ],
  communications: [
    {
      at: '2026-11-19T02:00:00.000Z',
      channel: 'call',
      contactId: null,
      reached: false,
      note: 'no luck',
      promise: null,
      nextStep: 'call again',
      by: { kind: 'person', id: 'per_li' },
    },
  ],
  sends: [
    {
      audience: 'client',
      template: 'renewal-intro',
      recipient: { kind: 'contact', contactId: 'con_1' },
      state: 'unknown',
      dueAt: '2026-11-18T01:00:00.000Z',
      settledAt: null,
    },
  ],
  history: [
    {
      kind: 'transition',
      name: 'opened',
      at: '2026-08-01T01:00:00.000Z',
      actor: { kind: 'engine' },
      stage: null,
      why: null,
      detail: {},
    },
  ],
} as unknown as RenewalPage;

function page(locale: Locale, columns: number, changes: Partial<RenewalPage> = {}): string {
  const io = fakeIo({ columns });
  return renderRenewal(new Run(io, { locale, json: false, quiet: false, as: undefined, dataDir: '/nonexistent' }), {
    ...PAGE,
    ...changes,
  });
}

for (const locale of LOCALES) {
  for (const columns of [36, 48, 60]) {
    test(`in a window of ${columns} columns no line of the page in ${locale} is wider`, (t) => {
      const io = fakeIo({ columns, tty: true, env: { NO_COLOR: '1' } });
      const run = new Run(io, { locale, json: false, quiet: false, as: undefined, dataDir: '/nonexistent' });
      run.print(PAGE, () => renderRenewal(run, PAGE));
      for (const line of io.written.out.split('\n')) t.true(textWidth(line) <= columns, line);
      t.notRegex(io.written.out, /…/);
    });
  }
}

test('the page of a later term names the term before it, and that of an earlier one the term after it', (t) => {
  const earlier = { id: 'renewal:ctr_1:1', term: 1, outcome: 'renewed' };
  const renewal = { ...PAGE.renewal, term: 2 };
  t.regex(
    page('en', 100, { renewal: { ...renewal, earlier } }),
    /This is term 2; term 1 closed as renewed: renewal:ctr_1:1/,
  );
  t.regex(
    page('zh-CN', 100, { renewal: { ...renewal, earlier } }),
    /这是第 2 期；第 1 期已结束（已续费）：renewal:ctr_1:1/,
  );
  const later = { id: 'renewal:ctr_1:2', term: 2 };
  t.regex(
    page('en', 100, { renewal: { ...PAGE.renewal, later } }),
    /This is term 1; it goes on as term 2: renewal:ctr_1:2/,
  );
  t.notRegex(page('en', 100), /This is term/);
});

test('the ids that `step complete` takes stand on the page', (t) => {
  const text = page('en', 100);
  t.regex(text, /`step complete`, `skip` and `redo`: contact, quote, review, payment/);
  t.regex(text, /\[reply\]/);
});

test('what comes next has no reason where there is none to tell', (t) => {
  t.notRegex(page('en', 100), /because/);
  const risk = { rule: 'risk.rule', inputs: { cause: 'low-use' } };
  const next = { ...PAGE.renewal.next, why: risk };
  t.regex(
    page('en', 100, { renewal: { ...PAGE.renewal, next } as unknown as RenewalPage['renewal'] }),
    /because risk: /,
  );
});

for (const locale of LOCALES) {
  for (const columns of [70, 80, 100]) {
    test(`the page of a renewal in ${locale}: its table fits into ${columns} columns with straight edges`, (t) => {
      const box = page(locale, columns)
        .split('\n')
        .filter((line) => /^[┌│├└]/.test(line));
      t.true(box.length >= 6);
      t.is(new Set(box.map(textWidth)).size, 1);
      t.true(textWidth(box[0] ?? '') <= columns);
    });
  }

  test(`the page of a renewal in ${locale} has no codes and no holes in it`, (t) => {
    const text = page(locale, 100);
    t.notRegex(text, /\{\w+\}|undefined|per_li|con_1|next\.looks|\[object/);
  });
}

test('the page tells in Chinese what stands in every section', (t) => {
  const text = page('zh-CN', 100);
  for (const words of [
    '有流失风险',
    '停滞',
    '30 天后',
    '李婷（销售代表）',
    '◔ 待审批',
    '需先完成续费报价',
    '▲ 已逾期',
    '挽留方案',
    '使用率低',
    '回复客户来信',
    '未联系上',
    '结果不明',
    '账单 INV-1',
    '备注',
    '自动续约',
  ]) {
    t.true(text.includes(words), words);
  }
});

test('an entry that was edited beyond reading is marked and hides nothing else', (t) => {
  const [sound] = PAGE.history;
  if (sound === undefined) throw new Error('the page has no history');
  const money = {
    ...sound,
    name: 'quote issued',
    kind: 'fact' as const,
    detail: { amount: { minor: 1, currency: '?' } },
  };
  const history = [
    { ...sound, seq: 1 },
    { ...sound, seq: 2, unreadable: true as const },
    { ...money, seq: 3 },
  ];
  const text = page('en', 100, { history });
  t.regex(text, /entry 2 was changed and cannot be read: `perennial renewal verify`/);
  t.regex(text, /entry 3 was changed/);
  t.notRegex(text, /entry 1 was changed/);
  t.regex(page('zh-CN', 100, { history }), /第 2 条记录被改动过/);
});

test('a long remark of several lines takes four lines of the page, under its own beginning', (t) => {
  const [first, ...rest] = PAGE.communications;
  if (first === undefined) throw new Error('the page has no communication');
  const note = Array.from({ length: 9 }, (_, i) => `line ${i + 1}`).join('\n');
  const lines = page('en', 100, { communications: [{ ...first, note }, ...rest] }).split('\n');
  const at = lines.findIndex((line) => line.includes('line 1'));
  t.deepEqual(
    lines.slice(at + 1, at + 4).map((line) => line.trim()),
    ['line 2', 'line 3', 'line 4 …'],
  );
  t.false(lines.some((line) => line.includes('line 5')));
});
