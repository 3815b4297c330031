import test from 'ava';
import { Webhook } from 'standardwebhooks';
import { backOffMs, BACK_OFF, HISTORY_NAMES, outgoingOf } from '../../../domain/outgoing/index.ts';
import { fromMs } from '../../../domain/time/index.ts';
import { cardOf } from '../../../api/outgoing-card.ts';
import { cut, fitted, flat } from '../../../operations/outside/card.ts';
import type { Card } from '../../../operations/outside/card.ts';
import { dingtalkMessage, dingtalkSign } from '../../../operations/outside/kinds/dingtalk.ts';
import { feishuMessage, feishuSign } from '../../../operations/outside/kinds/feishu.ts';
import { KINDS, servesKind } from '../../../operations/outside/kinds/index.ts';
import { slackMessage } from '../../../operations/outside/kinds/slack.ts';
import { teamsMessage } from '../../../operations/outside/kinds/teams.ts';
import type { Verdict } from '../../../operations/outside/kinds/kind.ts';
import { signaturesOf } from '../../../operations/outside/kinds/webhook.ts';
import { wecomMessage } from '../../../operations/outside/kinds/wecom.ts';
import type { ChannelKind } from '../../../domain/outgoing/index.ts';

/*
 * The vector that Standard Webhooks publishes with its libraries:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/javascript/src/webhook.test.ts
 */
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: fromMs(1_614_265_330_000),
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

test('S34: what goes out is signed as Standard Webhooks publish it, with each secret that holds', (t) => {
  const { secret, id, at, body, signature } = VECTOR;
  t.is(signaturesOf([secret], id, at, body), signature);
  const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
  const both = signaturesOf([other, secret], id, at, body).split(' ');
  t.is(both.length, 2);
  t.is(both[1], signature);
});

test('S34: a receiver with either secret verifies a delivery, and one changed byte is refused', async (t) => {
  const now = fromMs(Date.now());
  const secrets = ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', VECTOR.secret];
  const delivery = {
    eventId: 'evt_1',
    type: 'renewal.opened',
    version: 1,
    occurredAt: now,
    data: { 客户: 1 },
  } as never;
  const card = () => Promise.reject(new Error('a webhook has no card'));
  const { headers, body } = await KINDS.webhook.compose({ delivery, url: 'https://x', secrets, now, card });
  for (const secret of secrets) {
    t.like(new Webhook(secret).verify(body, headers), { id: 'evt_1', type: 'renewal.opened', version: 1 });
  }
  for (const changed of [`${body} `, body.replace('evt_1', 'evt_2')]) {
    t.throws(() => new Webhook(VECTOR.secret).verify(changed, headers));
  }
});

test('Feishu and DingTalk signatures are those of their published recipes', (t) => {
  // The recipes of both platforms in Python, run by hand with these values.
  t.is(feishuSign('1599360473', 'a secret'), 'eTg8Qp+HgWMjxa6/iVgiurCxDgD+QQueoZ1rl9zKPUE=');
  t.is(dingtalkSign(1_599_360_473_000, 'SECa'), 'MUprTn18A8QelQXKy/QRf28U3pvo33qAt9ArAppc+qY=');
});

test('Feishu signs in the body, DingTalk in the address, and neither without a secret', async (t) => {
  const now = fromMs(1_599_360_473_000);
  const card = async () => CARD;
  const given = { delivery: {} as never, now, card };
  const feishu = await KINDS.feishu.compose({ ...given, url: 'https://open.feishu.cn/x', secrets: ['a secret'] });
  t.like(JSON.parse(feishu.body), { timestamp: '1599360473', sign: feishuSign('1599360473', 'a secret') });
  const dingtalk = await KINDS.dingtalk.compose({
    ...given,
    url: 'https://oapi.dingtalk.com/robot/send?access_token=x',
    secrets: ['SECa'],
  });
  const { searchParams } = new URL(dingtalk.url);
  t.is(searchParams.get('sign'), dingtalkSign(1_599_360_473_000, 'SECa'));
  t.is(searchParams.get('timestamp'), '1599360473000');
  t.is(searchParams.get('access_token'), 'x');
  // A plus sign in an address would be read as a blank.
  t.false(/sign=[^&]*\+/.test(dingtalk.url));
  const bare = await KINDS.feishu.compose({ ...given, url: 'https://open.feishu.cn/x', secrets: [] });
  t.false('sign' in (JSON.parse(bare.body) as object));
});

