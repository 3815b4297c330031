import type { ImportProgress } from '../../operations/import/import-file.ts';
import type { Run } from '../run.ts';
import { progressBar } from './progress.ts';

export interface ImportWatch {
  readonly onProgress: (progress: ImportProgress) => void;
  readonly onStarting: (started: number) => void;
  stop(): void;
}

/** A bar that moves is drawn again after so many rows. */
const ROWS_A_STEP = 250;

/**
 * Shows how far an import is, from the first row on, and ends the program at Ctrl-C with what is stored so far: an
 * import that broke off is finished by running it again.
 */
export function watchImport(run: Run, dryRun: boolean): ImportWatch {
  const { io, t } = run;
  const bar = progressBar(io, t('cli:import.storing'), 0, { silent: run.options.quiet || run.options.json });
  let read = 0;
  let stored = 0;
  let started = 0;
  // A renewal starts after its row was stored, and its batch counts as stored when all of its renewals have.
  const draw = () => bar.update(Math.min(read, Math.max(stored, started)), read);
  const release = io.signals.onStop(() => {
    bar.stop();
    const rows = Math.min(read, Math.max(stored, started));
    run.say(t(dryRun ? 'cli:import.stopped_dry' : 'cli:import.stopped', { rows, total: read, started }));
    io.signals.exitNow(130);
  });
  return {
    onProgress({ phase, rows }) {
      if (phase === 'store') stored = rows;
      else read = rows;
      if (phase === 'store' || (io.tty.err && (rows === 1 || rows % ROWS_A_STEP === 0))) draw();
    },
    onStarting(done) {
      started = done;
      draw();
    },
    stop() {
      release();
      bar.stop();
    },
  };
}
