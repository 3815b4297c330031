import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { classify, oneLine } from './smtp-errors.ts';
import type { SmtpOutcome, SmtpStage } from './smtp-errors.ts';

/** A mail server as SMTP_URL names it. */
export interface SmtpTarget {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS is demanded, except from this machine to itself. */
  readonly secure: boolean;
  readonly plain: boolean;
  readonly login: { readonly user: string; readonly pass: string } | null;
  /** PEM of an authority to trust besides the known ones. */
  readonly ca?: string;
}

/** Milliseconds. RFC 5321 asks for 10 minutes of patience after the dot: less makes duplicates elsewhere. */
export interface SmtpPatience {
  readonly connect: number;
  readonly greeting: number;
  readonly idle: number;
  /** The whole conversation, however slowly bytes trickle. Must stay below the activity's start-to-close timeout. */
  readonly whole: number;
}

export const SMTP_PATIENCE: SmtpPatience = { connect: 30_000, greeting: 30_000, idle: 600_000, whole: 780_000 };

export interface Letter {
  readonly from: string;
  readonly to: string;
  /** The whole MIME message. */
  readonly raw: Buffer;
  /** Id that comes back in delivery reports, where the server knows them. */
  readonly envelopeId: string;
}

export interface Transmission {
  /** Name given at EHLO. */
  readonly name: string;
  readonly patience?: SmtpPatience;
  /** Ends the conversation as long as the dot is held; without effect afterwards. */
  readonly signal?: AbortSignal;
  /** Called right before the first byte is sent to the network. */
  readonly onConnect?: () => void;
  /**
   * Called when all but the final dot is handed over. The dot goes out only if it gives true: here the
   * durable mark is set, and a stale claim found.
   */
  readonly gate: () => Promise<boolean>;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Reads a checked SMTP_URL. */
export function smtpTarget(smtpUrl: string): SmtpTarget {
  const url = new URL(smtpUrl);
  const secure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    plain: !secure && LOOPBACK.has(url.hostname),
    login: user === '' ? null : { user, pass: decodeURIComponent(url.password) },
  };
}

/**
 * One conversation for one mail to one recipient, over its own connection: a pool would repeat mails on
 * its own account. Never throws for what the server or the network does; throws what `gate` throws.
 */
export async function transmit(target: SmtpTarget, letter: Letter, options: Transmission): Promise<SmtpOutcome> {
  return new Conversation(target, letter, options).hold();
}

class Conversation {
  readonly #connection: SMTPConnection;
  readonly #target: SmtpTarget;
  readonly #letter: Letter;
  readonly #options: Transmission;
  #stage: SmtpStage = 'connect';
  #dotSent = false;
  #over = false;
  #stale = false;
  #gateFailure: { readonly error: unknown } | undefined;

  constructor(target: SmtpTarget, letter: Letter, options: Transmission) {
    this.#target = target;
    this.#letter = letter;
    this.#options = options;
    const { connect, greeting, idle } = options.patience ?? SMTP_PATIENCE;
    this.#connection = new SMTPConnection({
      host: target.host,
      port: target.port,
      secure: target.secure,
      requireTLS: !target.secure && !target.plain,
      ignoreTLS: target.plain,
      name: options.name,
      connectionTimeout: connect,
      greetingTimeout: greeting,
      socketTimeout: idle,
      socketCloseTimeout: 0,
      logger: false,
      tls: { minVersion: 'TLSv1.2', ...(target.ca === undefined ? {} : { ca: target.ca }) },
    });
  }

  hold(): Promise<SmtpOutcome> {
    const { patience = SMTP_PATIENCE, signal, onConnect } = this.#options;
    return new Promise((resolve, reject) => {
      const end = (outcome: SmtpOutcome) => {
        if (this.#over) return;
        this.#over = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        if (outcome.kind === 'sent') this.#connection.quit();
        else this.#connection.close();
        if (this.#gateFailure === undefined) resolve(outcome);
        else reject(asError(this.#gateFailure.error));
      };
      const fail = (error: unknown) => {
        end(this.#stale ? { kind: 'stale' } : classify(error, this.#stage, this.#dotSent));
      };
      const giveUp = (text: string) => end({ kind: 'lost', dotSent: this.#dotSent, text });
      const onAbort = () => {
        if (!this.#dotSent) giveUp('the worker is stopping');
      };
      const timer = setTimeout(() => giveUp('the conversation took too long'), patience.whole);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted === true) return onAbort();

      // Stays for good: a late error of the socket must not end the process.
      this.#connection.on('error', fail);
      onConnect?.();
      this.#connection.connect((error) => {
        if (error) return fail(error);
        this.#login((refused) => (refused ? fail(refused) : this.#send(end, fail)));
      });
    });
  }

  #login(done: (error: Error | null) => void): void {
    const { login } = this.#target;
    if (login === null) return done(null);
    this.#stage = 'login';
    if (!this.#connection.allowsAuth) {
      return done(Object.assign(new Error('the server offers no login'), { code: 'EAUTH' }));
    }
    this.#connection.login({ credentials: { ...login } }, (error) => done(error ?? null));
  }

  #send(end: (outcome: SmtpOutcome) => void, fail: (error: unknown) => void): void {
    this.#stage = 'message';
    const { from, to, raw, envelopeId } = this.#letter;
    const dsn = { id: envelopeId, return: 'headers', notify: ['failure', 'delay'], recipient: to };
    const body = Readable.from(this.#guarded(raw), { objectMode: false });
    this.#connection.send({ from, to: [to], size: raw.length, dsn }, body, (error, info) => {
      if (error) return fail(error);
      const text = oneLine(info?.response ?? '');
      end({ kind: 'sent', code: Number(/^\d{3}/.exec(text)?.[0] ?? 250), text });
    });
  }

  /** The message as a stream that ends, and so lets the dot out, only when the gate says so. */
  async *#guarded(raw: Buffer): AsyncGenerator<Buffer> {
    yield raw;
    let open: boolean;
    try {
      open = await this.#options.gate();
    } catch (error) {
      this.#gateFailure = { error };
      throw error;
    }
    if (!open) {
      this.#stale = true;
      throw new Error('the claim is stale');
    }
    // The connection went while the mark was written: the dot never goes out, and that is known for sure.
    if (this.#over) throw new Error('the conversation is over');
    this.#dotSent = true;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
