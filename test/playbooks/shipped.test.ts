import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { FIELDS, holds } from '../../domain/expressions/index.ts';
import type { RuleValues } from '../../domain/expressions/index.ts';
import { documentSchemaText } from '../../domain/playbook/json-schema.ts';
import { parseDocument, parsePlaybook } from '../../domain/playbook/index.ts';
import { documentDigest, loadShippedPlaybooks } from '../../playbooks/index.ts';

const shipped = loadShippedPlaybooks();

test('every shipped document parses without a warning, all names in it known', (t) => {
  const templates = readdirSync(new URL('../../playbooks/templates/', import.meta.url))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.replace(/\.yaml$/, ''));
  const known = {
    knownTemplates: templates,
    knownLadders: shipped.ladders.map((d) => d.value.id),
    knownSavePlans: shipped.savePlans.map((d) => d.value),
  };
  for (const { text, file, digest } of [...shipped.playbooks, ...shipped.ladders, ...shipped.savePlans]) {
    const result = parseDocument(text, { ...known, file });
    t.deepEqual(result.ok ? result.warnings : result.problems, [], file);
    t.is(digest, documentDigest(text));
    t.regex(digest, /^[0-9a-f]{64}$/);
  }
  t.deepEqual(
    shipped.playbooks.map((d) => d.value.id),
    ['auto-renewing', 'enterprise', 'mid-market', 'small'],
  );
});

test('exactly one shipped playbook is for any contract', (t) => {
  for (const tier of ['A', 'B', 'C'] as const) {
    for (const autoRenew of [true, false]) {
      const values: RuleValues<'applies'> = {
        client: { tier, name: 'x', locale: 'en' },
        contract: {
          amount: 1,
          currency: 'CNY',
          autoRenew,
          termMonths: 12,
          product: 'x',
          paymentDays: 30,
          daysUntilEnd: 100,
          daysUntilNotice: 70,
        },
      };
      const fitting = shipped.playbooks.filter((d) => holds(d.value.applies, 'applies', values));
      t.is(fitting.length, 1, `tier ${tier}, autoRenew ${autoRenew}`);
    }
  }
});

test('every shipped playbook has the five stages of the process table with their owners', (t) => {
  for (const { value } of shipped.playbooks) {
    t.deepEqual(
      value.stages.map((stage) => [stage.id, stage.owner]),
      [
        ['contact', 'sales-rep'],
        ['quote', 'sales-manager'],
        ['review', 'legal'],
        ['confirmation', 'client-rep'],
        ['payment', 'finance'],
      ],
      value.id,
    );
    t.is(value.stages[3]?.waitsFor, 'client');
    const overdue = value.stages[4]?.steps.flatMap((step) => (step.kind === 'outreach' ? step.at : [])) ?? [];
    const days = overdue.filter((point) => point.anchor === 'invoice').map((point) => point.amount);
    t.deepEqual(days, [-30, 0, 3, 7, 10, 14]);
  }
});

test('the legal notices of automatic renewals hang on the notice deadline and on no stage', (t) => {
  const playbook = shipped.playbooks.find((d) => d.value.mode === 'auto-renewing')?.value;
  const legal = playbook?.reminders.find((step) => step.legal);
  t.deepEqual(
    legal?.at.map((p) => [p.anchor, p.amount]),
    [
      ['notice', -60],
      ['notice', -30],
      ['notice', -14],
      ['notice', -3],
    ],
  );
});