const CARD: Card = {
  title: '待审批',
  lines: [
    { label: '客户', value: '远航（上海）<!channel> [点我](https://evil.example) **x** @all' },
    { label: '金额', value: '¥1,200.00' },
  ],
  link: { label: '查看续费', url: 'https://renewals.example.com/renewals/renewal%3Actr_1%3A1' },
  urgent: true,
};

test('a name of a client makes no link, no mention and no markup in a card', (t) => {
  t.is(flat('[a](b) <@U1> **c** @all'), '［a］(b) ＜＠U1＞ ＊＊c＊＊ ＠all');
  const slack = slackMessage(CARD) as { text: string; blocks: { fields?: { type: string }[] }[] };
  t.false(slack.text.includes('<!channel>'));
  t.true(slack.blocks[1]?.fields?.every(({ type }) => type === 'plain_text'));
  const marked = [dingtalkMessage(CARD), wecomMessage(CARD)].map((one) => JSON.stringify(one));
  for (const text of marked) t.notRegex(text, /\[点我\]|@all|<!channel>/);
  t.false(JSON.stringify(feishuMessage(CARD)).includes('lark_md'));
  t.false(JSON.stringify(teamsMessage(CARD)).includes('"TextBlock"'));
});

test('every platform gets title, lines and the way to the renewal', async (t) => {
  const kinds: readonly ChannelKind[] = ['slack', 'teams', 'feishu', 'dingtalk', 'wecom'];
  for (const kind of kinds) {
    const given = { delivery: {} as never, url: 'https://x.example/', secrets: [], now: VECTOR.at };
    const { body } = await KINDS[kind].compose({ ...given, card: async () => CARD });
    for (const text of [CARD.title, '¥1,200.00', CARD.link.url]) t.true(body.includes(text), `${kind}: ${text}`);
  }
});

test('a card that is too long loses its last lines, a value its end', (t) => {
  const lines = Array.from({ length: 50 }, (_, i) => ({ label: `行${i}`, value: '长'.repeat(300) }));
  const text = fitted({ ...CARD, lines }, 4096, wecomMessage);
  t.true(Buffer.byteLength(text) <= 4096);
  t.true(text.includes('行0') && !text.includes('行49'));
  t.is(Array.from(cut('长'.repeat(300))).length, 200);
  t.is(cut('a\r\n\u202eb'), 'a b');
});

const judged = test.macro({
  exec(t, kind: ChannelKind, status: number, body: string, what: Verdict['what']) {
    t.is(KINDS[kind].judge({ answered: true, status, body, retryAfterMs: null }).what, what);
  },
  title: (_given, kind, status, body, what) => `${kind}: ${status} ${body} means ${what}`,
});

test(judged, 'webhook', 204, '', 'taken');
test(judged, 'webhook', 302, '', 'again');
test(judged, 'webhook', 404, '', 'again');
test(judged, 'webhook', 410, '', 'gone');
test(judged, 'webhook', 429, '', 'again');
test(judged, 'slack', 200, 'ok', 'taken');
test(judged, 'slack', 400, 'invalid_payload', 'again');
test(judged, 'slack', 410, 'channel_is_archived', 'gone');
test(judged, 'slack', 429, 'rate_limited', 'limited');
test(judged, 'teams', 202, '', 'taken');
test(
  judged,
  'teams',
  200,
  'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429',
  'limited',
);
test(judged, 'feishu', 200, '{"code":0,"msg":"success","data":{}}', 'taken');
test(judged, 'feishu', 200, '{"StatusCode":0,"StatusMessage":"success"}', 'taken');
test(
  judged,
  'feishu',
  200,
  '{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}',
  'again',
);
test(judged, 'feishu', 200, '{"code":11232,"msg":"frequency limited"}', 'limited');
test(judged, 'dingtalk', 200, '{"errcode":0,"errmsg":"ok"}', 'taken');
test(judged, 'dingtalk', 200, '{"errcode":310000,"errmsg":"sign not match"}', 'again');
test(judged, 'dingtalk', 200, '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}', 'limited');
test(judged, 'wecom', 200, '{"errcode":0,"errmsg":"ok"}', 'taken');
test(judged, 'wecom', 200, '{"errcode":45009,"errmsg":"api freq out of limit"}', 'limited');
test(judged, 'wecom', 200, '{"errcode":93000,"errmsg":"invalid webhook url"}', 'again');
test(judged, 'wecom', 200, '<html>', 'again');
test(judged, 'wecom', 200, '{"errcode":"0"}', 'again');

