import cliProgress from 'cli-progress';
import type { CliIo } from '../io.ts';

/** Shows how far something is: a bar on a terminal, one line per tenth otherwise; always on standard error. */
export interface ProgressBar {
  update(done: number, total?: number): void;
  stop(): void;
}

const SILENT: ProgressBar = { update: () => undefined, stop: () => undefined };

export function progressBar(
  io: CliIo,
  label: string,
  total: number,
  options: { readonly silent: boolean; readonly unit?: (value: number) => string },
): ProgressBar {
  if (options.silent) return SILENT;
  const unit = options.unit ?? String;
  return io.tty.err ? livingBar(label, total, unit) : plainLines(io, label, total, unit);
}

function livingBar(label: string, total: number, unit: (value: number) => string): ProgressBar {
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    clearOnComplete: false,
    hideCursor: true,
    format: (config, params) => {
      const share = params.total > 0 ? params.value / params.total : 0;
      const filled = cliProgress.Format.BarFormat(share, { ...config, barsize: 30 });
      return `${label} ${filled} ${Math.floor(share * 100)}% ${unit(params.value)}/${unit(params.total)}`;
    },
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
  });
  let begun = false;
  return {
    update(done, newTotal = total) {
      if (!begun) bar.start(newTotal, done);
      begun = true;
      if (newTotal !== bar.getTotal()) bar.setTotal(newTotal);
      bar.update(done);
    },
    stop() {
      if (begun) bar.stop();
    },
  };
}

function plainLines(io: CliIo, label: string, total: number, unit: (value: number) => string): ProgressBar {
  let tenth = -1;
  return {
    update(done, newTotal = total) {
      const now = newTotal > 0 ? Math.floor((done / newTotal) * 10) : 0;
      if (now === tenth) return;
      tenth = now;
      io.err(`${label} ${now * 10}% ${unit(done)}/${unit(newTotal)}\n`);
    },
    stop: () => undefined,
  };
}
