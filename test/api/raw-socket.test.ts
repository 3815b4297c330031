import anyTest from 'ava';
import type { TestFn } from 'ava';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { API_DEFAULTS } from '../../api/deps.ts';
import { ROUTES } from '../../api/routes/index.ts';
import { createServer } from '../../api/server.ts';
import { fromMs } from '../../domain/time/index.ts';
import { problemShape } from '../../api/contracts/problem.ts';
import { withContractWorld } from './contract-world.ts';
import type { WorldContext } from './contract-world.ts';

/** What no client library sends, on a socket of its own. */

type Context = WorldContext & { readonly port: number; readonly close: () => Promise<void> };

const test = anyTest as TestFn<Context>;
// Defined first, so that the server stops before its database.
test.serial.after.always((t) => t.context.close?.());
withContractWorld(anyTest as TestFn<WorldContext>);

test.serial.before(async (t) => {
  const app = await createServer(
    {
      context: t.context.world.api.context,
      now: () => fromMs(Date.now()),
      settings: { ...API_DEFAULTS, publicUrl: 'http://127.0.0.1', requestMs: 400 },
      onFault: ({ error }) => t.log(error),
    },
    ROUTES,
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.context = { ...t.context, port: (app.server.address() as AddressInfo).port, close: () => app.close() };
});

interface Raw {
  readonly statuses: readonly number[];
  readonly text: string;
}

/** Writes bytes as they are and reads until the server closes. */
function sent(port: number, bytes: string | Buffer): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const parts: Buffer[] = [];
    socket.on('data', (part) => parts.push(part));
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : reject(error)));
    socket.on('close', () => {
      const text = Buffer.concat(parts).toString('utf8');
      resolve({ text, statuses: [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status)) });
    });
    socket.write(bytes);
  });
}

/** `\n` in the lists below is CRLF on the wire. */
const lines = (...list: readonly string[]) => `${list.join('\r\n')}\r\n\r\n`;
const GET = ['GET /livez HTTP/1.1', 'Host: 127.0.0.1'];
const POST = ['POST /v1/session HTTP/1.1', 'Host: 127.0.0.1', 'Content-Type: application/json'];

const refused = test.macro({
  async exec(t, bytes: string | Buffer, status: number) {
    const { statuses, text } = await sent(t.context.port, bytes);
    t.deepEqual(statuses, [status], text.slice(0, 400));
    t.regex(text, /application\/problem\+json/i);
    t.regex(text, /connection: close/i, 'nobody knows where the next request would begin');
    const body: unknown = JSON.parse(text.slice(text.indexOf('{')));
    t.true(problemShape.safeParse(body).success, text);
  },
  title: (given = '') => given,
});

test(
  'Content-Length and Transfer-Encoding together are refused',
  refused,
  `${lines(...POST, 'Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\nG`,
  400,
);
test('two lengths are refused', refused, `${lines(...POST, 'Content-Length: 2', 'Content-Length: 44')}{}`, 400);
test('two lengths in one header are refused', refused, `${lines(...POST, 'Content-Length: 2, 44')}{}`, 400);
test('a length with a sign is refused', refused, `${lines(...POST, 'Content-Length: +2')}{}`, 400);
test('a chunk that is none is refused', refused, `${lines(...POST, 'Transfer-Encoding: chunked')}zz\r\n{}\r\n`, 400);
test(
  'an encoding within an encoding is refused',
  refused,
  `${lines(...POST, 'Transfer-Encoding: chunked, identity')}0\r\n\r\n`,
  400,
);
test(
  'a bare line feed within a header is refused',
  refused,
  'GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: 1\n X-B\r\n\r\n\x01',
  400,
);
test('a blank before the colon is refused', refused, lines(...GET, 'Content-Length : 2'), 400);
test('a header name with a control character is refused', refused, lines(...GET, 'X-\x00: 1'), 400);
test('a request without a Host is refused', async (t) => {
  const { statuses } = await sent(t.context.port, lines('GET /livez HTTP/1.1', 'Connection: close'));
  t.deepEqual(statuses, [400]);
});
test('no HTTP at all is refused', refused, 'hello\r\n\r\n', 400);
test('TLS on this port is refused', refused, Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]), 400);
test('headers beyond 16 KiB are refused', refused, lines(...GET, `X-A: ${'a'.repeat(20_000)}`), 431);
test(
  'many small headers beyond 16 KiB are refused',
  refused,
  lines(...GET, ...Array.from({ length: 4000 }, (_, i) => `X-${i}: a`)),
  431,
);
test(
  'a body that does not come in time ends with 408',
  refused,
  `${lines(...POST, 'Content-Length: 100')}{"email":`,
  408,
);
test('headers that do not come in time end with 408', refused, 'GET /livez HTTP/1.1\r\nHost: 127', 408);

test('of a request within a body nothing is heard', async (t) => {
  const inner = lines('GET /livez HTTP/1.1', 'Host: 127.0.0.1');
  const bytes = `${lines('GET /livez HTTP/1.1', 'Host: 127.0.0.1', 'Connection: close', `Content-Length: ${inner.length}`)}${inner}`;
  const { statuses } = await sent(t.context.port, bytes);
  t.deepEqual(statuses, [200]);
});

test('dots in a path lead nowhere, however they are written', async (t) => {
  for (const path of [
    '/v1/renewals/../tokens',
    '/v1/renewals/%2e%2e/tokens',
    '/docs/../package.json',
    '/docs/..%2fpackage.json',
    '/docs/%2e%2e%2fpackage.json',
    '/v1\\tokens',
  ]) {
    const { statuses, text } = await sent(
      t.context.port,
      lines(`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close'),
    );
    t.true([400, 404].includes(statuses[0] ?? 0), `${path}: ${text.slice(0, 200)}`);
  }
});

test('a method that is none, and one that is not ours, change nothing', async (t) => {
  const answers = await Promise.all(
    ['TRACE', 'PROPFIND', 'NOPE'].map((method) =>
      sent(t.context.port, lines(`${method} /livez HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close')),
    ),
  );
  t.deepEqual(
    answers.map(({ statuses }) => statuses),
    [[405], [405], [400]],
  );
  for (const { text } of answers) t.false(text.includes('X-A'));
});
