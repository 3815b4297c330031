import { resolve } from 'node:path';
import { startMailCatcher } from './mail-catcher.ts';
import type { MailCatcherOptions } from './mail-catcher.ts';
import { startMongoServer } from './mongo-server.ts';
import type { Environment, OnProgress, OnServiceEvent } from './progress.ts';
import { removeServices, writeServices } from './services-file.ts';
import type { ServiceAddresses } from './services-file.ts';
import { lockFolder } from './supervisor/folder-lock.ts';
import { PortBook } from './supervisor/port-book.ts';
import type { SupervisedChild } from './supervisor/supervised-child.ts';
import { namespaceOf, startTemporalServer } from './temporal-server.ts';
import type { ServerOptions } from './temporal-server.ts';

export { startMailCatcher } from './mail-catcher.ts';
export type {
  MailCatcher,
  MailCatcherOptions,
  SmtpAnswer,
  SmtpBehaviour,
  SmtpPhase,
  SmtpSession,
} from './mail-catcher.ts';
export { readInbox, readMail, watchInbox } from './mail-inbox.ts';
export type { CaughtMail, MailContents } from './mail-inbox.ts';
export { portProblems } from './supervisor/port-book.ts';
export { SERVICE_TITLES } from './progress.ts';
export type { Progress, ProgressPhase, ServiceEvent, ServiceName, SourceKind } from './progress.ts';
export { readServices } from './services-file.ts';
export type { RunningServices, ServiceAddresses } from './services-file.ts';

export interface StartServicesOptions {
  /** Everything the services keep; see {@link dataFolder}. */
  readonly dataDir: string;
  /** By default the process' own. */
  readonly env?: Environment;
  readonly onProgress?: OnProgress;
  readonly onEvent?: OnServiceEvent;
  /** How long each child may take to stop when asked, in milliseconds (10,000); 0 kills at once. */
  readonly graceMs?: number;
  /** Script of a misbehaving mail server, for fault tests. */
  readonly mailBehaviour?: MailCatcherOptions['behaviour'];
}

export interface Services extends ServiceAddresses {
  /** Notes where the API answers, for other processes on this folder. */
  announceApi(url: string): void;
  /** Stops what was started; what runs elsewhere is left alone. */
  stop(): Promise<void>;
}

/** The data folder: `PERENNIAL_DATA`, else `.perennial` in the current folder. Absolute. */
export function dataFolder(env: Environment): string {
  const named = env['PERENNIAL_DATA'];
  return resolve(named === undefined || named === '' ? '.perennial' : named);
}

/**
 * Brings up Temporal, MongoDB and mail side by side; resolves when all serve. A service whose address stands in the
 * environment (TEMPORAL_ADDRESS, MONGODB_URI, SMTP_URL) is used as it is. When one fails, the others are stopped.
 * @throws PerennialError `services.…`: the folder is in use, no binary was found, a service did not start, a port is taken.
 */
export async function startServices(options: StartServicesOptions): Promise<Services> {
  const dataDir = resolve(options.dataDir);
  const { env = process.env, onProgress = () => undefined, onEvent = () => undefined } = options;
  const lock = await lockFolder(dataDir);
  const children = new Map<'temporal' | 'mongo', SupervisedChild>();
  const stops: (() => Promise<void>)[] = [];
  let addresses: ServiceAddresses | undefined;

  const note = () => {
    if (addresses !== undefined) writeServices(dataDir, withPids(addresses, children));
  };
  const server: ServerOptions = {
    dataDir,
    env,
    ports: new PortBook(dataDir, env, onEvent),
    onProgress,
    onEvent(event) {
      if (event.kind === 'restarted') note();
      onEvent(event);
    },
    ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
  };
  const keep = (service: 'temporal' | 'mongo', child: SupervisedChild) => {
    children.set(service, child);
    stops.push(() => child.stop());
  };
  const stopAll = async () => {
    removeServices(dataDir);
    const ends = await Promise.allSettled(stops.map((stop) => stop()));
    await lock.release();
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  };

  // All are awaited even when one fails: what comes up late must be stopped too.
  const [temporal, mongo, mail] = await Promise.allSettled([
    bringUpTemporal(server, keep),
    bringUpMongo(server, keep),
    bringUpMail(server, options.mailBehaviour, (stop) => stops.push(stop)),
  ]);
  if (temporal.status === 'rejected' || mongo.status === 'rejected' || mail.status === 'rejected') {
    await stopAll();
    throw firstReason([temporal, mongo, mail]);
  }
  addresses = { temporal: temporal.value, mongo: mongo.value, mail: mail.value };
  note();
  let stopped: Promise<void> | undefined;
  return {
    ...withPids(addresses, children),
    announceApi(url) {
      if (addresses === undefined || stopped !== undefined) return;
      addresses = { ...addresses, api: { url } };
      note();
    },
    stop: () => (stopped ??= stopAll()),
  };
}

type Keep = (service: 'temporal' | 'mongo', child: SupervisedChild) => void;

async function bringUpTemporal(server: ServerOptions, keep: Keep): Promise<ServiceAddresses['temporal']> {
  const address = given(server.env['TEMPORAL_ADDRESS']);
  if (address !== undefined) {
    server.onProgress({ service: 'temporal', source: 'url', phase: 'ready' });
    return { address, namespace: namespaceOf(server.env), source: 'url' };
  }
  const { child, ...rest } = await startTemporalServer(server);
  keep('temporal', child);
  return rest;
}

async function bringUpMongo(server: ServerOptions, keep: Keep): Promise<ServiceAddresses['mongo']> {
  const uri = given(server.env['MONGODB_URI']);
  if (uri !== undefined) {
    server.onProgress({ service: 'mongo', source: 'url', phase: 'ready' });
    return { uri, source: 'url' };
  }
  const { child, ...rest } = await startMongoServer(server);
  keep('mongo', child);
  return rest;
}

async function bringUpMail(
  server: ServerOptions,
  behaviour: MailCatcherOptions['behaviour'],
  onStop: (stop: () => Promise<void>) => void,
): Promise<ServiceAddresses['mail']> {
  const smtpUrl = given(server.env['SMTP_URL']);
  if (smtpUrl !== undefined) {
    server.onProgress({ service: 'mail', source: 'url', phase: 'ready' });
    return { smtpUrl, caught: false, source: 'url' };
  }
  const port = await server.ports.choose('mail', 'mail');
  const catcher = await startMailCatcher({
    dataDir: server.dataDir,
    port,
    ...(behaviour === undefined ? {} : { behaviour }),
  });
  onStop(catcher.stop);
  server.onProgress({ service: 'mail', source: 'built-in', phase: 'ready' });
  return { smtpUrl: catcher.smtpUrl, caught: true, source: 'built-in' };
}

function withPids(addresses: ServiceAddresses, children: ReadonlyMap<string, SupervisedChild>): ServiceAddresses {
  const pid = (service: 'temporal' | 'mongo') => {
    const child = children.get(service);
    return child === undefined ? {} : { pid: child.pid() };
  };
  return {
    temporal: { ...addresses.temporal, ...pid('temporal') },
    mongo: { ...addresses.mongo, ...pid('mongo') },
    mail: addresses.mail,
    ...(addresses.api === undefined ? {} : { api: addresses.api }),
  };
}

function firstReason(results: readonly PromiseSettledResult<unknown>[]): unknown {
  return results.find((result) => result.status === 'rejected')?.reason;
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
