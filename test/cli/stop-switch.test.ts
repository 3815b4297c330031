import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Run } from '../../cli/run.ts';
import { stopSwitch } from '../../cli/up/stop-switch.ts';
import { testFolder } from '../helpers/services.ts';
import { fakeIo, run } from './fake-io.ts';

/** A switch whose process ends where the test can see it. */
function switched(forceMs: number, afterMs: number) {
  const io = fakeIo();
  let send: (signal: 'SIGINT' | 'SIGTERM') => void = () => undefined;
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const signals = {
    onStop(listener: typeof send) {
      send = listener;
      return () => undefined;
    },
    exitNow: (code: number) => end(code),
  };
  const one = new Run({ ...io, signals }, { locale: 'en', json: false, quiet: false, as: undefined, dataDir: '' });
  return { off: stopSwitch(one, forceMs, afterMs), send: (signal: 'SIGINT' | 'SIGTERM') => send(signal), ended, io };
}

test('when the time for stopping is over the process ends, whatever still runs', async (t) => {
  const { off, send, ended, io } = switched(5, 1);
  send('SIGINT');
  await off.pressed;
  t.is(await ended, 130);
  t.regex(io.written.err, /ended by force/);
});

test('a service manager hears of a good end', async (t) => {
  const { send, ended } = switched(1, 1);
  send('SIGTERM');
  t.is(await ended, 0);
});

test('the second Ctrl-C ends at once', async (t) => {
  const { off, send, ended } = switched(600_000, 0);
  send('SIGINT');
  send('SIGINT');
  t.is(await ended, 130);
  off.release();
});

test('all wrong settings are said at once, before anything is made or started', async (t) => {
  const folder = join(await testFolder(t), 'data');
  const env = {
    PERENNIAL_DATA: folder,
    PERENNIAL_MONGO_PORT: '99999',
    PERENNIAL_SMTP_PORT: 'mail',
    PERENNIAL_MAX_ACTIVITIES: '0',
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
  };
  const { code, err } = await run(['up', '--plain', '--empty'], { env });
  t.is(code, 1);
  for (const name of [
    'PERENNIAL_MONGO_PORT',
    'PERENNIAL_SMTP_PORT',
    'PERENNIAL_MAX_ACTIVITIES',
    'PERENNIAL_CODEC_KEYS',
  ])
    t.true(err.includes(name), name);
  t.false(existsSync(folder));
});
