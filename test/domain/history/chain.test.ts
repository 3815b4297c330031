import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { hashedText, linkAll, verifyChain } from '../../../domain/history/index.ts';
import type { ChainEntry, ChainFault, ChainHead, HistoryContent } from '../../../domain/history/index.ts';
import { at } from '../../helpers/world.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

function content(n: number): HistoryContent {
  return {
    renewalId: 'renewal:ctr_1:1',
    entryId: `entry-${n}`,
    at: at('2027-02-01'),
    kind: 'fact',
    name: 'reply received',
    actor: { kind: 'person', id: 'li' },
    stage: 'contact',
    why: null,
    detail: { n },
    playbook: { id: 'test', version: 1 },
    clientId: 'cli_1',
  };
}

function chain(length: number): { entries: ChainEntry[]; head: ChainHead } {
  const linked = linkAll(
    null,
    Array.from({ length }, (_, i) => content(i + 1)),
    hash,
  );
  return { entries: [...linked.entries], head: linked.head };
}

const rehash = (entry: ChainEntry): ChainEntry => ({ ...entry, hash: hash(hashedText(entry, entry.seq, entry.prev)) });
const edited = (entry: ChainEntry): ChainEntry => ({ ...entry, detail: { n: 'forged' } });
const bySeq = (entries: readonly ChainEntry[]) => [...entries].sort((a, b) => a.seq - b.seq);

test('a chain that nobody touched is sound, also an empty one and one linked in several goes', (t) => {
  const whole = chain(5);
  t.deepEqual(verifyChain(whole.entries, whole.head, hash), { ok: true, entries: 5, head: whole.head });
  t.true(verifyChain([], null, hash).ok);
  const first = linkAll(null, [content(1), content(2)], hash);
  const rest = linkAll(first.head, [content(3), content(4), content(5)], hash);
  t.deepEqual([...first.entries, ...rest.entries], whole.entries);
});

/** What a forger does to five sound entries, and what must be found at which place. */
const attack = test.macro({
  exec(t, _what: string, forge: (entries: ChainEntry[]) => readonly ChainEntry[], fault: ChainFault, seq: number) {
    const { entries, head } = chain(5);
    const report = verifyChain(bySeq(forge(entries)), head, hash);
    t.like(report, { ok: false, fault, seq });
  },
  title: (_, what, _forge, fault, seq) => `${what}: found as "${fault}" at entry ${seq}`,
});

const at3 = (change: (entry: ChainEntry) => ChainEntry) => (entries: ChainEntry[]) =>
  entries.map((entry) => (entry.seq === 3 ? change(entry) : entry));

test(attack, 'an entry is changed', at3(edited), 'edited', 3);
test(
  attack,
  'an entry is changed together with its hash',
  at3((entry) => rehash(edited(entry))),
  'edited',
  3,
);
test(
  attack,
  'the last entry is changed together with its hash',
  (all) => all.map((e) => (e.seq === 5 ? rehash(edited(e)) : e)),
  'edited',
  5,
);
test(attack, 'the first entry is changed', (all) => all.map((e) => (e.seq === 1 ? edited(e) : e)), 'edited', 1);
test(
  attack,
  'the reason of an entry is changed',
  at3((e) => ({ ...e, why: { rule: 'other', inputs: {} } })),
  'edited',
  3,
);
test(
  attack,
  'the actor of an entry is changed',
  at3((e) => ({ ...e, actor: { kind: 'engine' } })),
  'edited',
  3,
);
/** Values that come from a database by hand, and that no writer of ours could have put there. */
const foreign: readonly (readonly [string, Record<string, unknown>])[] = [
  ['a date in its detail', { detail: { n: new Date(0) } }],
  ['no detail', { detail: null }],
  ['a date for its time', { at: new Date(0) }],
  ['an infinite number', { detail: { n: Infinity } }],
  ['no actor and no name', { actor: undefined, name: undefined }],
  ['an object for a predecessor', { prev: new Map() }],
];
for (const [what, change] of foreign) {
  const forge = at3((entry) => ({ ...entry, ...change }));
  test(attack, `an entry has ${what}`, forge, 'edited', 3);
}
test(
  attack,
  'the last entry holds what has no text to hash',
  (all) => all.map((e) => (e.seq === 5 ? { ...e, detail: { n: new Date(0) } } : e)),
  'edited',
  5,
);
test('an entry whose number is none is told by its place', (t) => {
  const { entries, head } = chain(5);
  const forged = entries.map((e) => (e.seq === 5 ? { ...e, seq: new Date(0) as unknown as number } : e));
  t.like(verifyChain(forged, head, hash), { ok: false, fault: 'edited', seq: 5 });
});

