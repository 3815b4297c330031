import test from 'ava';
import * as fc from 'fast-check';
import { PerennialError } from '../../../domain/errors/index.ts';
import type { ErrorCode } from '../../../domain/errors/index.ts';
import { compileCondition, evaluate, FIELDS, holds, nearNames, SCOPES } from '../../../domain/expressions/index.ts';
import type { FieldSpec, RuleValues, Scope } from '../../../domain/expressions/index.ts';

const VALUES: RuleValues<'risk'> & RuleValues<'approval'> = {
  client: { tier: 'B', name: 'Huayang Machinery', locale: 'zh-CN' },
  contract: {
    amount: 120_000.5,
    currency: 'CNY',
    autoRenew: false,
    termMonths: 12,
    product: 'CRM Pro',
    paymentDays: 30,
    daysUntilEnd: 40,
    daysUntilNotice: -5,
  },
  health: { score: 45, known: true },
  facts: {
    complaintOpen: false,
    championLeft: true,
    noticeGiven: false,
    paymentLateDays: 0,
    usageDropPercent: 12.5,
    repliesCount: 2,
  },
  quote: { amount: 100_000, discountPercent: 20, upliftPercent: 0, termMonths: 36, paymentDays: 45 },
};

const gives = test.macro({
  exec(t, text: string, expected: boolean) {
    t.is(holds(text, 'risk', VALUES), expected);
  },
  title: (_, text, expected) => `${text} is ${expected}`,
});

test(gives, 'health.score < 50', true);
test(gives, 'health.score == 45', true);
test(gives, 'health.score == 45.0', true);
test(gives, 'health.score != 45 || facts.complaintOpen', false);
test(gives, 'contract.amount * 2 + 1 >= 240002', true);
test(gives, 'contract.amount / 2 < 60001', true);
test(gives, '-contract.daysUntilNotice == 5', true);
test(gives, 'contract.daysUntilEnd - 30 <= 10', true);
test(gives, 'client.tier in ["A", "B"]', true);
test(gives, 'contract.termMonths in [12, 24]', true);
test(gives, 'contract.product.startsWith("CRM") && !contract.autoRenew', true);
test(gives, '["Pro", "Max"].exists(word, contract.product.contains(word))', true);
test(gives, 'contract.termMonths == 0x0C', true);
test(gives, 'facts.complaintOpen ? true : client.tier == "B"', true);
test(gives, 'true', true);

const refuses = test.macro({
  exec(t, text: string, code: ErrorCode, part?: string, scope: Scope = 'risk') {
    const result = compileCondition(text, scope);
    if (result.ok) return t.fail('the condition was accepted');
    t.deepEqual(
      result.faults.map((fault) => fault.code),
      [code],
    );
    const [fault] = result.faults;
    if (part !== undefined && fault !== undefined) t.is(text.slice(fault.from, fault.to), part);
  },
  title: (row: string | undefined, text: string, code: ErrorCode, _part?: string, _scope?: Scope) =>
    `${row ?? ''} ${text.slice(0, 50)} is refused with ${code}`.trim(),
});

test('B094', refuses, 'contract.amount >', 'expr.syntax', '');
test(refuses, '', 'expr.syntax');
test(refuses, 'contract.amount = 5', 'expr.syntax', '=');
test(refuses, 'contract.amount > 5 and true', 'expr.syntax');
test('B095', refuses, 'contract.autoRenew == "true"', 'expr.type', '"true"');
test('B096', refuses, 'contract.amount > "1000"', 'expr.type', '"1000"');
test('B096', refuses, '1/0 > 1', 'expr.division', '0');
test('B096', refuses, 'contract.amount / contract.paymentDays > 1', 'expr.division', 'contract.paymentDays');
test('B096', refuses, 'contract.valeu > 1', 'expr.unknown_field', 'valeu');
test(refuses, 'contract.__proto__ == "a"', 'expr.unknown_field', '__proto__');
test('B097', refuses, 'contract.constructor("x")()', 'expr.syntax');
test('B097', refuses, 'contract.constructor("x")', 'expr.unknown_name');
test('B097', refuses, 'process.exit()', 'expr.unknown_name', 'process');
test('B097', refuses, 'this', 'expr.unknown_name', 'this');
test('B097', refuses, 'globalThis', 'expr.unknown_name', 'globalThis');
test('B098', refuses, `${'('.repeat(3_000)}true${')'.repeat(3_000)}`, 'expr.limit');
test('B098', refuses, `${'('.repeat(33)}true${')'.repeat(33)}`, 'expr.limit');
test('B098', refuses, `client.name == "${'x'.repeat(2_048)}"`, 'expr.limit');
test(
  'B098',
  refuses,
  '[1].exists(a, [1].exists(b, [1].exists(c, a + b + c > 2)))',
  'expr.limit',
  '[1].exists(c, a + b + c > 2)',
);
test(refuses, 'contract.product.matches("(a+)+$")', 'expr.unknown_name');
test(refuses, 'size(contract.product) > 3', 'expr.unknown_name');
test(refuses, 'timestamp("x") == "y"', 'expr.unknown_name', 'timestamp("x")');
test(refuses, 'contract["amount"] > 1', 'expr.not_allowed');
test(refuses, 'contract.termMonths % 2 == 0', 'expr.not_allowed');
test(refuses, 'contract == "x"', 'expr.whole_group', 'contract');
test(refuses, 'health.score', 'expr.type', 'health.score');
test(refuses, 'contract.autoRenew < true', 'expr.type');
test(refuses, 'client.tier == "D"', 'expr.unknown_value', '"D"');
test(refuses, 'client.tier in ["A", "E"]', 'expr.unknown_value', '"E"');
test(refuses, 'contract.amount > 12345678901234567890', 'number.range', '12345678901234567890');
test(refuses, 'contract.amount > 1e999', 'number.range', '1e999');
test(refuses, 'quote.discountPercent > 10', 'expr.unknown_name', 'quote');
test(refuses, 'health.score < 50', 'expr.unknown_name', 'health', 'applies');

