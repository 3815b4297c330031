import test from 'ava';
import { namesFrom } from '../../cli/names.ts';
import { mailLines, replaced, stillAsked } from '../../cli/render/waiting.ts';
import { Run } from '../../cli/run.ts';
import type { Approval, Renewal, Send } from '../../cli/seen.ts';
import { fakeIo } from './fake-io.ts';

type Asked = Parameters<typeof stillAsked>[0];
const approval = (mode: Asked['mode'], voted: readonly string[]): Asked => ({
  mode,
  asked: [
    { role: 'sales-manager', people: ['per_wang', 'per_zhou'] },
    { role: 'legal', people: ['per_zhao'] },
  ],
  decisions: voted.map((by) => ({ by, decision: 'approve', for: null }) as Approval['decisions'][number]),
});
const roles = (one: Asked) => stillAsked(one).map(({ role }) => role);

test('where all must agree, roles whose vote is there are asked no more', (t) => {
  t.deepEqual(roles(approval('all of', [])), ['sales-manager', 'legal']);
  t.deepEqual(roles(approval('all of', ['per_zhou'])), ['legal']);
  t.deepEqual(roles(approval('all of', ['per_zhao'])), ['sales-manager']);
});

test('a person who stands for two roles speaks for one: the other is asked still', (t) => {
  const asked = [
    { role: 'sales-manager', people: ['per_x', 'per_y'] },
    { role: 'director', people: ['per_x', 'per_z'] },
  ];
  const decisions = [{ by: 'per_x', decision: 'approve', for: null } as Approval['decisions'][number]];
  t.is(stillAsked({ mode: 'all of', asked, decisions }).length, 1);
});

test('where one is enough, all stay asked until it is decided', (t) => {
  t.deepEqual(roles(approval('any of', [])), ['sales-manager', 'legal']);
});

const begun = (status: string, more: object = {}) =>
  ({
    quote: { issuedAt: '2026-11-20T02:00:00.000Z' },
    rows: [{ stage: 'review', name: { en: 'Contract review', 'zh-CN': '合同审核' }, status }],
    holdsOutreach: false,
    paused: false,
    ...more,
  }) as unknown as Renewal;
const send = (state: Send['state'], plannedAt: string) => ({ state, plannedAt }) as Send;
const cli = new Run(fakeIo(), { locale: 'en', json: false, quiet: false, as: undefined, dataDir: '' });

const told = test.macro({
  exec(t, renewal: Renewal, sends: readonly Send[], expected: RegExp) {
    const lines = mailLines(cli, cli.teller(namesFrom(cli, { rows: renewal.rows })), renewal, { id: 'review' }, sends);
    t.is(lines.length, 1);
    t.regex(lines[0] ?? '', expected);
  },
  title: (what) => `an approved quote and its mail: ${what ?? ''}`,
});

test('its stage is still to come', told, begun('not started'), [], /when “Contract review” begins/);
test('its stage is in work', told, begun('in progress'), [], /in the next sending hours/);
test('planned', told, begun('in progress'), [send('planned', '2026-11-20T02:00:01.000Z')], /on its way/);
test('sent', told, begun('done'), [send('sent', '2026-11-20T02:00:01.000Z')], /went to the client/);
test(
  'sent for an earlier quote',
  told,
  begun('in progress'),
  [send('sent', '2026-11-01T02:00:01.000Z')],
  /send it yourself/,
);
test('while mail is held', told, begun('not started', { holdsOutreach: true }), [], /held/);

test('a new quote says which one it replaces, and whose vote is asked for no more', (t) => {
  const quote = { number: 'Q-1', revision: 1, rejectedAt: null, declinedAt: null, expiredAt: null };
  const lines = (of: object | null, rules: readonly string[]) =>
    replaced(
      cli,
      { quote: of } as unknown as Renewal,
      rules.map((rule) => ({ rule })),
    );
  t.deepEqual(lines(quote, ['manager']), [
    'It replaces quote Q-1 (revision 1)',
    'No longer asked: approval manager of the quote before',
  ]);
  t.deepEqual(lines({ ...quote, rejectedAt: '2026-11-20T02:00:00.000Z' }, ['manager']), []);
  t.deepEqual(lines(null, []), []);
});
