import test from 'ava';
import fc from 'fast-check';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import { PerennialError } from '../../../domain/errors/index.ts';
import { createCodec } from '../../../operations/temporal/codec.ts';
import { parseKeyRing } from '../../../operations/temporal/key-ring.ts';
import type { KeyRing } from '../../../operations/temporal/key-ring.ts';

const key = (letter: string) => Buffer.alloc(32, letter).toString('base64');

function ringOf(text: string): KeyRing {
  const parsed = parseKeyRing(text, 'KEYS');
  if ('problems' in parsed) throw new PerennialError(parsed.problems);
  return parsed.ring;
}

const OLD = ringOf(`old:${key('o')}`);
const ROTATED = ringOf(`new:${key('n')},old:${key('o')}`);
const NEW_ALONE = ringOf(`new:${key('n')}`);

const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const valueOf = (p: Payload | undefined): unknown => p && defaultPayloadConverter.fromPayload(p);

async function encoded(ring: KeyRing, value: unknown): Promise<Payload> {
  const [one] = await createCodec(ring).encode([payload(value)]);
  if (one === undefined) throw new Error('no payload');
  return one;
}

const decoded = async (ring: KeyRing, one: Payload) => valueOf((await createCodec(ring).decode([one]))[0]);

test('every JSON value comes back as it was', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const back = await decoded(ROTATED, await encoded(ROTATED, value));
      return JSON.stringify(back) === JSON.stringify(value);
    }),
  );
  t.pass();
});

test('nothing of a value stands in the clear, and the same value looks different each time', async (t) => {
  const [one, two] = [await encoded(OLD, 'zoe@example.org'), await encoded(OLD, 'zoe@example.org')];
  const text = Buffer.from(one.data ?? []).toString('latin1') + JSON.stringify(one.metadata);
  t.false(text.includes('zoe'));
  t.false(text.includes('json/plain'));
  t.notDeepEqual(one.data, two.data);
});

test('a long text is stored smaller, a short one without a detour', async (t) => {
  const text = 'renewal '.repeat(1000);
  const long = await encoded(OLD, text);
  const short = await encoded(OLD, 'x');
  t.true((long.data?.length ?? 0) < text.length / 10);
  t.is(Buffer.from(long.metadata?.['compression'] ?? []).toString(), 'deflate-raw');
  t.is(Buffer.from(short.metadata?.['compression'] ?? []).toString(), 'none');
  t.is(await decoded(OLD, long), text);
});

test('after a rotation old data are read and new data are written under the new key', async (t) => {
  const before = await encoded(OLD, 'before');
  const after = await encoded(ROTATED, 'after');
  t.is(await decoded(ROTATED, before), 'before');
  t.is(Buffer.from(after.metadata?.['encryption-key-id'] ?? []).toString(), 'new');
  t.is(await decoded(NEW_ALONE, after), 'after');
});

test('data under a key that is gone name the key and the ones there are', async (t) => {
  const before = await encoded(OLD, 'before');
  const error = await t.throwsAsync(decoded(NEW_ALONE, before), { instanceOf: PerennialError });
  t.like(error.problems[0], { code: 'codec.key_unknown', params: { id: 'old', known: 'new' } });
});

test('another key under the same id is found', async (t) => {
  const before = await encoded(OLD, 'before');
  const error = await t.throwsAsync(decoded(ringOf(`old:${key('x')}`), before), { instanceOf: PerennialError });
  t.is(error.problems[0]?.code, 'codec.damaged');
});

test('a change of any single bit is found', async (t) => {
  const one = await encoded(OLD, { amount: 120_000, note: 'x'.repeat(200) });
  const data = Buffer.from(one.data ?? []);
  await fc.assert(
    fc.asyncProperty(fc.nat(data.length * 8 - 1), async (bit) => {
      const forged = Buffer.from(data);
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const error = await t.throwsAsync(decoded(OLD, { ...one, data: forged }), { instanceOf: PerennialError });
      return error.problems[0]?.code === 'codec.damaged';
    }),
  );
});

for (const [name, value] of [
  ['compression', 'deflate-raw'],
  ['encryption-key-id', 'new'],
] as const) {
  test(`changed metadata are found: ${name}`, async (t) => {
    const one = await encoded(OLD, 'short');
    const forged = { ...one, metadata: { ...one.metadata, [name]: Buffer.from(value) } };
    const error = await t.throwsAsync(decoded(ROTATED, forged), { instanceOf: PerennialError });
    t.is(error.problems[0]?.code, 'codec.damaged');
  });
}

for (const length of [0, 5, 12, 27]) {
  test(`a payload cut to ${length} bytes is refused`, async (t) => {
    const one = await encoded(OLD, 'value');
    const cut = { ...one, data: (one.data ?? new Uint8Array()).subarray(0, length) };
    const error = await t.throwsAsync(decoded(OLD, cut), { instanceOf: PerennialError });
    t.is(error.problems[0]?.code, 'codec.damaged');
  });
}

test('what was never encrypted passes', async (t) => {
  t.is(await decoded(OLD, payload('by hand')), 'by hand');
});