test('a field that is a letter off is answered with the nearest name', (t) => {
  const result = compileCondition('contract.amuont > 1', 'applies');
  t.false(result.ok);
  if (!result.ok) t.is(result.faults[0]?.params['near'], 'contract.amount');
});

test('a field without its group is answered with the whole name', (t) => {
  const result = compileCondition('complaintOpen', 'risk');
  if (result.ok) return t.fail();
  t.is(result.faults[0]?.params['near'], 'facts.complaintOpen');
});

test('all faults are told at once', (t) => {
  const result = compileCondition('contract.valeu > 1 && healt.score < 2 && client.tier == 3', 'risk');
  if (result.ok) return t.fail();
  t.deepEqual(
    result.faults.map((fault) => fault.code),
    ['expr.unknown_field', 'expr.unknown_name', 'expr.type'],
  );
});

test('an uncompilable text from the database is a problem for people, not a crash', (t) => {
  const error = t.throws(() => holds('contract.valeu > 1', 'risk', VALUES), { instanceOf: PerennialError });
  t.is(error.problems[0]?.place?.column, 10);
});

test('every declared field can be compared, and its values have the declared type', (t) => {
  for (const scope of ['risk', 'approval'] as const) {
    for (const group of SCOPES[scope]) {
      for (const [name, spec] of Object.entries<FieldSpec>(FIELDS[group])) {
        const text = { text: '!= ""', number: '> -1e9', 'yes-no': '|| true' }[spec.type];
        const values = spec.values !== undefined ? `in ["${spec.values.join('", "')}"]` : text;
        t.true(holds(`${group}.${name} ${values}`, scope, VALUES), `${group}.${name}`);
      }
    }
  }
});

test('any text is either refused or evaluates to true or false', (t) => {
  const words =
    'client.tier contract.amount health.known facts "A" 5 0 1.5 true x && || == != < + / - ! ( ) [ ] in ? : .';
  const word = fc.constantFrom(...words.split(' '), '.exists(x,', '.startsWith(', ' ');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const result = compileCondition(words.join(' '), 'risk');
      if (!result.ok) return result.faults.every((f) => f.from >= 0 && f.to >= f.from);
      return typeof evaluate(result.condition, VALUES) === 'boolean';
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});

test('near names see a swap of two letters, and nothing where all is different', (t) => {
  t.is(nearNames('remindr', ['reminders', 'risk', 'mode']).nearest, 'reminders');
  t.is(nearNames('ende', ['end', 'notice']).nearest, 'end');
  t.is(nearNames('zebra', ['end', 'notice']).nearest, null);
});

test('a condition follows every field it names, also from one question to the next', (t) => {
  const text = 'health.known && health.score < 50 || facts.complaintOpen';
  const asked = (known: boolean, score: number, complaintOpen: boolean) =>
    holds(text, 'risk', { ...VALUES, health: { known, score }, facts: { ...VALUES.facts, complaintOpen } });
  t.false(asked(true, 50, false));
  t.true(asked(true, 49, false));
  t.true(asked(true, 49, false));
  t.false(asked(false, 49, false));
  t.true(asked(false, 49, true));
  t.false(asked(false, 49, false));
});
