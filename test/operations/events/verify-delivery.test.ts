import test from 'ava';
import { createSecretKey, randomBytes } from 'node:crypto';
import { PerennialError } from '../../../domain/errors/index.ts';
import { fromMs } from '../../../domain/time/index.ts';
import { openSecret, sealSecret } from '../../../operations/events/sealed-secret.ts';
import { verifyDelivery } from '../../../operations/events/verify-delivery.ts';

/*
 * The vectors that Standard Webhooks publishes with its libraries:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/javascript/src/webhook.test.ts
 */
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  seconds: 1614265330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const OTHER = 'Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';

type Given = Partial<typeof VECTOR> & { readonly now?: number; readonly secrets?: readonly string[] };

function verdict({ now = VECTOR.seconds, secrets, ...change }: Given): string {
  const { secret, id, seconds, body, signature } = { ...VECTOR, ...change };
  const headers: Record<string, string> = {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signature,
  };
  const delivery = {
    body: Buffer.from(body),
    method: 'POST',
    url: '',
    header: (name: string) => headers[name],
    now: fromMs(now * 1000),
  };
  try {
    return String(verifyDelivery('standard webhooks', delivery, secrets ?? [secret]));
  } catch (error) {
    if (error instanceof PerennialError) return error.problems[0]?.code ?? '';
    throw error;
  }
}

test('the published vector is taken, with and without the prefix of its secret, and among several', (t) => {
  t.is(verdict({}), VECTOR.id);
  t.is(verdict({ secret: VECTOR.secret.slice('whsec_'.length) }), VECTOR.id);
  t.is(verdict({ signature: `v1,${OTHER} v2,${OTHER} ${VECTOR.signature} v1,${OTHER}` }), VECTOR.id);
  t.is(verdict({ secrets: [`whsec_${OTHER}`, VECTOR.secret] }), VECTOR.id);
});

test('the published refusals are refused', (t) => {
  for (const signature of ['', 'v1,', VECTOR.signature.slice(0, 8), 'v1,dawfeoifkpqwoekfpqoekf', `v2,${OTHER}`]) {
    t.is(verdict({ signature }), 'webhook.signature', signature);
  }
  t.is(verdict({ id: '' }), 'webhook.id');
  t.is(verdict({ now: VECTOR.seconds + 301 }), 'webhook.timestamp');
  t.is(verdict({ now: VECTOR.seconds - 301 }), 'webhook.timestamp');
  t.is(verdict({ secrets: [] }), 'webhook.signature');
});

test('no byte of body, id, time, signature or secret can be another one', (t) => {
  const changed = (text: string, i: number) => {
    const letter = text[i] === 'A' ? 'B' : 'A';
    return `${text.slice(0, i)}${letter}${text.slice(i + 1)}`;
  };
  for (let i = 0; i < VECTOR.body.length; i += 1) {
    t.is(verdict({ body: changed(VECTOR.body, i) }), 'webhook.signature');
  }
  for (let i = 0; i < VECTOR.id.length; i += 1) t.is(verdict({ id: changed(VECTOR.id, i) }), 'webhook.signature');
  // The last sign before the padding carries two bits that mean nothing; as text it must still be the same.
  for (let i = 0; i < VECTOR.signature.length; i += 1) {
    t.is(verdict({ signature: changed(VECTOR.signature, i) }), 'webhook.signature', String(i));
  }
  for (const seconds of [VECTOR.seconds - 1, VECTOR.seconds + 1]) t.is(verdict({ seconds }), 'webhook.signature');
  t.is(verdict({ secret: `${VECTOR.secret.slice(0, -2)}Sx` }), 'webhook.signature');
});

test('a sealed secret opens at its own place with its own key, and nowhere else', (t) => {
  const key = () => createSecretKey(randomBytes(32));
  const ring = { current: 'a', keys: new Map([['a', key()]]) };
  const sealed = sealSecret(ring, VECTOR.secret, 'source/1/x');
  t.false(sealed.includes('MfKQ'));
  t.is(openSecret(ring, sealed, 'source/1/x'), VECTOR.secret);
  const turned = { current: 'b', keys: new Map([['b', key()], ...ring.keys]) };
  t.is(openSecret(turned, sealed, 'source/1/x'), VECTOR.secret);
  const damaged = (work: () => unknown, code: string) =>
    t.is(t.throws(work, { instanceOf: PerennialError })?.problems[0]?.code, code as never);
  damaged(() => openSecret(ring, sealed, 'source/2/x'), 'codec.damaged');
  damaged(() => openSecret(ring, `${sealed.slice(0, -4)}AAAA`, 'source/1/x'), 'codec.damaged');
  damaged(() => openSecret({ current: 'b', keys: new Map([['b', key()]]) }, sealed, 'source/1/x'), 'codec.key_unknown');
});
