import { PerennialError } from '../domain/errors/index.ts';
import type { TemporalConfig } from '../temporal.config.ts';

/** Where the services of a context are. */
export type Addresses = Pick<TemporalConfig, 'mongodbUri' | 'temporal'>;

/** Errors of the drivers that speak of a connection, by name: they come before the drivers are loaded here. */
const MONGO_AWAY =
  /^Mongo(?:ose)?(?:Network|NetworkTimeout|ServerSelection|NotConnected|PoolCleared|PoolClosed|TopologyClosed|Expired)/;
/** Mongoose refuses at once what it would otherwise keep until the connection is back. */
const NOT_CONNECTED = /before initial connection is complete/;
/** A server that stops or is no primary right now. */
const MONGO_CODES = [91, 189, 10_107, 11_600, 11_602, 13_435, 13_436];
/** 4 DEADLINE_EXCEEDED, 13 INTERNAL (a stream that was cut), 14 UNAVAILABLE */
const GRPC_CODES = [4, 13, 14];

/**
 * The error for people where a database or Temporal is away: `cli.service_silent`, with the address where the
 * addresses are given or the driver says it. Undefined for any other error; one that is for people already is given
 * as it is.
 */
export function unavailable(error: unknown, addresses?: Addresses): PerennialError | undefined {
  if (error instanceof PerennialError) return error;
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'number' ? error.code : -1;
  if (MONGO_AWAY.test(error.name) || NOT_CONNECTED.test(error.message)) {
    return silent('MongoDB', error.message, addresses);
  }
  if (error.name === 'MongoServerError') {
    return MONGO_CODES.includes(code) ? silent('MongoDB', error.message, addresses) : undefined;
  }
  if ('details' in error && GRPC_CODES.includes(code)) {
    return silent('Temporal', String(error.details) || error.message, addresses);
  }
  // A worker's connection, which speaks no gRPC codes.
  if (error.name === 'TransportError') return silent('Temporal', error.message, addresses);
  // The SDK wraps what the connection said.
  return error.cause === undefined ? undefined : unavailable(error.cause, addresses);
}

/** Nothing was judged: the service that would have done so did not answer. */
const SILENT: ReadonlySet<string> = new Set(['cli.service_silent', 'cli.worker_silent', 'cli.not_running']);

/** Whether the same may go well another time, because a service was away. */
export function isPassing(error: unknown): boolean {
  return unavailable(error)?.problems.some(({ code }) => SILENT.has(code)) ?? false;
}

/** `error` is what the driver said; its message may quote the address with its password. */
export function silent(service: 'MongoDB' | 'Temporal', error: unknown, addresses?: Addresses): PerennialError {
  const message = error instanceof Error ? error.message : String(error);
  const said = (message.split('\n')[0] ?? '').replaceAll(/\/\/[^@/\s]*@/g, '//***@');
  const address = service === 'MongoDB' ? hostsOf(addresses?.mongodbUri) : addresses?.temporal.address;
  const named = address === undefined || address === null || said.includes(address);
  return PerennialError.of('cli.service_silent', { service, reason: named ? said : `${said} (${address})` });
}

/** `mongodb://user:password@a:1,b:2/name?x` → `a:1,b:2` */
function hostsOf(uri: string | null | undefined): string | undefined {
  return /^[a-z+]+:\/\/(?:[^@/]*@)?([^/?]+)/.exec(uri ?? '')?.[1];
}
