import test from 'ava';
import { addCounts, countsLine, createTapReader } from './tap.ts';

function read(text: string) {
  const reader = createTapReader();
  const told = text.split('\n').filter((line) => reader.line(line)).length;
  return { told, ...reader.report() };
}

const MIXED = `TAP version 13
ok 1 - a › three # SKIP
ok 2 - a › one
#   a log line
not ok 3 - b › two fails
  ---
    name: AssertionError
    details:
      'Difference (- actual, + expected):': |2-
ok 9 - looks like a result
        -   a: 1,
  ...
ok 4 - b › known

1..4
# tests 4
# pass 2
# skip 1
# fail 1
`;

test('counts results and keeps the details of a failure', (t) => {
  const { told, passed, failed, skipped, failures, complete } = read(MIXED);
  t.deepEqual(
    { told, passed, failed, skipped, complete },
    { told: 4, passed: 2, failed: 1, skipped: 1, complete: true },
  );
  t.is(failures.length, 1);
  t.is(failures[0]?.title, 'b › two fails');
  t.true(failures[0]?.details.startsWith('name: AssertionError\ndetails:'));
});

test('what stands in the details of a failure is no result, whatever it looks like', (t) => {
  t.true(read(MIXED).failures[0]?.details.includes('ok 9 - looks like a result'));
});

test('a reporter that dies in the middle is not complete', (t) => {
  t.false(read('TAP version 13\nok 1 - y').complete);
});

test('tests that never got to run count as failed', (t) => {
  const killed = 'TAP version 13\nnot ok 1 - x.test.ts exited due to SIGKILL\n\n1..1\n# tests 1\n# pass 0\n# fail 2';
  t.is(read(killed).failed, 2);
});

test('the last line names the skipped only where there are some', (t) => {
  t.is(countsLine({ passed: 12, failed: 0, skipped: 0 }), '12 passed, 0 failed');
  const sum = addCounts({ passed: 12, failed: 0, skipped: 1 }, { passed: 1, failed: 2, skipped: 0 });
  t.is(countsLine(sum), '13 passed, 2 failed, 1 skipped');
});
