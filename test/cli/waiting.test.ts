import test from 'ava';
import { stillAsked } from '../../cli/render/waiting.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';

type Asked = Parameters<typeof stillAsked>[0];
const approval = (mode: Asked['mode'], voted: readonly string[]): Asked => ({
  mode,
  asked: [
    { role: 'sales-manager', people: ['per_wang', 'per_zhou'] },
    { role: 'legal', people: ['per_zhao'] },
  ],
  decisions: voted.map((by) => ({ by, decision: 'approve' }) as ApprovalDoc['decisions'][number]),
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
  const decisions = [{ by: 'per_x', decision: 'approve' } as ApprovalDoc['decisions'][number]];
  t.is(stillAsked({ mode: 'all of', asked, decisions }).length, 1);
});

test('where one is enough, all stay asked until it is decided', (t) => {
  t.deepEqual(roles(approval('any of', [])), ['sales-manager', 'legal']);
});
