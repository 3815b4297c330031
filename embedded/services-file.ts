import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceKind } from './progress.ts';
import { identityOf, isRunning, toIdentity } from './supervisor/process-identity.ts';
import type { ProcessIdentity } from './supervisor/process-identity.ts';

/** Where the services of one data folder are. `pid` is set for those this product started as a child. */
export interface ServiceAddresses {
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly uiUrl?: string;
    readonly source: SourceKind;
    readonly pid?: number;
  };
  readonly mongo: { readonly uri: string; readonly source: SourceKind; readonly pid?: number };
  /** `caught`: mails stay in the local inbox; otherwise they really leave. */
  readonly mail: { readonly smtpUrl: string; readonly caught: boolean; readonly source: SourceKind };
  /** How people reach the API, once it answers. */
  readonly api?: { readonly url: string };
}

/** What another process finds in `<data>/services.json`. */
export interface RunningServices extends ServiceAddresses {
  /** Process that started the services and stops them. */
  readonly pid: number;
}

function file(dataDir: string): string {
  return join(dataDir, 'services.json');
}

/** Readable by this user only: an address from the environment may hold a password. */
export function writeServices(dataDir: string, services: ServiceAddresses): void {
  const owner = identityOf(process.pid) ?? { pid: process.pid, started: null };
  const path = file(dataDir);
  writeFileSync(`${path}.new`, `${JSON.stringify({ owner, ...services }, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function removeServices(dataDir: string): void {
  rmSync(file(dataDir), { force: true });
}

/** The services that run on this folder, started by whichever process; undefined when that process is gone. */
export function readServices(dataDir: string): RunningServices | undefined {
  let value: (ServiceAddresses & { readonly owner: ProcessIdentity }) | undefined;
  try {
    value = JSON.parse(readFileSync(file(dataDir), 'utf8')) as typeof value;
  } catch {
    // No file: nothing runs. It is written whole, so it cannot be half there.
    return undefined;
  }
  const owner = toIdentity(value?.owner);
  if (value === undefined || owner === undefined || !isRunning(owner)) return undefined;
  const { temporal, mongo, mail, api } = value;
  return { temporal, mongo, mail, ...(api === undefined ? {} : { api }), pid: owner.pid };
}
