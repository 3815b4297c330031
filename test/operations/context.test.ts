import { readdir } from 'node:fs/promises';
import test from 'ava';
import { PerennialError } from '../../domain/errors/index.ts';
import type { ErrorCode } from '../../domain/errors/index.ts';
import type { ServiceAddresses } from '../../embedded/services-file.ts';
import { openContext } from '../../operations/context.ts';
import type { Environment } from '../../operations/context.ts';
import { newKey } from '../../operations/temporal/key-ring.ts';
import { testFolder } from '../helpers/services.ts';

const ADDRESS = 'temporal.example.com:7233';
/** Nothing listens there: whoever comes so far has got past the keys. */
const NO_MONGO = 'mongodb://127.0.0.1:1/perennial';

function services(source: 'url' | 'cache'): ServiceAddresses {
  return {
    temporal: { address: ADDRESS, namespace: 'default', source },
    mongo: { uri: NO_MONGO, source: 'url' },
    mail: { smtpUrl: 'smtp://127.0.0.1:1', caught: true, source: 'built-in' },
  };
}

const opening = test.macro({
  async exec(t, env: Environment, source: 'url' | 'cache' | null, code: ErrorCode, made: readonly string[]) {
    const dataDir = await testFolder(t);
    const error = await t.throwsAsync(
      openContext({
        env: { MONGODB_URI: NO_MONGO, ...env },
        dataDir,
        patienceMs: 100,
        ...(source === null ? {} : { services: services(source) }),
      }),
      { instanceOf: PerennialError },
    );
    t.is(error.problems[0]?.code, code);
    t.deepEqual(await readdir(dataDir), made);
  },
  title: (given = '') => given,
});

const RING = 'codec-keys.json';
const TEMPORAL_ADDRESS = ADDRESS;
const PERENNIAL_CODEC_KEYS = newKey();

test(
  'a Temporal server from the environment needs keys that all share: none is made in the folder',
  opening,
  { TEMPORAL_ADDRESS },
  null,
  'settings.codec_keys_missing',
  [],
);
test('so does one that `perennial up` was given', opening, {}, 'url', 'settings.codec_keys_missing', []);
test(
  'keys of the environment serve it',
  opening,
  { TEMPORAL_ADDRESS, PERENNIAL_CODEC_KEYS },
  null,
  'cli.service_silent',
  [],
);
test("the folder's own server has the folder's own keys", opening, {}, 'cache', 'cli.service_silent', [RING]);
test(
  'also where the environment names that very server',
  opening,
  { TEMPORAL_ADDRESS },
  'cache',
  'cli.service_silent',
  [RING],
);
test(
  'another server than the one of the folder is everybody’s',
  opening,
  { TEMPORAL_ADDRESS: 'other.example.com:7233' },
  'cache',
  'settings.codec_keys_missing',
  [],
);
