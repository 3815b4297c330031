import test from 'ava';
import { inTime } from '../../bench/engine/in-time.ts';

const never = new Promise<never>(() => undefined);

test('a step that is done gives its value, one that fails its own error', async (t) => {
  t.is(await inTime('x', Promise.resolve(7)), 7);
  await t.throwsAsync(inTime('x', Promise.reject(new Error('its own'))), { message: 'its own' });
});

test('a step that stands still says which, and where it stands', async (t) => {
  await t.throwsAsync(
    inTime('the clock', never, async () => '7 events', 20),
    { message: /^the clock: not done within 0 s; 7 events$/ },
  );
  const mute = () => Promise.reject(new Error('gone'));
  await t.throwsAsync(inTime('the clock', never, mute, 20), { message: /cannot be asked: Error: gone/ });
});
