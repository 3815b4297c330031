import test from 'ava';
import { gatherLeftOut } from '../../cli/up/left-out.ts';
import type { ChainEntry } from '../../domain/history/index.ts';

const entry = (renewalId: string, reason: string, name = 'supersede outreach') =>
  ({ renewalId, name, detail: { reason } }) as unknown as ChainEntry;

test('what was due before the import is told once for each renewal; everything else at once', async (t) => {
  const told: (readonly ChainEntry[])[] = [];
  await new Promise<void>((resolve) => {
    const leftOut = gatherLeftOut((entries) => {
      told.push(entries);
      if (told.length === 2) resolve();
    }, 1);
    for (const id of ['a', 'b', 'a', 'a']) t.true(leftOut.keeps(entry(id, 'before import')));
    t.false(leftOut.keeps(entry('a', 'stopped')));
    t.false(leftOut.keeps(entry('a', 'before import', 'open task')));
  });
  t.deepEqual(
    told.map((entries) => [entries[0]?.renewalId, entries.length]),
    [
      ['a', 3],
      ['b', 1],
    ],
  );
});

test('what is kept when the log ends is told then', (t) => {
  const told: number[] = [];
  const leftOut = gatherLeftOut((entries) => void told.push(entries.length), 600_000);
  leftOut.keeps(entry('a', 'before import'));
  leftOut.flush();
  leftOut.flush();
  t.deepEqual(told, [1]);
});
