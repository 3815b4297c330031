import test from 'ava';
import { explain, PerennialError } from '../../../domain/errors/index.ts';
import { temporalConfig } from '../../../temporal.config.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

test('an empty environment gives the settings of the embedded services', (t) => {
  const config = temporalConfig({});
  t.like(config, {
    temporal: { address: null, namespace: 'default', tls: null, apiKey: null },
    mongodbUri: null,
    mail: { smtpUrl: null, ratePerSecond: 10 },
    worker: { maxCachedWorkflows: 300, shutdownGraceSeconds: 10, shutdownForceSeconds: 30 },
    codecKeys: null,
  });
});

test('settings are frozen to the last field', (t) => {
  const config = temporalConfig({ TEMPORAL_ADDRESS: 'a:1' });
  for (const part of [config, config.temporal, config.mail, config.worker, config.searchAttributes])
    t.true(Object.isFrozen(part));
});

test('an empty or blank variable counts as not set', (t) => {
  t.deepEqual(
    temporalConfig({ TEMPORAL_ADDRESS: '', SMTP_URL: '  ', PERENNIAL_MAIL_PER_SECOND: '' }),
    temporalConfig({}),
  );
});

test('a whole production environment is read', (t) => {
  const config = temporalConfig({
    TEMPORAL_ADDRESS: 'renewals.example.com:7233',
    TEMPORAL_NAMESPACE: 'renewals.prod',
    TEMPORAL_TLS_CERT: '/keys/client.pem',
    TEMPORAL_TLS_KEY: '/keys/client.key',
    TEMPORAL_API_KEY: 'secret',
    MONGODB_URI: 'mongodb+srv://user:secret@db.example.com/renewals',
    SMTP_URL: 'smtps://user:secret@mail.example.com',
    PERENNIAL_MAIL_DOMAIN: 'mail.example.com',
    PERENNIAL_MAIL_PER_SECOND: '0.5',
    PERENNIAL_CODEC_KEYS: `k2:${KEY},k1:${KEY}`,
  });
  t.is(config.temporal.address, 'renewals.example.com:7233');
  t.deepEqual(config.temporal.tls, { cert: '/keys/client.pem', key: '/keys/client.key' });
  t.is(config.mail.ratePerSecond, 0.5);
  t.is(config.codecKeys?.current, 'k2');
});

const refuses = test.macro({
  exec(t, name: string, value: string, code: string) {
    const error = t.throws(() => temporalConfig({ [name]: value }), { instanceOf: PerennialError });
    t.is(error.problems.length, 1);
    const [found] = error.problems;
    t.like(found, { code, place: { field: name } });
    for (const locale of ['en', 'zh-CN'] as const) {
      const { what, fix } = explain(found!, locale);
      t.notRegex(what + fix, /\{\w+\}/, 'no placeholder is left');
      t.notRegex(what + fix, /secret/);
    }
  },
  title: (_, name, value, code) => `${name}=${value}: ${code}`,
});
test(refuses, 'TEMPORAL_ADDRESS', 'localhost', 'settings.address');
test(refuses, 'TEMPORAL_ADDRESS', 'http://localhost:7233', 'settings.address');
test(refuses, 'TEMPORAL_ADDRESS', 'localhost:99999', 'settings.address');
test(refuses, 'TEMPORAL_NAMESPACE', 'a b', 'settings.name');
test(refuses, 'TEMPORAL_TLS_CERT', '/x.pem', 'settings.pair');
test(refuses, 'TEMPORAL_TLS_KEY', '/x.pem', 'settings.pair');
test(refuses, 'MONGODB_URI', 'postgres://user:secret@host/db', 'settings.mongodb_url');
test(refuses, 'SMTP_URL', 'mail.example.com:25', 'settings.smtp_url');
test(refuses, 'SMTP_URL', 'smtp://user:secret@mail.example.com?ignoreTLS=true', 'settings.smtp_url');
test(refuses, 'PERENNIAL_MAIL_DOMAIN', 'exa mple.com', 'settings.domain');
test(refuses, 'PERENNIAL_MAIL_PER_SECOND', '0', 'settings.number');
test(refuses, 'PERENNIAL_MAIL_PER_SECOND', '1e3', 'settings.number');
test(refuses, 'PERENNIAL_MAX_CACHED_WORKFLOWS', '-5', 'settings.number');
test(refuses, 'PERENNIAL_CODEC_KEYS', 'secret', 'settings.codec_keys');

test('all bad settings are told at once', (t) => {
  const error = t.throws(
    () => temporalConfig({ TEMPORAL_ADDRESS: 'x', SMTP_URL: 'x', TEMPORAL_TLS_KEY: 'x', PERENNIAL_CODEC_KEYS: 'x' }),
    { instanceOf: PerennialError },
  );
  const fields = error.problems.map((p) => p.place?.field ?? '').sort();
  t.deepEqual(fields, ['PERENNIAL_CODEC_KEYS', 'SMTP_URL', 'TEMPORAL_ADDRESS', 'TEMPORAL_TLS_KEY']);
});

test('search attributes stay within what SQL visibility holds', (t) => {
  const types = Object.values(SEARCH_ATTRIBUTES).map((attribute) => attribute.type);
  t.true(types.filter((type) => type === 'KEYWORD').length <= 10);
  t.true(types.filter((type) => type === 'DATETIME').length <= 3);
});
