/** Whose renewals a worker process runs. `coded`: the plain workflow behind the engine's payload codec. */
export type Side = 'perennial' | 'plain' | 'coded';

/** What a worker process is started with, as JSON in its first argument. */
export interface WorkerSettings {
  readonly side: Side;
  readonly temporalAddress: string;
  readonly namespace: string;
  /** A database of its own for each side. */
  readonly mongodbUri: string;
  readonly taskQueue: string;
  readonly outreachQueue: string;
  /** Where mail goes; null ends every mail with its row in the ledger. */
  readonly smtpUrl: string | null;
  /** Keeps the codec's keys and the workflow bundles. */
  readonly dataDir: string;
  /** Folder for a CPU profile of the process' main thread. */
  readonly profile?: string;
}

/** What the bench asks a worker process; it answers each with one message. */
export type Question = 'usage' | 'profile' | 'stop';

/** `ready` comes once by itself. CPU time of the whole process with all threads, in milliseconds; memory in MB. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'usage'; readonly cpuMillis: number; readonly megabytes: number }
  | { readonly kind: 'profile' }
  | { readonly kind: 'stop' };
