import type { Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { openMailStore } from './mail-store.ts';
import type { CaughtMail } from './mail-inbox.ts';
import type { Envelope, MailStore } from './mail-store.ts';

const SIZE_LIMIT_BYTES = 10 * 1024 * 1024;

/** The moments of an SMTP conversation at which a test may have the server misbehave, in their order. */
export type SmtpPhase = 'connect' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'after-dot';

/**
 * What the server does at a phase: `ok` goes on; a code and text answers with it (4xx: try later, 5xx: refused);
 * `hang` never answers; `close` drops the connection without a word.
 */
export type SmtpAnswer = 'ok' | 'hang' | 'close' | { readonly code: number; readonly text: string };

/**
 * At `after-dot` the message is complete, and whether it is kept is a second question: `{ store: true, answer: 'close' }`
 * is the mail that arrived although the sender never hears of it. A plain answer stores with `ok` only.
 */
export type SmtpBehaviour = SmtpAnswer | { readonly store: boolean; readonly answer: SmtpAnswer };

/** What is known of the conversation when a phase is reached. */
export interface SmtpSession {
  readonly id: string;
  /** Counts the connections of this catcher from 1. */
  readonly connection: number;
  /** Name the client gave at EHLO; empty before. */
  readonly client: string;
  readonly from: string;
  /** Recipients so far; at `rcpt` the one in question is the last. */
  readonly to: readonly string[];
}

export interface MailCatcherOptions {
  readonly dataDir: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** For fault tests: called at each phase. `ok` everywhere when absent. */
  readonly behaviour?: (phase: SmtpPhase, session: SmtpSession) => SmtpBehaviour | Promise<SmtpBehaviour>;
}

export interface MailCatcher {
  readonly port: number;
  /** `smtp://127.0.0.1:<port>`, as SMTP_URL would be. */
  readonly smtpUrl: string;
  readonly stop: () => Promise<void>;
}

/**
 * An SMTP server on 127.0.0.1 that takes every mail for every address and sends nothing on: no login, no TLS, at most
 * 10 MB a message. A message is on the disk before the client hears 250.
 */
export async function startMailCatcher(options: MailCatcherOptions): Promise<MailCatcher> {
  const store = await openMailStore(options.dataDir);
  const server = new CatchingServer(store, options.behaviour ?? (() => 'ok'));
  server.on('error', () => undefined); // A client that drops its connection is no fault of ours.
  try {
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
    });
  } catch (error) {
    await store.close();
    throw error;
  }
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the mail catcher has no port');
  const stop = async () => {
    await server.end();
    await store.close();
  };
  let stopped: Promise<void> | undefined;
  return { port: address.port, smtpUrl: `smtp://127.0.0.1:${address.port}`, stop: () => (stopped ??= stop()) };
}

type Reply = (error?: Error | null, message?: string) => void;
type Behaviour = NonNullable<MailCatcherOptions['behaviour']>;

class CatchingServer extends SMTPServer {
  readonly #store: MailStore;
  readonly #behaviour: Behaviour;
  readonly #sockets = new Map<string, { readonly socket: Socket; readonly connection: number }>();
  readonly #keeping = new Set<Promise<unknown>>();
  #connections = 0;

  constructor(store: MailStore, behaviour: Behaviour) {
    super({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      size: SIZE_LIMIT_BYTES,
      logger: false,
      banner: 'Perennial mail catcher',
    });
    this.#store = store;
    this.#behaviour = behaviour;
  }

