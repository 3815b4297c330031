import anyTest from 'ava';
import type { TestFn } from 'ava';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { z } from 'zod';
import type { RouteContract } from '../../api/contract.ts';
import type { Answer } from './api-world.ts';
import { callerFor, codesOf, CONTRACTS, isOurs, pathOf, withContractWorld } from './contract-world.ts';
import type { ContractWorld, WorldContext } from './contract-world.ts';
import { arbitraryOf, sampleOf } from './schema-arbitrary.ts';

/** Bad bodies for every route that takes one, made from its own schema: never a fault of ours, never a change. */

const test = anyTest as TestFn<WorldContext>;
withContractWorld(test);

const TAKING = CONTRACTS.filter(
  ({ body, rawBody, consumes }) => body !== undefined && rawBody !== true && consumes === undefined,
);
const SEED = Number(process.env['PERENNIAL_SEED'] ?? 20_261_123);

/** The records of the world, so that what comes through is not stopped by a path. */
const THERE = { renewalId: 'renewal:ctr_1:1', clientId: 'cli_1', contractId: 'ctr_1', rule: 'manager' };

function send(world: ContractWorld, contract: RouteContract, body: unknown): Promise<Answer> {
  const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return callerFor(world, contract).send(contract.method, pathOf(contract, THERE), raw, {
    'idempotency-key': randomUUID(),
    'if-match': '*',
    // JSON of nothing but blanks is still a body.
    'content-type': 'application/json',
  });
}

