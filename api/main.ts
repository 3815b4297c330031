import type { AddressInfo } from 'node:net';
import { PerennialError } from '../domain/errors/index.ts';
import { fromMs } from '../domain/time/index.ts';
import { PortBook } from '../embedded/supervisor/port-book.ts';
import type { OperationsContext } from '../operations/context.ts';
import { startBackground } from './background.ts';
import type { Background } from './background.ts';
import { rememberPublicUrl } from '../operations/links/public-url.ts';
import type { ApiDeps } from './deps.ts';
import { openApiLog } from './log.ts';
import { ROUTES } from './routes/index.ts';
import { createServer } from './server.ts';
import type { HttpAddress, ListenSettings } from './settings.ts';

export interface RunningApi {
  /** How people reach it: the public address where one is set. */
  readonly url: string;
  /** Where it listens. */
  readonly address: string;
  /**
   * Takes no more connections, closes those at rest, lets running requests end within the time, and cuts what is left.
   * Safe to call twice.
   */
  stop(): Promise<void>;
}

/** Longer than a command waits for its judgement; whoever stops a machine waits no longer than that. */
const STOP_MS = 10_000;
/** Name of the service in errors about its port. */
const TITLE = 'API';

/**
 * Listens at the address of the settings, else on this machine at a port that the data folder remembers, so that
 * addresses stay the same over restarts. Throws `services.port_taken`.
 */
export async function startApi(
  context: OperationsContext,
  settings: ListenSettings,
  { stopMs = STOP_MS }: { readonly stopMs?: number } = {},
): Promise<RunningApi> {
  const at = settings.http ?? (await rememberedAddress(context.dataDir));
  const own = `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${at.port}`;
  const publicUrl = settings.publicUrl ?? own;
  const log = openApiLog(context.dataDir, context.env);
  let background: Background | undefined;
  const deps: ApiDeps = {
    context,
    now: () => fromMs(Date.now()),
    settings: { ...settings, publicUrl },
    onFault: log.onFault,
    onAnswered: log.onAnswered,
    onEvents: () => background?.wakeEvents(),
    onOutgoing: () => background?.wakeOutgoing(),
  };
  const app = await createServer(deps, ROUTES);
  try {
    await app.listen(at);
  } catch (error) {
    await app.close();
    log.close();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw PerennialError.of('services.port_taken', { service: TITLE, port: at.port, variable: 'PERENNIAL_HTTP' });
  }
  await rememberPublicUrl(context.db, publicUrl);
  background = startBackground(context, {
    now: deps.now,
    settings: deps.settings,
    onFault: (error, what, id = '') => log.onFault({ requestId: id, route: what, error }),
  });
  const { port } = app.server.address() as AddressInfo;
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    let cut: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      cut = setTimeout(() => {
        app.server.closeAllConnections();
        resolve();
      }, stopMs);
    });
    try {
      // A job that does not rest in time goes on with the next runner, where its lease ends.
      await Promise.all([app.close(), Promise.race([background?.stop(), late])]);
    } finally {
      clearTimeout(cut);
      log.close();
    }
  };
  return { url: publicUrl, address: `${at.host}:${port}`, stop: () => (stopped ??= stop()) };
}

async function rememberedAddress(dataDir: string): Promise<HttpAddress> {
  const ports = new PortBook(dataDir, {}, () => undefined);
  return { host: '127.0.0.1', port: await ports.choose('api', 'api') };
}