const asks = test.macro({
  exec(t, quote: Partial<RuleValues<'approval'>['quote']>, ...expected: string[]) {
    const values: RuleValues<'approval'> = {
      client: { tier: 'B', name: 'x', locale: 'en' },
      contract: {
        amount: 1,
        currency: 'CNY',
        autoRenew: false,
        termMonths: 12,
        product: 'x',
        paymentDays: 30,
        daysUntilEnd: 60,
        daysUntilNotice: 60,
      },
      quote: { amount: 1_000, discountPercent: 0, upliftPercent: 0, termMonths: 12, paymentDays: 30, ...quote },
    };
    const met = shipped.ladders[0]?.value.rules.filter((rule) => holds(rule.when, 'approval', values)) ?? [];
    const rules = met.filter((rule) => rule.approvers.length > 0);
    // Each discount has its row, and with it a reason.
    t.is(
      met.some((rule) => rule.id.startsWith('discount-') && rule.reasonRequired),
      (quote.discountPercent ?? 0) > 0,
    );
    t.deepEqual(
      rules.map((rule) => rule.approvers.join(rule.mode === 'all of' ? ' and ' : ' or ')),
      expected,
    );
  },
  title: (_: string | undefined, quote, ...expected: string[]) =>
    `${JSON.stringify(quote)} asks ${expected.join('; ') || 'nobody'}`,
});

test(asks, { discountPercent: 0 });
test(asks, { discountPercent: 0.01 });
test(asks, { discountPercent: 10 });
test(asks, { discountPercent: 10.01 }, 'sales-manager');
test(asks, { discountPercent: 20 }, 'sales-manager');
test(asks, { discountPercent: 20.5 }, 'director and finance');
test(asks, { discountPercent: 30 }, 'director and finance');
test(asks, { discountPercent: 40 }, 'director and general-manager');
test(asks, { discountPercent: 41 }, 'general-manager');
test(asks, { termMonths: 36 });
test(asks, { termMonths: 37 }, 'director and legal');
test(asks, { paymentDays: 46 }, 'finance');
test(asks, { amount: 300_001, discountPercent: 15 }, 'sales-manager', 'director');
test(asks, { upliftPercent: 11 }, 'sales-manager');

test('every root cause of the risk rules has a save plan, and every loss reason has details', (t) => {
  const [set] = shipped.savePlans;
  const causes = set?.value.plans.map((plan) => plan.cause) ?? [];
  t.deepEqual(causes, [
    'low-use',
    'product-gap',
    'champion-left',
    'budget',
    'competitor',
    'negotiation',
    'bad-service',
  ]);
  t.true(set?.value.lossReasons.every((reason) => reason.details.length >= 2));
});

test('the published JSON Schema is the one of the format', (t) => {
  const file = readFileSync(new URL('../../playbooks/playbook.schema.json', import.meta.url), 'utf8');
  t.deepEqual(JSON.parse(file), JSON.parse(documentSchemaText()));
});

const reference = readFileSync(new URL('../../docs/playbooks.md', import.meta.url), 'utf8');

test('the example of the reference page parses without a warning', (t) => {
  const example = /```yaml\n(playbook: [\s\S]*?)```/.exec(reference)?.[1] ?? '';
  const result = parsePlaybook(example);
  t.deepEqual(result.ok ? result.warnings : result.problems, []);
});

test('the reference page has a row for every key of the format', (t) => {
  const keys = new Set<string>();
  const visit = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    if ('properties' in schema && typeof schema.properties === 'object' && schema.properties !== null) {
      for (const key of Object.keys(schema.properties)) keys.add(key);
    }
    for (const value of Object.values(schema)) visit(value);
  };
  visit(JSON.parse(documentSchemaText()));
  keys.delete('en');
  keys.delete('zh-CN');
  t.deepEqual(
    [...keys].filter((key) => !reference.includes(`| \`${key}\``)),
    [],
  );
});

test('the reference page has every field of the conditions', (t) => {
  const fields = Object.entries(FIELDS).flatMap(([group, specs]) =>
    Object.keys(specs).map((name) => `${group}.${name}`),
  );
  t.deepEqual(
    fields.filter((field) => !reference.includes(`| \`${field}\``)),
    [],
  );
});

test('the ladder and the save plans of the reference page parse too', (t) => {
  for (const key of ['approvals', 'save plans']) {
    const example = new RegExp(`\`\`\`yaml\\n(${key}: [\\s\\S]*?)\`\`\``).exec(reference)?.[1] ?? '';
    const result = parseDocument(example);
    t.deepEqual(result.ok ? result.warnings : result.problems, []);
  }
});