test(attack, 'an entry is deleted', (all) => all.filter((e) => e.seq !== 3), 'missing', 3);
test(attack, 'the first entry is deleted', (all) => all.filter((e) => e.seq !== 1), 'missing', 1);
test(
  attack,
  'an entry is deleted and the rest numbered anew',
  (all) => all.filter((e) => e.seq !== 3).map((e) => (e.seq > 3 ? { ...e, seq: e.seq - 1 } : e)),
  'missing',
  3,
);
test(
  attack,
  'two entries change numbers',
  (all) => all.map((e) => (e.seq === 2 ? { ...e, seq: 4 } : e.seq === 4 ? { ...e, seq: 2 } : e)),
  'reordered',
  2,
);
test(
  attack,
  'two entries change what they say',
  (all) => all.map((e) => (e.seq === 2 ? { ...e, ...content(4) } : e.seq === 4 ? { ...e, ...content(2) } : e)),
  'reordered',
  2,
);
test(
  attack,
  'neighbours change numbers',
  (all) => all.map((e) => (e.seq === 3 ? { ...e, seq: 4 } : e.seq === 4 ? { ...e, seq: 3 } : e)),
  'reordered',
  3,
);
test(
  attack,
  'an entry is slipped in and the rest moved up',
  (all) => {
    const before = all[1];
    const slipped = rehash({ ...content(9), seq: 3, prev: before?.hash ?? '', hash: '' });
    return [...all.slice(0, 2), slipped, ...all.slice(2).map((e) => ({ ...e, seq: e.seq + 1 }))];
  },
  'inserted',
  3,
);
test(
  attack,
  'an entry is slipped in with a number that is taken',
  (all) => [...all.slice(0, 3), { ...content(9), seq: 3, prev: 'x', hash: 'y' }, ...all.slice(3)],
  'inserted',
  3,
);
test(
  attack,
  'an entry is added at the end',
  (all) => [...all, rehash({ ...content(9), seq: 6, prev: all[4]?.hash ?? '', hash: '' })],
  'inserted',
  6,
);
test(attack, 'the tail is cut off', (all) => all.slice(0, 3), 'cut', 4);
test(attack, 'everything is deleted', () => [], 'cut', 1);

test('a tail cut off together with the head is found by a head kept elsewhere', (t) => {
  const { entries, head } = chain(5);
  const short = entries.slice(0, 3);
  const forged = { seq: 3, hash: short[2]?.hash ?? '' };
  t.true(verifyChain(short, forged, hash).ok);
  t.like(verifyChain(short, forged, hash, head), { ok: false, fault: 'cut', seq: 4 });
});

test('a chain written anew from the first entry is found by a head kept elsewhere', (t) => {
  const { head } = chain(5);
  const anew = linkAll(
    null,
    [1, 2, 3, 4, 5, 6].map((n) => ({ ...content(n), name: 'forged' })),
    hash,
  );
  t.true(verifyChain(anew.entries, anew.head, hash).ok);
  t.like(verifyChain(anew.entries, anew.head, hash, head), { ok: false, fault: 'head differs', seq: 5 });
});

test('a head that is gone is found', (t) => {
  t.like(verifyChain(chain(5).entries, null, hash), { ok: false, fault: 'no head', seq: 5 });
});

test('no change of any single field of any entry goes unseen', (t) => {
  const fields = [
    'entryId',
    'at',
    'kind',
    'name',
    'stage',
    'prev',
    'hash',
    'clientId',
    'renewalId',
    'seq',
    'playbook',
    'detail',
    'actor',
  ] as const;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(), fc.constantFrom(...fields), (length, pick, field) => {
      const { entries, head } = chain(length);
      const i = pick % length;
      const forged = entries.map((entry, n) =>
        n === i ? { ...entry, [field]: field === 'seq' ? 99 : 'forged' } : entry,
      );
      return !verifyChain(bySeq(forged), head, hash).ok;
    }),
  );
  t.pass();
});

test('no subset and no other order of the entries is taken for the whole', (t) => {
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 0 }), (order) => {
      const { entries, head } = chain(6);
      const picked = order.flatMap((i) => entries[i] ?? []);
      const untouched = order.every((n, i) => n === i) && order.length === 6;
      return verifyChain(picked, head, hash).ok === untouched;
    }),
  );
  t.pass();
});
