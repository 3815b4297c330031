import test from 'ava';
import fc from 'fast-check';
import type { Fact } from '../../../domain/renewal/facts.ts';
import type { Snapshot } from '../../../domain/renewal/snapshot.ts';
import { at, command, LADDER, logged, quote, snapshot } from '../../helpers/world.ts';
import { lines, tell } from './story.ts';

/*
 * Wang approves above 10 %. Where wang is away and somebody stands in, that one decides for wang; the requester never
 * does, also not as a substitute; and when wang is back, all is as before.
 */

const contacted = () => command('communication logged', at('2027-02-02'), 'li', logged(), 'contacted');
const issued = (by = 'li', discount = 1500) =>
  command('quote issued', at('2027-03-02'), by, { quote: quote(discount) });
const decided = (by: string, decision: 'approve' | 'reject' = 'approve', rule = 'manager', hour = 11) =>
  command('approval decided', at('2027-03-02', hour), by, { rule, decision, comment: '' });

function withSubstitutes(substitutes: Readonly<Record<string, string>>, world = snapshot()): Snapshot {
  const people = Object.fromEntries(
    Object.values(world.people).map((person) => {
      const substitute = substitutes[person.id];
      return [person.id, substitute === undefined ? person : { ...person, substitute }];
    }),
  );
  return { ...world, people };
}

function run(world: Snapshot, script: readonly Fact[]) {
  return tell({ world, script: [contacted(), ...script], until: at('2027-03-02', 20) });
}

function quoteOf(world: Snapshot, script: readonly Fact[]) {
  return run(world, script).looks.at(-1)?.decision.state.quote;
}

function refusal(world: Snapshot, script: readonly Fact[]): string | undefined {
  const log = run(world, script).looks.flatMap((look) => look.decision.log);
  return log.find(({ kind }) => kind === 'refused')?.why?.rule;
}

test('the substitute decides for the one who is away, and the history says for whom', (t) => {
  const world = withSubstitutes({ wang: 'zhao' });
  const found = quoteOf(world, [issued(), decided('zhao')]);
  t.is(found?.approvedAt, at('2027-03-02', 11));
  t.like(found?.approvals[0]?.decisions[0], { by: 'zhao', for: 'wang' });
  const entries = run(world, [issued(), decided('zhao')]).looks.flatMap((look) => look.decision.log);
  t.like(
    entries.find(({ name }) => name === 'approval decided'),
    {
      actor: { kind: 'person', id: 'zhao' },
      detail: { for: 'wang' },
    },
  );
  t.truthy(quoteOf(world, [issued(), decided('zhao', 'reject')])?.rejectedAt);
});

test('who is back decides alone again; without an absence nobody stands in', (t) => {
  t.is(refusal(snapshot(), [issued(), decided('zhao')]), 'approval.not_yours');
  t.is(refusal(withSubstitutes({ chen: 'zhao' }), [issued(), decided('zhao')]), 'approval.not_yours');
});

test('who is away may still decide; the substitute’s vote is not given twice, and neither is theirs', (t) => {
  const world = withSubstitutes({ wang: 'zhao' });
  t.like(quoteOf(world, [issued(), decided('wang')])?.approvals[0]?.decisions[0], { by: 'wang' });
  t.is(
    refusal(world, [issued(), decided('zhao'), decided('wang', 'reject', 'manager', 12)]),
    'approval.already_decided',
  );
  t.is(
    refusal(world, [issued(), decided('wang'), decided('zhao', 'reject', 'manager', 12)]),
    'approval.already_decided',
  );
});

test('four eyes: the requester does not decide as a substitute; the level above is asked instead', (t) => {
  const world = withSubstitutes({ wang: 'li' });
  const asked = lines(run(world, [issued()]), / ask /).map((line) => line.slice(5));
  t.deepEqual(asked, ['03-02 10:00 ask manager: sales-manager chen']);
  t.is(refusal(world, [issued(), decided('li')]), 'approval.own_request');
});

test('where all roles must agree, one who stands in for two gives one vote, and two people are still needed', (t) => {
  const plain = snapshot();
  const ladder = plain.ladder ?? LADDER;
  const both = {
    ...ladder,
    rules: ladder.rules.map((rule) =>
      rule.id === 'manager'
        ? { ...rule, mode: 'all of' as const, approvers: ['legal' as const, 'finance' as const] }
        : rule,
    ),
  };
  const world = withSubstitutes({ zhao: 'zhou', sun: 'zhou' }, { ...plain, ladder: both });
  const one = quoteOf(world, [issued(), decided('zhou', 'approve', 'manager')]);
  t.is(one?.approvedAt, null);
  t.is(
    refusal(world, [issued(), decided('zhou', 'approve', 'manager'), decided('zhou', 'approve', 'manager', 12)]),
    'approval.already_decided',
  );
  const two = quoteOf(world, [
    issued(),
    decided('zhou', 'approve', 'manager'),
    decided('sun', 'approve', 'manager', 12),
  ]);
  t.truthy(two?.approvedAt);
});

test('a world without absences decides as it always did, to the letter', (t) => {
  const script = [issued('li', 2500), decided('wang'), decided('chen', 'approve', 'director', 12)];
  t.deepEqual(
    run(withSubstitutes({}), script).looks.map((look) => look.decision.state),
    run(snapshot(), script).looks.map((look) => look.decision.state),
  );
});

const WHO = ['li', 'wang', 'chen', 'gm', 'zhao', 'sun', 'zhou', 'ops'] as const;
const anybody = fc.constantFrom(...WHO);
const anySubstitutes: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .dictionary(anybody, anybody, { maxKeys: 5 })
  .map((given) =>
    // As the snapshot has them: nobody for themselves, and whoever stands in is there.
    Object.fromEntries(Object.entries(given).filter(([who, by]) => who !== by && given[by] === undefined)),
  );
const anyVotes = fc.array(fc.tuple(anybody, fc.constantFrom('manager', 'director')), { maxLength: 8 });

test('whoever is away and whoever votes: the requester never does, nobody votes twice in a row, and each vote has its seat', (t) => {
  fc.assert(
    fc.property(anySubstitutes, anyVotes, anybody, (substitutes, votes, requester) => {
      const world = withSubstitutes(substitutes);
      const script = votes.map(([by, rule], i) =>
        command('approval decided', at('2027-03-02', 11 + Math.floor(i / 4)), by, {
          rule,
          decision: 'approve',
          comment: '',
        }),
      );
      const found = quoteOf(world, [issued(requester, 2500), ...script]);
      for (const { asked, decisions, mode, status } of found?.approvals ?? []) {
        const people = asked.flatMap((one) => one.people);
        const voters = decisions.map(({ by }) => by);
        t.false(voters.includes(requester));
        t.is(new Set(voters).size, voters.length);
        for (const { by, for: absent } of decisions) {
          t.true(people.includes(absent ?? by));
          if (absent !== undefined) t.is(substitutes[absent], by);
        }
        if (status === 'approved' && mode === 'all of') t.true(new Set(voters).size >= asked.length);
      }
    }),
    { numRuns: 60 },
  );
});
