import cliProgress from 'cli-progress';
import type { SingleBar } from 'cli-progress';
import { SERVICE_TITLES } from '../../embedded/index.ts';
import type { Progress, ServiceName } from '../../embedded/index.ts';
import type { Run } from '../run.ts';

export interface ServiceProgress {
  readonly onProgress: (progress: Progress) => void;
  stop(): void;
}

/** One bar for each service on a terminal, plain lines elsewhere. */
export function serviceProgress(run: Run): ServiceProgress {
  if (run.options.quiet || run.options.json) return { onProgress: () => undefined, stop: () => undefined };
  return run.io.tty.err ? bars(run) : lines(run);
}

/** How far a service is, in percent: most of the way is the download. */
const WEIGHT: Readonly<Record<Progress['phase'], number>> = {
  look: 5,
  download: 10,
  verify: 80,
  unpack: 85,
  start: 90,
  ready: 100,
};

function percentOf({ phase, done, total }: Progress): number {
  const share =
    phase === 'download' && done !== undefined && total !== undefined && total > 0 ? (done / total) * 68 : 0;
  return Math.round(WEIGHT[phase] + share);
}

function words(run: Run, progress: Progress): string {
  const phase = run.t.code('cli', `service.${progress.phase}`);
  const source = run.t.code('cli', `service.from.${progress.source}`);
  const size =
    progress.phase === 'download' && progress.total !== undefined
      ? ` ${megabytes(progress.done ?? 0)}/${megabytes(progress.total)} MB`
      : '';
  return run.options.locale === 'zh-CN' ? `${phase}（${source}）${size}` : `${phase} (${source})${size}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

function bars(run: Run): ServiceProgress {
  const multi = new cliProgress.MultiBar({
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: false,
    format: ' {bar} {title} {text}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 20,
    autopadding: true,
  });
  const known = new Map<ServiceName, SingleBar>();
  return {
    onProgress(progress) {
      const payload = { title: SERVICE_TITLES[progress.service].padEnd(8), text: words(run, progress) };
      const bar = known.get(progress.service) ?? multi.create(100, 0, payload);
      known.set(progress.service, bar);
      bar.update(percentOf(progress), payload);
    },
    stop: () => multi.stop(),
  };
}

function lines(run: Run): ServiceProgress {
  const last = new Map<ServiceName, string>();
  return {
    onProgress(progress) {
      const step = `${progress.phase} ${progress.source} ${Math.floor(percentOf(progress) / 10)}`;
      // Which sources are tried is told by the failure; here only what is done counts.
      if (progress.phase === 'look' || last.get(progress.service) === step) return;
      last.set(progress.service, step);
      run.say(`${SERVICE_TITLES[progress.service]}${run.t('cli:colon')}${words(run, progress)}`);
    },
    stop: () => undefined,
  };
}
