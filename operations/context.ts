import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { PerennialError } from '../domain/errors/index.ts';
import { readServices } from '../embedded/services-file.ts';
import type { ServiceAddresses } from '../embedded/services-file.ts';
import { connect } from '../schemas/connection.ts';
import type { Database } from '../schemas/connection.ts';
import { temporalConfig } from '../temporal.config.ts';
import type { TemporalConfig } from '../temporal.config.ts';
import { connectTemporal } from './temporal/connect.ts';
import type { TemporalConnection } from './temporal/connect.ts';
import { openKeyFile } from './temporal/key-ring.ts';
import type { KeyRing } from './temporal/key-ring.ts';
import { silent } from './unavailable.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What every operation works with: one database, one Temporal namespace, one key ring. */
export interface OperationsContext {
  /** The environment with the addresses of embedded services laid over it. */
  readonly env: Environment;
  readonly dataDir: string;
  readonly config: TemporalConfig;
  readonly db: Database;
  readonly keyRing: KeyRing;
  /** E-mail of the person who acts, where one was named. */
  readonly as: string | undefined;
  /** Embedded services of the data folder, where they run. */
  readonly services: ServiceAddresses | undefined;
  /** Connects on first use: what only reads the database works while Temporal is away. */
  temporal(): Promise<Client>;
  /** As {@link OperationsContext.temporal}, with the connection itself, for a worker. */
  temporalConnection(): Promise<TemporalConnection>;
  close(): Promise<void>;
}

export interface OpenContextOptions {
  readonly env: Environment;
  readonly dataDir: string;
  readonly as?: string | undefined;
  /** Services that this process has started itself; otherwise they are looked up in the data folder. */
  readonly services?: ServiceAddresses | undefined;
  /** How long to wait for a database that does not answer, in milliseconds. */
  readonly patienceMs?: number;
}

/**
 * Opens what an operation needs, from the environment (MONGODB_URI, TEMPORAL_ADDRESS) or from the services
 * that run on the data folder. Throws {@link PerennialError} `cli.not_running` where neither names a
 * service, `cli.service_silent` where one does not answer, `settings.…` for a bad environment:
 * `settings.codec_keys_missing` for a Temporal server that is not the folder's own, without keys.
 */
export async function openContext(options: OpenContextOptions): Promise<OperationsContext> {
  const { dataDir, as, patienceMs = 5000 } = options;
  const services = options.services ?? readServices(dataDir);
  const env = withServices(options.env, services);
  const config = temporalConfig(env);
  const { mongodbUri } = config;
  if (mongodbUri === null) throw PerennialError.of('cli.not_running', { folder: dataDir });
  if (config.codecKeys === null && isShared(config.temporal.address, services)) {
    const name = 'PERENNIAL_CODEC_KEYS';
    throw PerennialError.of(
      'settings.codec_keys_missing',
      { name, address: config.temporal.address ?? '' },
      { field: name },
    );
  }
  const keyRing = config.codecKeys ?? (await openKeyFile(join(dataDir, 'codec-keys.json')));
  const db = await connect(mongodbUri, { serverSelectionTimeoutMS: patienceMs }).catch((error: unknown) => {
    throw silent('MongoDB', error, config);
  });
  let temporal: Promise<TemporalConnection> | undefined;
  const temporalConnection = (): Promise<TemporalConnection> => {
    if (config.temporal.address === null)
      return Promise.reject(PerennialError.of('cli.not_running', { folder: dataDir }));
    temporal ??= connectTemporal(config, keyRing).catch((error: unknown) => {
      temporal = undefined;
      throw error instanceof PerennialError ? error : silent('Temporal', error, config);
    });
    return temporal;
  };
  return {
    env,
    dataDir,
    config,
    db,
    keyRing,
    as,
    services,
    temporalConnection,
    temporal: async () => (await temporalConnection()).client,
    async close() {
      const opened = await temporal?.catch(() => undefined);
      await Promise.all([db.close(), opened?.close()]);
    },
  };
}

/** The environment names a service before the data folder does. */
export function withServices(env: Environment, services: ServiceAddresses | undefined): Environment {
  if (services === undefined) return env;
  const set = (name: string, value: string) => (env[name]?.trim() ? {} : { [name]: value });
  return {
    ...env,
    ...set('TEMPORAL_ADDRESS', services.temporal.address),
    ...set('TEMPORAL_NAMESPACE', services.temporal.namespace),
    ...set('MONGODB_URI', services.mongo.uri),
    ...set('SMTP_URL', services.mail.smtpUrl),
  };
}

/**
 * Others work with that Temporal server as well, so that the keys must be those of all: what is written under a
 * ring of this folder's own could be read nowhere else.
 */
function isShared(address: string | null, services: ServiceAddresses | undefined): boolean {
  if (address === null) return false;
  return services === undefined || services.temporal.source === 'url' || services.temporal.address !== address;
}
