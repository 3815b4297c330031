import test from 'ava';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { NOTHING_ALLOWED } from '../../../operations/outside/allowance.ts';
import { createPost } from '../../../operations/outside/sender.ts';
import type { SenderSettings } from '../../../operations/outside/sender.ts';
import { allowing, openSink, OWN_MACHINE } from './outside-world.ts';
import { CERTIFICATE, KEY } from './certificate.ts';

const send = (url: string, settings: Partial<SenderSettings> = {}) =>
  createPost({ allowance: OWN_MACHINE, ...settings })({
    url,
    headers: { 'content-type': 'application/json', 'x-mark': 'a' },
    body: '{"客户":1}',
  });

test('what is posted arrives as it was, and the answer comes back', async (t) => {
  const sink = await openSink(t);
  sink.answer = (_taken, response) => void response.writeHead(202, { 'retry-after': '7' }).end('noted');
  t.deepEqual(await send(sink.url), { answered: true, status: 202, body: 'noted', retryAfterMs: 7000 });
  t.like(sink.taken[0], { method: 'POST', url: '/in', body: '{"客户":1}', headers: { 'x-mark': 'a' } });
});

test('an inner address is not even connected to', async (t) => {
  const sink = await openSink(t);
  t.deepEqual(await send(sink.url, { allowance: NOTHING_ALLOWED }), { answered: false, fault: 'forbidden' });
  t.is(sink.connections, 0);
});

test('a name that led outside when it was saved and inside when it is called is not connected to', async (t) => {
  const sink = await openSink(t);
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const https = await send('https://hooks.example.com:8443/', { allowance: NOTHING_ALLOWED, resolve });
  t.deepEqual(https, { answered: false, fault: 'forbidden' });
  // One inner address among public ones is enough.
  const mixed = async () => [
    { address: '8.8.8.8', family: 4 },
    { address: '::ffff:127.0.0.1', family: 6 },
  ];
  const both = await send('https://hooks.example.com/', { allowance: NOTHING_ALLOWED, resolve: mixed });
  t.deepEqual(both, { answered: false, fault: 'forbidden' });
  t.is(sink.connections, 0);
});

test('the name is asked for once, and the connection goes to the address that was looked at', async (t) => {
  const sink = await openSink(t);
  const asked: string[] = [];
  // A second question would lead to where nobody listens.
  const resolve = async (name: string) => {
    asked.push(name);
    return [{ address: asked.length === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
  };
  const url = `http://hooks.example.com:${sink.port}/in`;
  const reply = await send(url, { allowance: allowing('hooks.example.com'), resolve });
  t.like(reply, { answered: true, status: 204 });
  t.deepEqual(asked, ['hooks.example.com']);
  t.is(sink.taken[0]?.headers.host, `hooks.example.com:${sink.port}`);
});

test('a redirect is an answer like any other, and is not followed', async (t) => {
  const sink = await openSink(t);
  const inner = await openSink(t);
  for (const status of [301, 302, 303, 307, 308]) {
    sink.answer = (_taken, response) => void response.writeHead(status, { location: inner.url }).end();
    t.like(await send(sink.url), { answered: true, status });
  }
  t.is(inner.connections, 0);
});

test('B068: an answer without end, one that trickles and one with endless headers are cut', async (t) => {
  const sink = await openSink(t);
  sink.answer = (_taken, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16 * 1024)));
    };
    response.on('drain', more);
    more();
  };
  t.deepEqual(await send(sink.url), { answered: false, fault: 'too large' });
  sink.answer = (_taken, response) => void response.write('a');
  t.deepEqual(await send(sink.url, { wholeMs: 150 }), { answered: false, fault: 'too slow' });
  sink.answer = () => undefined;
  t.deepEqual(await send(sink.url, { wholeMs: 150 }), { answered: false, fault: 'too slow' });
  sink.answer = (_taken, response) => void response.writeHead(200, { 'x-long': 'a'.repeat(100_000) }).end();
  t.deepEqual(await send(sink.url), { answered: false, fault: 'too large' });
  const never = () => new Promise<never>(() => undefined);
  const named = { allowance: allowing('hooks.example.com'), resolve: never, wholeMs: 150 };
  t.deepEqual(await send('http://hooks.example.com/', named), { answered: false, fault: 'too slow' });
});

test('what ends a call is named', async (t) => {
  const sink = await openSink(t);
  sink.answer = (_taken, response) => void response.destroy();
  t.deepEqual(await send(sink.url), { answered: false, fault: 'broken' });
  sink.answer = (_taken, response) =>
    void response.writeHead(200, { 'content-length': '10' }).end('a', () => response.destroy());
  t.deepEqual(await send(sink.url), { answered: false, fault: 'broken' });
  t.deepEqual(await send('http://127.0.0.1:1/'), { answered: false, fault: 'no connection' });
  const named = { allowance: allowing('hooks.example.com'), resolve: () => Promise.reject(new Error('none')) };
  t.deepEqual(await send('http://hooks.example.com/', named), { answered: false, fault: 'unknown host' });
});

test('S50: a certificate that nobody vouches for ends the call before anything is said', async (t) => {
  let heard = 0;
  const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (_request, response) => {
    heard += 1;
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => new Promise<void>((done) => server.close(() => done())));
  const { port } = server.address() as AddressInfo;
  t.deepEqual(await send(`https://127.0.0.1:${port}/`), { answered: false, fault: 'certificate' });
  t.is(heard, 0);
});
