import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { startServices } from '../../embedded/index.ts';
import type { Services, StartServicesOptions } from '../../embedded/index.ts';
import { startMongoServer } from '../../embedded/mongo-server.ts';
import { PortBook } from '../../embedded/supervisor/port-book.ts';
import { startTemporalServer } from '../../embedded/temporal-server.ts';

/** Variables that would lead a test to someone's real services, or give two tests the same port. */
const NOT_FOR_TESTS = [
  'TEMPORAL_ADDRESS',
  'MONGODB_URI',
  'SMTP_URL',
  'PERENNIAL_NAMESPACE',
  'PERENNIAL_DATA',
  'PERENNIAL_TEMPORAL_PORT',
  'PERENNIAL_TEMPORAL_UI_PORT',
  'PERENNIAL_MONGO_PORT',
  'PERENNIAL_SMTP_PORT',
  'PERENNIAL_HTTP',
  'PERENNIAL_PUBLIC_URL',
  'PERENNIAL_TRUSTED_PROXIES',
  'PERENNIAL_RATE',
  'PERENNIAL_OUTSIDE_ALLOW',
  'PERENNIAL_OIDC_ISSUER',
  'PERENNIAL_OIDC_CLIENT_ID',
  'PERENNIAL_OIDC_CLIENT_SECRET',
];

export interface Disposable {
  /** Stops what was started and removes its data. */
  close(): Promise<void>;
}
export type TestServices = Services & Disposable & { readonly dataDir: string };
export type TestMongo = Disposable & { readonly uri: string; readonly dataDir: string };
export type TestTemporal = Disposable & {
  readonly address: string;
  readonly namespace: string;
  readonly dataDir: string;
};

/** This process' environment without the addresses of real services. */
export function testEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string | undefined> {
  const env: Record<string, string | undefined> = { ...process.env };
  for (const name of NOT_FOR_TESTS) delete env[name];
  return { ...env, ...more };
}

/** A fresh folder for data; `close` removes it. */
export async function openTestFolder(): Promise<Disposable & { readonly dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'perennial-test-'));
  return { dataDir, close: () => rm(dataDir, { recursive: true, force: true }) };
}

/** All services on fresh data, for `test.before`; call `close` in `test.after.always`. */
export async function openTestServices(options: Omit<StartServicesOptions, 'dataDir'> = {}): Promise<TestServices> {
  const folder = await openTestFolder();
  // The data go away anyway, so nobody waits for an orderly stop.
  const services = await startServices({
    env: testEnvironment(),
    graceMs: 0,
    ...options,
    dataDir: folder.dataDir,
  }).catch(async (error: unknown) => {
    await folder.close();
    throw error;
  });
  const close = async () => {
    await services.stop();
    await folder.close();
  };
  return { ...services, dataDir: folder.dataDir, close };
}

/** MongoDB alone (a replica set of one) on fresh data, for `test.before`. */
export async function openTestMongo(): Promise<TestMongo> {
  const { server, folder } = await openServer();
  const { uri, child } = await startMongoServer(server);
  return { uri, dataDir: folder.dataDir, close: () => closeAll(child, folder) };
}

/** Temporal alone on fresh data, for `test.before`. */
export async function openTestTemporal(): Promise<TestTemporal> {
  const { server, folder } = await openServer();
  const { address, namespace, child } = await startTemporalServer(server);
  return { address, namespace, dataDir: folder.dataDir, close: () => closeAll(child, folder) };
}

/** All services for one test; they go with it. */
export async function startTestServices(
  t: ExecutionContext,
  options: Omit<StartServicesOptions, 'dataDir'> = {},
): Promise<TestServices> {
  return lent(t, await openTestServices(options));
}

/** MongoDB alone for one test. */
export async function startTestMongo(t: ExecutionContext): Promise<TestMongo> {
  return lent(t, await openTestMongo());
}

/** Temporal alone for one test. */
export async function startTestTemporal(t: ExecutionContext): Promise<TestTemporal> {
  return lent(t, await openTestTemporal());
}

/** A fresh folder for one test. */
export async function testFolder(t: ExecutionContext): Promise<string> {
  return lent(t, await openTestFolder()).dataDir;
}

function lent<T extends Disposable>(t: ExecutionContext, thing: T): T {
  t.teardown(() => thing.close());
  return thing;
}

async function openServer() {
  const folder = await openTestFolder();
  const env = testEnvironment();
  const ignore = () => undefined;
  const ports = new PortBook(folder.dataDir, env, ignore);
  return { folder, server: { dataDir: folder.dataDir, env, ports, onProgress: ignore, onEvent: ignore, graceMs: 0 } };
}

async function closeAll(child: { stop(): Promise<void> }, folder: Disposable): Promise<void> {
  await child.stop();
  await folder.close();
}
