import test from 'ava';
import { REGISTRY } from '../../cli/registry.ts';
import type { Where } from '../../cli/command-spec.ts';
import { run } from './fake-io.ts';

const SERVER = ['--server', 'http://127.0.0.1:9'];

/** Every command, and where it works. */
const TABLE: Readonly<Record<Where, readonly string[]>> = {
  both: [
    'amend',
    'approvals',
    'approve',
    'calendar import',
    'calendar show',
    'cancel',
    'complaint close',
    'complaint open',
    'flag-risk',
    'health',
    'invoice',
    'log',
    'login',
    'logout',
    'notice',
    'pause',
    'pay',
    'people',
    'playbook check',
    'playbook list',
    'playbook publish',
    'playbook show',
    'playbook timeline',
    'quote accept',
    'quote decline',
    'quote issue',
    'reject',
    'renewal history',
    'renewal show',
    'renewal verify',
    'renewals',
    'resume',
    'save-plan close',
    'save-plan done',
    'save-plan show',
    'sends',
    'stalled',
    'status',
    'step complete',
    'step redo',
    'step skip',
    'tasks',
  ],
  here: ['export', 'import', 'inbox', 'inbox show', 'sends resolve'],
  machine: ['completion', 'config new-key', 'config show', 'doctor', 'up'],
};

test('every command says whether it works on a server', async (t) => {
  const specs = (await Promise.all(REGISTRY.map(({ load }) => load()))).flatMap(({ commands }) => commands);
  const doing = specs.filter((spec) => spec.run !== undefined);
  for (const where of ['both', 'here', 'machine'] as const) {
    const found = doing.filter((spec) => spec.where === where).map(({ path }) => path);
    t.deepEqual(found.toSorted(), [...TABLE[where]].toSorted(), where);
  }
  t.is(doing.length, Object.values(TABLE).flat().length);
});

test('what works only here is refused with a server, in both languages, and so is a name', async (t) => {
  const inbox = await run(['inbox', ...SERVER]);
  t.is(inbox.code, 2);
  t.regex(inbox.err, /`perennial inbox` works only on the machine/);
  t.regex((await run(['up', ...SERVER, '--lang', 'zh-CN'])).err, /只能在运行 Perennial 的机器上使用/);
  const env = { PERENNIAL_SERVER: 'http://127.0.0.1:9' };
  t.regex((await run(['import', 'x.csv'], { env })).err, /remote\.only_here/);
  t.is((await run(['config', 'show'], { env })).code, 0);
  const named = await run(['people', ...SERVER, '--as', 'li@example.com']);
  t.is(named.code, 2);
  t.regex(named.err, /remote\.as/);
});

test('signing in warns where the way to another machine is not encrypted', async (t) => {
  const plain = await run(['login', '--server', 'http://renewals.example.com']);
  t.regex(plain.err, /not encrypted[^]*remote\.password_needed/);
  for (const url of ['https://renewals.example.com', 'http://127.0.0.1:9', 'http://localhost:9', 'http://[::1]:9']) {
    t.notRegex((await run(['login', '--server', url])).err, /encrypted/, url);
  }
});

test('an address that is none, and a server without a token, are mistakes of usage', async (t) => {
  const home = { XDG_CONFIG_HOME: '/nonexistent' };
  const refused = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const { code, err } = await run([...args, '--json'], { env: { ...home, ...env } });
    t.is(code, 2);
    return (JSON.parse(err) as { error: { problems: readonly { code: string }[] } }).error.problems[0]?.code;
  };
  t.is(await refused(['people', '--server', 'renewals.example.com']), 'remote.url');
  t.is(await refused(['people', '--server', 'https://me:secret@renewals.example.com']), 'remote.url');
  t.is(await refused(['people', ...SERVER]), 'remote.token_needed');
  t.is(await refused(['people', ...SERVER], { PERENNIAL_TOKEN: 'not one' }), 'remote.token_form');
  t.is(await refused(['login']), 'remote.server_needed');
  t.is(await refused(['login', ...SERVER]), 'remote.password_needed');
});
