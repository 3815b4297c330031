import test from 'ava';
import type { TaskFact } from '../../../domain/playbook/types.ts';
import type { Fact } from '../../../domain/renewal/facts.ts';
import type { Snapshot } from '../../../domain/renewal/snapshot.ts';
import { civilDate } from '../../../domain/time/civil.ts';
import { at, command, logged, PLAYBOOK, quote, snapshot } from '../../helpers/world.ts';
import { lines, ofKind, tell } from './story.ts';

/*
 * Policy: a task may ask for a fact. Once that is there the task is done, by whoever recorded it; where it is there
 * when the stage begins, nobody gets the task.
 */

const contacted = () => command('communication logged', at('2027-02-02'), 'li', logged());
const issued = () => command('quote issued', at('2027-03-02'), 'li', { quote: quote(0) });
const completed = (step: string, when = at('2027-03-03')) =>
  command('step completed', when, 'li', { step, note: 'done' });

const asking = (stageId: string, taskId: string, doneWhen: TaskFact): Snapshot => {
  const stages = PLAYBOOK.stages.map((stage) =>
    stage.id === stageId
      ? { ...stage, steps: stage.steps.map((s) => (s.id === taskId && s.kind === 'task' ? { ...s, doneWhen } : s)) }
      : stage,
  );
  return snapshot({ playbook: { stages } });
};

test('a task that asks for a fact is done by it, and by whoever recorded it', (t) => {
  const world = asking('payment', 'invoice', 'invoice issued');
  const invoiced = command('invoice issued', at('2027-03-08'), 'sun', {
    number: 'INV-1',
    amount: { minor: 12_000_000, currency: 'CNY' },
    dueDate: civilDate('2027-04-30'),
  });
  const script: Fact[] = [
    contacted(),
    issued(),
    completed('review-contract', at('2027-03-04')),
    command('quote accepted', at('2027-03-05'), 'zhou', { note: '' }),
    invoiced,
  ];
  const run = tell({ world, script, until: at('2027-03-08') });
  t.deepEqual(lines(run, /task payment/), [
    '2027-03-05 10:00 task payment/invoice for sun due 2027-05-05 18:00',
    '2027-03-08 10:00 task payment/invoice done',
  ]);
  t.like(ofKind(run, 'close task').at(-1), { state: 'done', by: 'sun', why: { rule: 'task.fact' } });
  t.is(run.state.phase, 'open');
});

test('a task whose fact ends its stage is done by it, not superseded; one that is done is not done again', (t) => {
  const world = asking('quote', 'prepare-quote', 'quote issued');
  const run = tell({ world, script: [contacted(), issued()], until: at('2027-03-02') });
  t.deepEqual(
    lines(run, /task quote/).map((line) => line.slice(17)),
    ['task quote/prepare-quote for li due 2027-03-09 18:00', 'task quote/prepare-quote done'],
  );
  const late = tell({
    world,
    script: [contacted(), issued(), completed('quote/prepare-quote')],
    until: at('2027-03-03'),
  });
  t.like(late.looks.at(-1)?.decision.verdicts.at(-1), { accepted: false });
});

test('a task whose fact is there when its stage begins is nobody’s work, and its stage does not wait for it', (t) => {
  const world = asking('review', 'review-contract', 'quote issued');
  const run = tell({ world, script: [contacted(), issued()], until: at('2027-03-02') });
  t.deepEqual(lines(run, /task review/), []);
  t.is(run.looks.at(-1)?.decision.view.stage, 'confirmation');
});
