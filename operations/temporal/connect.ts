import { readFile } from 'node:fs/promises';
import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { PerennialError } from '../../domain/errors/index.ts';
import type { TemporalConfig } from '../../temporal.config.ts';
import { trackCalls } from './calls-in-flight.ts';
import { createDataConverter } from './data-converter.ts';
import type { KeyRing } from './key-ring.ts';

export interface TemporalConnection {
  readonly connection: Connection;
  readonly client: Client;
  /**
   * Refuses new calls, waits for those in flight (long polls are cut after `patienceMs`, 5 s where not
   * given), then closes. Safe to call twice.
   */
  close(patienceMs?: number): Promise<void>;
}

/**
 * Connects to the Temporal server and gives a client whose payloads go through the codec.
 * `ring` is the key ring of the settings or of the data folder (`openKeyFile`).
 * Throws {@link PerennialError} `settings.required` without an address, `settings.unreadable` for a bad PEM path,
 * and the SDK's own error where the server does not answer in 10 s.
 */
export async function connectTemporal(config: TemporalConfig, ring: KeyRing): Promise<TemporalConnection> {
  const options = await connectionOptions(config);
  let closing = false;
  const retry = defaultGrpcRetryOptions();
  const connection = await Connection.connect({
    ...options,
    connectTimeout: '10s',
    interceptors: [
      makeGrpcRetryInterceptor({
        ...retry,
        // A retry after the channel is closed throws from a timer and would end the process.
        retryableDecider: (attempt, status) => !closing && retry.retryableDecider(attempt, status),
      }),
    ],
  });
  const calls = trackCalls(connection);
  const client = new Client({
    connection: calls.connection,
    namespace: config.temporal.namespace,
    dataConverter: createDataConverter(ring),
  });
  let closed: Promise<void> | undefined;
  const close = async (patienceMs: number) => {
    closing = true;
    await calls.settle(patienceMs);
    await connection.close();
  };
  return {
    connection: calls.connection,
    client,
    close: (patienceMs = 5000) => (closed ??= close(patienceMs)),
  };
}

/** Address, TLS and API key as client and worker connections both take them. */
export async function connectionOptions(
  config: TemporalConfig,
): Promise<{ address: string; apiKey?: string; tls?: TlsPair | true }> {
  const { address, tls, apiKey } = config.temporal;
  if (address === null) {
    throw PerennialError.of('settings.required', { name: 'TEMPORAL_ADDRESS' }, { field: 'TEMPORAL_ADDRESS' });
  }
  if (tls === null) return apiKey === null ? { address } : { address, apiKey, tls: true };
  const pair: TlsPair = {
    clientCertPair: { crt: await pem('TEMPORAL_TLS_CERT', tls.cert), key: await pem('TEMPORAL_TLS_KEY', tls.key) },
  };
  return apiKey === null ? { address, tls: pair } : { address, tls: pair, apiKey };
}

interface TlsPair {
  readonly clientCertPair: { readonly crt: Buffer; readonly key: Buffer };
}

async function pem(name: string, value: string): Promise<Buffer> {
  if (value.startsWith('-----BEGIN ')) return Buffer.from(value.replaceAll('\\n', '\n'));
  try {
    return await readFile(value);
  } catch {
    throw PerennialError.of('settings.unreadable', { name, file: value }, { field: name });
  }
}
