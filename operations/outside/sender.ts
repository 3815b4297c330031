import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Allowance } from './allowance.ts';
import { innerAddress, readOutsideUrl, resolveName } from './guard.ts';
import type { Resolve } from './guard.ts';

/** What kept a request from being answered. Stable: they are stored and shown. */
export const FAULTS = [
  'forbidden',
  'unknown host',
  'no connection',
  'certificate',
  'too slow',
  'too large',
  'broken',
] as const;
export type Fault = (typeof FAULTS)[number];

export interface OutsideRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Reply =
  | {
      readonly answered: true;
      readonly status: number;
      readonly body: string;
      /** How long the other side asks us to wait; null where it says nothing. */
      readonly retryAfterMs: number | null;
    }
  | { readonly answered: false; readonly fault: Fault };

/** Posts to an address that somebody gave. Never throws, never follows a redirect. */
export type Post = (request: OutsideRequest) => Promise<Reply>;

export interface SenderSettings {
  readonly allowance: Allowance;
  readonly resolve?: Resolve;
  /** For all of it: name, connection, answer. */
  readonly wholeMs?: number;
  readonly bodyBytes?: number;
}

const WHOLE_MS = 15_000;
const BODY_BYTES = 64 * 1024;
const HEADER_BYTES = 16 * 1024;
const LONGEST_WAIT_S = 24 * 3600;

/**
 * Addresses are looked at when the connection is made: what the name gave then is checked and is what is connected to,
 * so that a name that changes between two looks gains nothing. No proxy of the environment is asked, and certificates
 * are checked whatever the environment says.
 */
export function createPost(settings: SenderSettings): Post {
  const { allowance, resolve = resolveName, wholeMs = WHOLE_MS, bodyBytes = BODY_BYTES } = settings;
  return async ({ url: text, headers, body }) => {
    const url = readOutsideUrl(text, allowance);
    if (typeof url === 'string') return { answered: false, fault: 'forbidden' };
    return new Promise<Reply>((done) => {
      let timer: NodeJS.Timeout | undefined;
      const options = {
        method: 'POST',
        headers: { 'user-agent': 'Perennial', ...headers, 'content-length': Buffer.byteLength(body) },
        lookup: guardedLookup(resolve, allowance),
        // A connection of its own: nothing is left over for another address or another secret.
        agent: false as const,
        maxHeaderSize: HEADER_BYTES,
        insecureHTTPParser: false,
        rejectUnauthorized: true,
      };
      const call = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
      const end = (reply: Reply) => {
        clearTimeout(timer);
        done(reply);
        call.destroy();
      };
      timer = setTimeout(() => end({ answered: false, fault: 'too slow' }), wholeMs);
      call.on('error', (error) => end({ answered: false, fault: faultOf(error) }));
      call.on('response', (response) => {
        readBody(response, bodyBytes, (read) =>
          end(
            typeof read === 'string'
              ? {
                  answered: true,
                  status: response.statusCode ?? 0,
                  body: read,
                  retryAfterMs: retryAfterOf(response.headers['retry-after']),
                }
              : { answered: false, fault: read.fault },
          ),
        );
      });
      call.end(body);
    });
  };
}

function readBody(response: IncomingMessage, limit: number, done: (read: string | { fault: Fault }) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) done({ fault: 'too large' });
    else chunks.push(chunk);
  });
  response.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
  response.on('error', (error) => done({ fault: faultOf(error) }));
}

/** Given to the connection itself: it gets no address that was not looked at. */
function guardedLookup(resolve: Resolve, allowance: Allowance): LookupFunction {
  return (name, options, done) => {
    resolve(name).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined) return done(new Refused('unknown host'), '');
        if (innerAddress(name, addresses, allowance) !== undefined) return done(new Refused('forbidden'), '');
        if (options.all === true) return done(null, [...addresses]);
        return done(null, first.address, first.family);
      },
      () => done(new Refused('unknown host'), ''),
    );
  };
}

class Refused extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault);
    this.fault = fault;
  }
}

const CERTIFICATE = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_CA|HOSTNAME_MISMATCH)/;

function faultOf(error: Error): Fault {
  if (error instanceof Refused) return error.fault;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (CERTIFICATE.test(code)) return 'certificate';
  switch (code) {
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'ETIMEDOUT':
      return 'no connection';
    case 'HPE_HEADER_OVERFLOW':
      return 'too large';
    default:
      return 'broken';
  }
}

/** Seconds only: dates are as wrong as the clock of the other side. */
function retryAfterOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Math.min(Number(header), LONGEST_WAIT_S) * 1000 : null;
}