test('a chat channel leads to a host of its platform only', (t) => {
  t.true(servesKind('feishu', 'open.larksuite.com'));
  t.true(servesKind('teams', 'prod-1.westeurope.logic.azure.com'));
  t.false(servesKind('teams', 'logic.azure.com.evil.example'));
  t.false(servesKind('slack', 'xhooks.slack.com'));
  t.false(servesKind('dingtalk', 'oapi.dingtalk.com.evil.example'));
});

test('ten attempts take 75 hours and little more, spread by chance', (t) => {
  const all = (chance: number) => BACK_OFF.reduce((sum, _wait, i) => sum + (backOffMs(i + 1, chance) ?? 0), 0);
  t.is(all(0), (75 * 60 + 35) * 60_000 + 5000);
  t.true(all(1) > all(0) && all(1) <= all(0) * 1.1);
  t.is(backOffMs(10, 0), null);
});

test('of a history others are told ids and codes, and nothing that is sealed or in people’s words', (t) => {
  const sealed = { sealed: 'x' };
  const entry = { kind: 'effect', entryId: 'r/approval/1/manager', stage: 'quote', actor: { kind: 'engine' } } as const;
  const quote = { number: 'Q-1', revision: 1, reason: sealed, amount: { minor: 1, currency: 'CNY' }, issuedBy: 'li' };
  const request = { asked: [{ role: 'sales-manager', people: ['wang'] }] };
  const detail = { rule: 'manager', request, quote, dueAt: VECTOR.at, comment: sealed };
  t.deepEqual(outgoingOf({ ...entry, name: 'request approval', detail }), {
    type: 'approval.requested',
    data: {
      rule: 'manager',
      dueAt: VECTOR.at,
      approvalId: 'r/approval/1/manager',
      people: ['wang'],
      quote: { number: 'Q-1', revision: 1, amount: { minor: 1, currency: 'CNY' } },
    },
  });
  const closed = { outcome: 'lost', cause: sealed, competitor: sealed, finalAmount: null };
  t.deepEqual(outgoingOf({ ...entry, name: 'close renewal', detail: closed })?.data, {
    outcome: 'lost',
    finalAmount: null,
  });
  t.is(outgoingOf({ ...entry, name: 'close approval', detail: { status: 'superseded' } }), null);
  t.is(outgoingOf({ ...entry, kind: 'refused', name: 'quote issued', detail: { quote } }), null);
  t.true(HISTORY_NAMES.includes('mail unknown'));
});

test('a card is written in the language of its channel, with times of the team', (t) => {
  const data = {
    rule: 'manager',
    dueAt: fromMs(Date.UTC(2027, 1, 1, 2)),
    quote: { number: 'Q-1', amount: { minor: 120_000, currency: 'CNY' }, discountBasisPoints: 1800 },
  };
  const about = { clientName: '远航', contractNumber: 'C-1', endDate: '2027-06-30' as never };
  const delivery = { type: 'approval.requested', renewalId: 'renewal:ctr_1:1', data } as const;
  const reader = { zone: 'Asia/Shanghai', publicUrl: 'https://renewals.example.com' };
  const chinese = cardOf(delivery, about, { ...reader, locale: 'zh-CN' });
  t.is(chinese.title, '待审批');
  t.true(chinese.lines.some(({ label, value }) => label === '截止时间' && value === '2027-02-01 10:00'));
  t.is(chinese.link.url, 'https://renewals.example.com/renewals/renewal%3Actr_1%3A1');
  const english = cardOf(delivery, about, { ...reader, locale: 'en' });
  t.is(english.title, 'Approval needed');
  t.deepEqual(
    english.lines.map(({ label }) => label),
    ['Client', 'Contract', 'Contract end', 'Quote', 'Amount', 'Discount', 'Due'],
  );
});
