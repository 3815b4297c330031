import test from 'ava';
import type { ExecutionContext } from 'ava';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';
import { classify } from '../../../activities/outreach/smtp-errors.ts';
import type { SmtpOutcome, SmtpStage } from '../../../activities/outreach/smtp-errors.ts';
import { smtpTarget, transmit } from '../../../activities/outreach/smtp.ts';
import type { SmtpTarget } from '../../../activities/outreach/smtp.ts';

const LETTER = {
  from: 'li@example.com',
  to: 'zoe@example.org',
  raw: Buffer.from('Subject: x\r\n\r\nx\r\n'),
  envelopeId: 'e1',
};

interface Served {
  readonly port: number;
  readonly arrived: string[];
}

/** A mail server with its own, self-made certificate. */
async function serve(t: ExecutionContext, options: SMTPServerOptions): Promise<Served> {
  const arrived: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onData(stream, _session, reply) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        arrived.push(Buffer.concat(chunks).toString());
        reply(null, 'taken');
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise<void>((resolve) => server.close(resolve)));
  const address = server.server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, arrived };
}

const at = (port: number, change: Partial<SmtpTarget> = {}): SmtpTarget => ({
  host: '127.0.0.1',
  port,
  secure: false,
  plain: true,
  login: null,
  ...change,
});

const send = (target: SmtpTarget) =>
  transmit(target, LETTER, {
    name: 'vendor.example.com',
    patience: { connect: 2000, greeting: 2000, idle: 2000, whole: 5000 },
    gate: async () => true,
  });

test('a mail over a plain connection to this machine arrives', async (t) => {
  const server = await serve(t, { disabledCommands: ['STARTTLS', 'AUTH'] });
  t.like(await send(at(server.port)), { kind: 'sent', code: 250 });
  t.is(server.arrived.length, 1);
});

test('a server that offers no STARTTLS gets no mail in plain text', async (t) => {
  const server = await serve(t, { disabledCommands: ['STARTTLS'] });
  t.like(await send(at(server.port, { plain: false })), { kind: 'service', trouble: 'tls' });
  t.deepEqual(server.arrived, []);
});

for (const secure of [true, false]) {
  test(`a certificate nobody vouches for stops all mail (${secure ? 'TLS from the start' : 'STARTTLS'})`, async (t) => {
    const server = await serve(t, { secure });
    t.like(await send(at(server.port, { secure, plain: false })), { kind: 'service', trouble: 'tls' });
    t.deepEqual(server.arrived, []);
  });
}

test('a wrong password stops all mail and is no refusal of this one', async (t) => {
  const server = await serve(t, {
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, reply) =>
      auth.password === 'right' ? reply(null, { user: 'u' }) : reply(new Error('no')),
  });
  const login = (pass: string) => ({ login: { user: 'u', pass } });
  t.like(await send(at(server.port, login('wrong'))), { kind: 'service', trouble: 'login', code: 535 });
  t.deepEqual(server.arrived, []);
  t.like(await send(at(server.port, login('right'))), { kind: 'sent' });
});

test('a server that offers no login gets no mail although a password is set', async (t) => {
  const server = await serve(t, { disabledCommands: ['STARTTLS', 'AUTH'] });
  t.like(await send(at(server.port, { login: { user: 'u', pass: 'p' } })), { kind: 'service', trouble: 'login' });
  t.deepEqual(server.arrived, []);
});

test('where nobody listens the service is unreachable', async (t) => {
  const server = await serve(t, {});
  const gone = { ...at(server.port), host: '127.0.0.2' };
  t.like(await send(gone), { kind: 'service', trouble: 'unreachable' });
});

test('lines that begin with a dot arrive as they were, and none of them ends the mail', async (t) => {
  const server = await serve(t, { disabledCommands: ['STARTTLS', 'AUTH'] });
  const raw = Buffer.from('Subject: x\r\n\r\n.\r\n..a\r\n.MAIL FROM:<evil@example.net>\r\nend\r\n');
  const outcome = await transmit(at(server.port), { ...LETTER, raw }, { name: 'x', gate: async () => true });
  t.is(outcome.kind, 'sent');
  t.deepEqual(server.arrived, [raw.toString()]);
});

test('a gate that fails is thrown, and the dot stays back', async (t) => {
  const server = await serve(t, { disabledCommands: ['STARTTLS', 'AUTH'] });
  const gate = () => Promise.reject(new Error('the database is away'));
  await t.throwsAsync(transmit(at(server.port), LETTER, { name: 'x', gate }), { message: 'the database is away' });
  t.deepEqual(server.arrived, []);
});

const reads = test.macro({
  exec: (t, url: string, expected: Partial<SmtpTarget>) => t.like(smtpTarget(url), expected),
  title: (_, url) => `${url} is read`,
});
test(reads, 'smtp://127.0.0.1:2525', { host: '127.0.0.1', port: 2525, secure: false, plain: true, login: null });
test(reads, 'smtp://[::1]:25', { host: '::1', plain: true });
test(reads, 'smtp://mail.example.com', { port: 587, secure: false, plain: false });
test(reads, 'smtps://u%40x:p%3Aw@mail.example.com', {
  port: 465,
  secure: true,
  plain: false,
  login: { user: 'u@x', pass: 'p:w' },
});
// A name that only looks like this machine is not this machine.
test(reads, 'smtp://localhost.example.com:25', { plain: false });

/** One error of nodemailer means different things before and after the dot; one reply code always means the same. */
const means = test.macro({
  exec(t, error: object, stage: SmtpStage, dotSent: boolean, expected: Partial<SmtpOutcome>) {
    t.like(classify(error, stage, dotSent), expected);
  },
  title: (_, error, stage, dotSent) => `${JSON.stringify(error)} in ${stage}, dot ${dotSent ? 'out' : 'held'}`,
});
const CLOSED = { message: 'Connection closed', code: 'ECONNECTION', command: 'CONN' };
test(means, CLOSED, 'connect', false, { kind: 'service', trouble: 'unreachable' });
test(means, CLOSED, 'message', false, { kind: 'lost', dotSent: false });
test(means, CLOSED, 'message', true, { kind: 'lost', dotSent: true });
test(means, { message: 'Timeout', code: 'ETIMEDOUT', command: 'CONN' }, 'message', true, {
  kind: 'lost',
  dotSent: true,
});
test(means, { ...CLOSED, responseCode: 250 }, 'message', true, { kind: 'lost', dotSent: true });
test(means, { ...CLOSED, responseCode: 421 }, 'message', true, { kind: 'deferred', code: 421 });
test(means, { message: 'x', responseCode: 454 }, 'login', false, { kind: 'deferred', code: 454 });
test(means, { message: 'x', code: 'EMESSAGE' }, 'message', false, { kind: 'refused', code: 552 });
test(means, { message: 'x', code: 'EENVELOPE', command: 'API' }, 'message', false, {
  kind: 'refused',
  badAddress: true,
});
test(means, { message: 'x', code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }, 'connect', false, {
  kind: 'service',
  trouble: 'tls',
});
