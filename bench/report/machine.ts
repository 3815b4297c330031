import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus, loadavg, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { TEMPORAL_BINARY } from '../../embedded/sources/temporal-binary.ts';
import { MONGOD_BINARY } from '../../embedded/sources/mongod-binary.ts';
import { findBinary } from '../../embedded/sources/find-binary.ts';
import { testEnvironment } from '../../test/helpers/services.ts';

/** What the figures were taken on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly node: string;
  readonly temporalSdk: string;
  readonly temporal: string;
  readonly mongod: string;
  /** Load of the last minute before the bench began: above a few tenths, the machine was shared. */
  readonly loadBefore: number;
  readonly at: string;
}

export async function describeMachine(): Promise<Machine> {
  const manifest: unknown = createRequire(import.meta.url)('@temporalio/worker/package.json');
  const sdk =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    temporalSdk: sdk,
    temporal: await versionOf(TEMPORAL_BINARY),
    mongod: await versionOf(MONGOD_BINARY),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    at: new Date().toISOString(),
  };
}

export function showMachine(machine: Machine): string {
  const { cpu, cores, memoryGigabytes, node, temporalSdk, temporal, mongod, loadBefore, at } = machine;
  return [
    `${cpu}, ${cores} cores, ${memoryGigabytes} GB; load before the start ${loadBefore}`,
    `Node ${node}, Temporal SDK ${temporalSdk}; ${temporal}; ${mongod}; ${at}`,
  ].join('\n');
}

async function versionOf(binary: Parameters<typeof findBinary>[0]): Promise<string> {
  const env = testEnvironment();
  const found = await findBinary(binary, { env, onProgress: () => undefined });
  const { stdout } = await promisify(execFile)(found.path, ['--version'], { env: { ...env, ...found.env } });
  return stdout.split('\n')[0]?.trim() ?? '';
}
