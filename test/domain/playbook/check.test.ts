import test from 'ava';
import { checkPlaybook, parsePlaybook } from '../../../domain/playbook/index.ts';
import type { Playbook } from '../../../domain/playbook/types.ts';
import { SAMPLE, sampleWith } from './sample.ts';

const finds = test.macro({
  exec(t, part: string, by: string, ...codes: string[]) {
    const result = parsePlaybook(sampleWith(part, by));
    const problems = result.ok ? result.warnings : result.problems;
    t.deepEqual(
      problems.map((p) => `${p.severity} ${p.code}`),
      codes,
    );
  },
  title: (what: string | undefined) => what ?? '',
});

const SERIES = '[120 days before end, 90 days before end, 60 days before end]';

test('mail before the opening', finds, SERIES, '130 days before end', 'error opening.order');
test('mail before its stage begins', finds, SERIES, '2 days before stage', 'error step.never');
test('mails that are not in order', finds, SERIES, '[60 days before end, 90 days before end]', 'error step.order');
test('the same day twice', finds, SERIES, '[60 days before end, 60 days before end]', 'error step.order');
test(
  'days and months that cannot be told apart are let pass',
  finds,
  SERIES,
  '[2 months before end, 60 days before end]',
);
test(
  'days and months in the wrong order',
  finds,
  SERIES,
  '[1 month before end, 60 days before end]',
  'error step.order',
);
test('a mail after the end that is meant', finds, SERIES, '7 days after end\n        after end: true');
test('a lapse before the end', finds, 'lapses: 30 days after', 'lapses: 3 days before', 'error lapse.order');
test(
  'an opening that hangs on the invoice',
  finds,
  'opens: 120 days before end',
  'opens: 9 days after invoice',
  'error anchor.not_here',
);
test(
  'a first stage that hangs on the stage before',
  finds,
  'starts: 120 days before end',
  'starts: on stage',
  'error anchor.not_here',
);
test(
  'a stage before the one above it',
  finds,
  'starts: 3 business days after stage',
  'starts: 1 day before stage',
  'error stage.order',
);
test('percentages that fall', finds, '- at: 100% of due', '- at: 40% of due', 'error stall.order');
test('a level that reaches nobody higher', finds, 'escalate to manager', 'warn the owner', 'warning stall.order');
test(
  'a timeout before the due time',
  finds,
  '10 business days → escalate',
  '3 business days → escalate',
  'warning timeout.before_due',
);
test(
  'tasks that are waited for and not there',
  finds,
  '[payment received]',
  '[payment received, tasks done]',
  'error condition.no_tasks',
);
test(
  'a series above its own cap',
  finds,
  '        at most: 3 in 60 days',
  '        at most: 1 in 60 days',
  'warning cap.exceeded',
);
test(
  'series above the cap for a contact',
  finds,
  '  at most: 6 in 60 days',
  '  at most: 1 in 60 days',
  'warning cap.exceeded',
);
test(
  'an automatic renewal without legal notice',
  finds,
  'opens: 120',
  'mode: auto-renewing\nopens: 120',
  'warning legal.missing',
);
test(
  'a legal notice after the deadline',
  finds,
  SERIES,
  '3 days after notice\n        legal notice: true',
  'warning legal.in_stage',
  'error legal.late',
);
test('closed before it is suspended', finds, 'close after: 30 days', 'close after: 10 days', 'error payment.order');
test('health that may be unknown', finds, 'health.known && ', '', 'warning risk.unknown_health');

test('a playbook without a text at hand is checked too, by the path of the field', (t) => {
  const result = parsePlaybook(SAMPLE);
  if (!result.ok) return t.fail();
  const lapses: Playbook['lapses'] = { anchor: 'end', amount: -1, unit: 'days' };
  t.deepEqual(
    checkPlaybook({ ...result.value, lapses }).map((p) => `${p.code} ${p.place?.field}`),
    ['lapse.order lapses'],
  );
  t.deepEqual(checkPlaybook(result.value), []);
});
test(
  'a task that asks for what an earlier stage waits for',
  finds,
  'due: 5 business days\n    waits for: client',
  `due: 5 business days
    waits for: client
    steps:
      - task: again
        name: { en: Call again, zh-CN: 再次致电 }
        due: 2 business days
        done when: client contacted`,
  'warning task.done_before',
);
test(
  'a task that asks for what is no fact',
  finds,
  'due: 5 business days\n    waits for: client',
  `due: 5 business days
    waits for: client
    steps:
      - task: again
        name: { en: Call again, zh-CN: 再次致电 }
        due: 2 business days
        done when: tasks done`,
  'error choice.unknown',
);