const DEEP = 20_000;
/** Texts that no schema can take, whatever it is. */
const BROKEN: Readonly<Record<string, string | Buffer>> = {
  'nothing at all': '',
  blanks: '  \n',
  null: 'null',
  'a list': '[]',
  'a list of objects': '[{}]',
  'a text': '"x"',
  'a number': '1',
  true: 'true',
  'half an object': '{',
  'a comma too many': '{"a":1,}',
  'single quotes': "{'a':1}",
  comment: '{/* */}',
  'two objects': '{}{}',
  NaN: '{"a":NaN}',
  Infinity: '{"a":-Infinity}',
  'a number beyond all': '{"a":1e400}',
  'minus nothing': '{"a":-0}',
  'a number that loses digits': '{"a":9007199254740993}',
  'a number of which nothing is left': '{"a":1e-400}',
  'a key twice': '{"a":1,"a":2}',
  'a key twice, written otherwise': String.raw`{"a":1,"\u0061":2}`,
  'a prototype': '{"__proto__":{"polluted":true}}',
  'a prototype further down': '{"a":[{"__proto__":1}]}',
  'a prototype in disguise': String.raw`{"\u005f_proto__":1}`,
  'a constructor': '{"constructor":{"prototype":{"polluted":true}}}',
  'lists without end': '['.repeat(DEEP),
  'deep lists': `{"a":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`,
  'deep objects': `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
  'many keys': `{${Array.from({ length: 12_000 }, (_, i) => `"k${i}":1`).join(',')}}`,
  'half a character': String.raw`{"a":"\ud800"}`,
  'no UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  'UTF-16': Buffer.from('\ufeff{"a":1}', 'utf16le'),
  'a text within a control character': '{"a":"\u0000"}',
};

/** Values that some field may take, and that most may not. */
const ODD: readonly unknown[] = [
  null,
  true,
  'true',
  '12',
  '',
  0,
  -1,
  1.5,
  1e300,
  [],
  [1],
  [[]],
  {},
  { $ne: null },
  { $gt: '' },
  { $where: 'sleep(1000)' },
  { toString: 1 },
  'x\r\nSet-Cookie: a=b',
  'x\u0000y',
  '\u202eevil',
  '(a+)+$',
  '=cmd|calc',
  '{{ contract.constructor }}',
  'a'.repeat(60_000),
  Array.from({ length: 5000 }, () => 'x'),
];

test.serial('what is no JSON object is refused by every route, and changes nothing', async (t) => {
  const { world } = t.context;
  t.true(TAKING.length > 15);
  const before = await world.fingerprint();
  const all = Object.entries(BROKEN);
  for (const [i, contract] of TAKING.entries()) {
    // One parser reads for all: each route gets a share, and the first of them everything.
    for (const [name, body] of i === 0 ? all : share(all, i)) {
      const answer = await send(world, contract, body);
      t.true([400, 422].includes(answer.status), `${contract.id}, ${name}: ${answer.status}`);
    }
  }
  t.is(await world.fingerprint(), before);
  t.deepEqual(world.api.faults, []);
  t.is(({} as { polluted?: unknown }).polluted, undefined);
});

test.serial('a field that the contract does not name is named in the refusal', async (t) => {
  const { world } = t.context;
  const before = await world.fingerprint();
  const fields = ['role', 'tenantId', '_id', '__v', 'createdAt', 'status', '$where', 'a.b', '$set', 'toString', ' '];
  for (const [i, contract] of TAKING.entries()) {
    const { body } = contract;
    if (!isStrictObject(body)) continue;
    const known = Object.keys(body.shape);
    for (const field of share(fields, i).filter((one) => !known.includes(one))) {
      const answer = await send(world, contract, { ...(sampleOf(body) as object), [field]: 'approved' });
      t.is(answer.status, 422, `${contract.id}, ${field}: ${JSON.stringify(answer.body)}`);
      t.true(codesOf(answer).includes('field.unknown'), `${contract.id}, ${field}`);
    }
  }
  t.is(await world.fingerprint(), before);
});

test.serial(
  'a value of the wrong kind is 422 in every field of every route, and never turned into another',
  async (t) => {
    const { world } = t.context;
    const before = await world.fingerprint();
    let tried = 0;
    for (const contract of TAKING) {
      const { body } = contract;
      if (!isStrictObject(body)) continue;
      const good = sampleOf(body) as Readonly<Record<string, unknown>>;
      for (const field of Object.keys(body.shape)) {
        const bad = share(ODD, tried)
          .map((value) => ({ ...good, [field]: value }))
          .filter((one) => !body.safeParse(one).success);
        for (const one of bad) {
          tried += 1;
          const answer = await send(world, contract, one);
          const told = `${contract.id}.${field} = ${JSON.stringify(one[field]).slice(0, 60)}: ${answer.status}`;
          t.is(answer.status, 422, told);
          t.true(JSON.stringify(answer.body).length < 64_000, `${told} answers at length`);
        }
        const { [field]: _left, ...without } = good;
        if (body.safeParse(without).success) continue;
        t.is((await send(world, contract, without)).status, 422, `${contract.id} without ${field}`);
      }
    }
    t.true(tried > 200);
    t.is(await world.fingerprint(), before);
    t.deepEqual(world.api.faults, []);
  },
);

test.serial('whatever a schema takes, no route falls over it', async (t) => {
  const { world } = t.context;
  // What signs people out or in, or speaks to other machines, is tried by its own tests.
  for (const contract of TAKING.filter(({ access }) => access !== 'public')) {
    const { body } = contract;
    if (body === undefined) continue;
    await fc.assert(
      fc.asyncProperty(arbitraryOf(body), async (value) => {
        const answer = await send(world, contract, value);
        return !isOurs(answer) || `${contract.id}: ${JSON.stringify(answer.body)}`.length === 0;
      }),
      { seed: SEED, numRuns: 6 },
    );
  }
  t.deepEqual(world.api.faults, []);
});

/** Six of a list, others for each number, so that all of them have their turn. */
function share<T>(list: readonly T[], turn: number): readonly T[] {
  return Array.from({ length: 6 }, (_, i) => list[(turn * 5 + i * 7) % list.length] as T);
}

function isStrictObject(schema: unknown): schema is z.ZodObject {
  return schema instanceof z.ZodObject;
}