  /** The library has no hooks at EHLO and before DATA's 354, so their handlers are wrapped on each connection. */
  override connect(...args: Parameters<SMTPServer['connect']>): void {
    const before = new Set(this.connections);
    super.connect(...args);
    for (const connection of this.connections) {
      if (before.has(connection)) continue;
      this.#connections += 1;
      this.#sockets.set(connection.id, { socket: args[0], connection: this.#connections });
      args[0].once('close', () => this.#sockets.delete(connection.id));
      const wrap = (phase: SmtpPhase, handler: (command: Buffer, done: () => void) => void) => {
        return (command: Buffer, done: () => void) => {
          void this.#act(phase, connection.session, (error) => {
            if (error === undefined || error === null) return handler(command, done);
            connection.send(codeOf(error), error.message, false);
            done();
          });
        };
      };
      connection.handler_EHLO = wrap('ehlo', connection.handler_EHLO.bind(connection));
      connection.handler_DATA = wrap('data', connection.handler_DATA.bind(connection));
    }
  }

  override onConnect(session: SMTPServerSession, reply: Reply): void {
    void this.#act('connect', session, reply);
  }

  override onMailFrom(address: { address: string }, session: SMTPServerSession, reply: Reply): void {
    void this.#act('mail', session, reply, { from: address.address });
  }

  override onRcptTo(address: { address: string }, session: SMTPServerSession, reply: Reply): void {
    void this.#act('rcpt', session, reply, { to: [...recipientsOf(session), address.address] });
  }

  override onData(stream: SMTPServerDataStream, session: SMTPServerSession, reply: Reply): void {
    this.#receive(stream, session, reply).catch((error: unknown) => {
      // The disk is full, for one. 452 lets a careful client try again.
      reply(smtpError(452, error instanceof Error ? error.message : String(error)));
    });
  }

  /** Drops whoever is connected, hung conversations too, and lets messages being written finish. */
  async end(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.close(() => resolve()));
    await Promise.allSettled(this.#keeping);
    for (const { socket } of this.#sockets.values()) socket.destroy();
    await closed;
  }

  async #receive(stream: SMTPServerDataStream, session: SMTPServerSession, reply: Reply): Promise<void> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of stream) {
      // Beyond the limit the bytes are counted, not kept.
      size += (chunk as Buffer).length;
      if (size <= SIZE_LIMIT_BYTES) chunks.push(chunk as Buffer);
    }
    if (size > SIZE_LIMIT_BYTES) return reply(smtpError(552, `message exceeds ${SIZE_LIMIT_BYTES} bytes`));
    const envelope = { from: senderOf(session), to: recipientsOf(session) };
    const behaviour = await this.#ask('after-dot', session);
    const store = typeof behaviour === 'object' && 'store' in behaviour ? behaviour.store : behaviour === 'ok';
    const kept = store ? await this.#keep(Buffer.concat(chunks), envelope) : undefined;
    const message = kept === undefined ? 'OK' : `OK: kept as ${kept.id}`;
    this.#carryOut(answerOf(behaviour), session, reply, message);
  }

  async #keep(raw: Buffer, envelope: Envelope): Promise<CaughtMail> {
    const keeping = this.#store.keep(raw, envelope);
    this.#keeping.add(keeping);
    try {
      return await keeping;
    } finally {
      this.#keeping.delete(keeping);
    }
  }

  async #act(phase: SmtpPhase, session: SMTPServerSession, reply: Reply, more: Partial<SmtpSession> = {}) {
    const behaviour = await this.#ask(phase, session, more);
    this.#carryOut(answerOf(behaviour), session, reply);
  }

  #ask(phase: SmtpPhase, session: SMTPServerSession, more: Partial<SmtpSession> = {}) {
    return this.#behaviour(phase, {
      id: session.id,
      connection: this.#sockets.get(session.id)?.connection ?? 0,
      client: session.hostNameAppearsAs || '',
      from: senderOf(session),
      to: recipientsOf(session),
      ...more,
    });
  }

  #carryOut(answer: SmtpAnswer, session: SMTPServerSession, reply: Reply, message?: string): void {
    switch (answer) {
      case 'ok':
        return reply(null, message);
      case 'hang':
        return;
      case 'close':
        this.#sockets.get(session.id)?.socket.destroy();
        return;
      default:
        return reply(smtpError(answer.code, answer.text));
    }
  }
}

function answerOf(behaviour: SmtpBehaviour): SmtpAnswer {
  return typeof behaviour === 'object' && 'store' in behaviour ? behaviour.answer : behaviour;
}

function senderOf(session: SMTPServerSession): string {
  return session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
}

function recipientsOf(session: SMTPServerSession): string[] {
  return session.envelope.rcptTo.map(({ address }) => address);
}

function smtpError(code: number, text: string): Error & { responseCode: number } {
  return Object.assign(new Error(text), { responseCode: code });
}

function codeOf(error: Error): number {
  return 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : 451;
}
