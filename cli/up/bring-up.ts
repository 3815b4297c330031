import { portProblems, startServices } from '../../embedded/index.ts';
import type { Services } from '../../embedded/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { ExitCode } from '../command-spec.ts';
import type { Run } from '../run.ts';
import { serviceProgress } from './service-progress.ts';
import { exitCodeOf, stopSwitch } from './stop-switch.ts';
import type { StopSwitch } from './stop-switch.ts';

export interface UpOptions {
  readonly data: 'sample' | 'empty' | 'ask';
  readonly plain: boolean;
}

/** What shows the engine at work until it is stopped. */
export interface Display {
  /** A line that matters whatever is being shown: an alarm, a service that died. */
  notice(text: string): void;
  stop(): Promise<void>;
}

/** What takes down again what was brought up; false where something was left running. */
type Downs = (() => Promise<boolean | void>)[];

/**
 * Services → database → worker → API → view, and everything down again in the opposite order, whatever happened.
 * Ctrl-C while it starts is heeded as soon as the step under way is done.
 */
export async function bringUp(run: Run, options: UpOptions): Promise<ExitCode> {
  const { checkSettings } = await import('../../operations/check-settings.ts');
  const config = checkSettings(run.io.env, portProblems(run.io.env));
  const off = stopSwitch(run, config.worker.shutdownForceSeconds * 1000);
  const downs: Downs = [];
  let allEnded = true;
  try {
    await start(run, options, off, downs);
    await off.pressed;
    if (!options.plain || !run.options.json) run.say(run.t('cli:up.stopping'));
  } finally {
    for (const down of downs.toReversed()) {
      const ended = await down().catch((error: unknown) =>
        run.say(run.t('cli:up.stop_failed', { reason: String(error) })),
      );
      if (ended === false) allEnded = false;
    }
    off.release();
  }
  run.say(run.t('cli:up.stopped'));
  const code = exitCodeOf(off.signal());
  // What was left running would keep the process alive.
  if (!allEnded) run.io.signals.exitNow(code);
  return code;
}

async function start(run: Run, options: UpOptions, off: StopSwitch, downs: Downs): Promise<void> {
  let notice = (text: string): void => run.say(text);
  const progress = serviceProgress(run);
  const starting = startServices({
    dataDir: run.options.dataDir,
    env: run.io.env,
    onProgress: progress.onProgress,
    onEvent: (event) => {
      if ('problem' in event) notice(run.problems([event.problem])[0]?.what ?? event.kind);
    },
  }).finally(() => progress.stop());
  // The rest of the program is read while the services start; a service that fails is told first.
  const loading = loadEngine();
  loading.catch(() => undefined);
  const services: Services = await starting;
  downs.push(() => services.stop());
  if (off.isPressed()) return;

  const { io } = run;
  const {
    apiSettings,
    firstLink,
    startApi,
    liveView,
    loadSample,
    openContext,
    plainLog,
    isFresh,
    prepareDatabase,
    runWorker,
    startTracing,
    wantsSample,
  } = await loading;
  const tracing = await startTracing(io.env);
  if (tracing !== undefined) downs.push(() => tracing.stop());
  const context: OperationsContext = await openContext({
    env: io.env,
    dataDir: run.options.dataDir,
    as: run.options.as,
    services,
    patienceMs: 30_000,
  });
  downs.push(() => context.close());
  await prepareDatabase(context.db, io.now());
  const sample = (await isFresh(context.db)) && (await wantsSample(run, options.data));
  if (off.isPressed()) return;

  run.say(run.t('cli:up.worker'));
  const worker = await runWorker({ ...context, onAlarm: (text) => notice(text) });
  downs.push(() => worker.stop());
  // A worker that dies by itself ends the whole: an engine that only looks alive is worse than one that is down.
  worker.ended.catch((error: unknown) => off.fail(error));
  if (sample && !off.isPressed()) await loadSample(run, context);
  if (off.isPressed()) return;

  const api = await startApi(context, apiSettings(context.env));
  downs.push(() => api.stop());
  services.announceApi(api.url);
  run.say(run.t('cli:up.api', { url: api.url }));
  const link = await firstLink(context.db, api.url, io.now());
  if (link !== null) run.say(run.t('cli:up.first_link', { link }));
  if (off.isPressed()) return;

  const display: Display = options.plain
    ? await plainLog(run, context, services, { api: api.url, firstAdministrator: link })
    : await liveView(run, context, services, api.url);
  notice = (text) => display.notice(text);
  downs.push(() => display.stop());
}

async function loadEngine() {
  const [context, seed, worker, sample, live, plain, api, settings, invitations, tracing] = await Promise.all([
    import('../../operations/context.ts'),
    import('../../operations/seed.ts'),
    import('../../workers/main.ts'),
    import('./sample.ts'),
    import('./live-view.ts'),
    import('./plain-log.ts'),
    import('../../api/main.ts'),
    import('../../api/settings.ts'),
    import('../../operations/accounts/invitations.ts'),
    import('../../operations/tracing/index.ts'),
  ]);
  return {
    ...context,
    ...seed,
    ...worker,
    ...sample,
    ...live,
    ...plain,
    ...api,
    ...settings,
    ...invitations,
    ...tracing,
  };
}
