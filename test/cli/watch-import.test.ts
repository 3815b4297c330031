import test from 'ava';
import { watchImport } from '../../cli/output/watch-import.ts';
import { Run } from '../../cli/run.ts';
import { fakeIo } from './fake-io.ts';

function watching(dryRun = false) {
  const io = fakeIo();
  const codes: number[] = [];
  let press: () => void = () => undefined;
  let listening = true;
  const signals = {
    onStop(listener: (signal: 'SIGINT' | 'SIGTERM') => void) {
      press = () => listener('SIGINT');
      return () => void (listening = false);
    },
    exitNow: (code: number) => void codes.push(code),
  };
  const run = new Run({ ...io, signals }, { locale: 'en', json: false, quiet: false, as: undefined, dataDir: '' });
  const watch = watchImport(run, dryRun);
  return { watch, codes, press: () => press(), written: io.written, listening: () => listening };
}

test('an import shows how far it is while its first renewals start', (t) => {
  const { watch, written } = watching();
  for (let rows = 1; rows <= 1500; rows += 1) watch.onProgress({ phase: 'read', rows });
  watch.onStarting(20);
  t.regex(written.err, /Importing 0% 20\/1500/);
  watch.onStarting(300);
  t.regex(written.err, /Importing 20% 300\/1500/);
});

test('Ctrl-C says what is stored and how to go on, and ends the import as interrupted', (t) => {
  const { watch, press, codes, written } = watching();
  watch.onProgress({ phase: 'read', rows: 1500 });
  watch.onProgress({ phase: 'store', rows: 1000 });
  watch.onStarting(1040);
  press();
  t.deepEqual(codes, [130]);
  t.regex(written.err, /1040 of 1500 rows are done, and 1040 renewals have begun. Import the same file again/);
});

test('a dry run that is stopped has stored nothing; one that is over no longer listens', (t) => {
  const { watch, press, written, listening } = watching(true);
  watch.onProgress({ phase: 'read', rows: 10 });
  press();
  t.regex(written.err, /nothing was stored/);
  watch.stop();
  t.false(listening());
});
