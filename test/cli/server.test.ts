import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import anyTest from 'ava';
import type { ExecutionContext, TestFn } from 'ava';
import { ROUTES } from '../../api/routes/index.ts';
import { digestOfSecret } from '../../operations/accounts/secrets.ts';
import { addDays } from '../../domain/time/index.ts';
import { giveAccounts, PASSWORD } from '../api/api-world.ts';
import { listen, tokenOf } from '../api/socket-world.ts';
import type { Listening } from '../api/socket-world.ts';
import { closeStackWorld, mail, openSampleStack } from '../api/stack-world.ts';
import type { StackWorld } from '../api/stack-world.ts';
import { eventually } from '../helpers/eventually.ts';
import { run } from './fake-io.ts';
import type { FakeOptions, Ran } from './fake-io.ts';

/** The command line against a running server on a real socket, with tokens and nothing else. */

interface World extends Omit<StackWorld, 'api'> {
  readonly server: Listening;
  readonly folder: string;
  readonly tokens: Readonly<Record<'li' | 'wang' | 'sun' | 'ops', string>>;
}
const test = anyTest as TestFn<World>;

test.before(async (t) => {
  t.timeout(4 * 60_000);
  const opened = await openSampleStack(12, ['li', 'wang', 'sun', 'ops']);
  const { context } = opened.stack;
  const { db } = context;
  const idOf = async (name: string) => (await db.people.findOne({ email: mail(name) }).lean())?._id ?? '';
  const token = async (name: string) => tokenOf(db, await idOf(name));
  const tokens = { li: await token('li'), wang: await token('wang'), sun: await token('sun'), ops: await token('ops') };
  // Whoever is given a token so has no password yet.
  await giveAccounts(context, [mail('li')]);
  t.context = {
    ...opened,
    server: await listen(context, ROUTES),
    folder: await mkdtemp(join(tmpdir(), 'perennial-cli-')),
    tokens,
  };
});

test.after.always(async ({ context }) => {
  await context.server?.close();
  await closeStackWorld(context);
  if (context.folder !== undefined) await rm(context.folder, { recursive: true });
});

type Who = keyof World['tokens'];
let commands = 0;

function cli({ context }: ExecutionContext<World>, who: Who, args: readonly string[], at = context.server.url) {
  const env = { PERENNIAL_TOKEN: context.tokens[who], XDG_CONFIG_HOME: context.folder };
  commands += 1;
  return run([...args, '--server', at], { env, now: context.stack.now(), ids: `cmd_server_${commands}` });
}

async function json<T>(t: ExecutionContext<World>, who: Who, ...args: readonly string[]): Promise<T> {
  const { code, out, err } = await cli(t, who, [...args, '--json']);
  t.is(code, 0, `${args.join(' ')}: ${err}`);
  return JSON.parse(out) as T;
}

function codeOf({ err }: Ran): string {
  return (JSON.parse(err) as { error: { problems: readonly { code: string }[] } }).error.problems[0]?.code ?? '';
}

interface Item {
  readonly id: string;
  readonly contractNumber: string;
  readonly tier: string;
  readonly stage: string | null;
  readonly phase: string;
  readonly atRisk: boolean;
  readonly outcome: string | null;
  readonly quote: { readonly amount: { readonly minor: number } } | null;
}

test.serial('a renewal is carried from the call to the payment by a server and two tokens alone', async (t) => {
  t.timeout(3 * 60_000);
  const { items } = await json<{ items: readonly Item[] }>(t, 'li', 'renewals');
  const chosen = items.find(({ stage, tier, atRisk }) => stage === 'contact' && tier !== 'A' && !atRisk);
  if (chosen === undefined) throw new Error('no renewal to work on');
  const id = chosen.contractNumber;
  const ok = async (who: Who, ...args: readonly string[]) => {
    const ended = await cli(t, who, args);
    t.is(ended.code, 0, `${args.join(' ')}: ${ended.err}`);
    return ended.out;
  };
  const show = () => json<Item>(t, 'li', 'renewal', 'show', chosen.id);
  t.regex(await ok('li', 'log', id, '--channel', 'call', '--note', 'wants two years'), /✓/);
  const quote = ['quote', 'issue', id, '--discount', '18%', '--payment-days', '30', '--reason', 'two years'];
  t.regex(await ok('li', ...quote), /18% off/);
  const own = await cli(t, 'li', ['approve', id, '--comment', 'fine', '--json']);
  t.is(own.code, 4);
  t.is(codeOf(own), 'approval.own_request');
  t.regex(await ok('wang', 'approvals', '--for', mail('wang')), new RegExp(id));
  await ok('wang', 'approve', id, '--comment', 'fine for two years');
  await eventually('the review', async () => (await show()).stage === 'review');
  await ok('li', 'step', 'complete', id, 'review');
  await ok('li', 'quote', 'accept', id, '--note', 'by mail');
  const price = String(((await show()).quote?.amount.minor ?? 0) / 100);
  await ok('li', 'invoice', id, '--number', 'INV-9', '--amount', price, '--due-date', addDays(t.context.today, 30));
  t.regex(await ok('li', 'pay', id, '--amount', price, '--method', 'bank transfer', '--receipt', 'R-9'), /renewed/);
  t.like(await show(), { phase: 'closed', outcome: 'renewed-smaller' });
  t.is((await json<{ ok: boolean }>(t, 'li', 'renewal', 'verify', chosen.id)).ok, true);
  t.regex(await ok('li', 'renewal', 'history', chosen.id), /R-9|INV-9/);
  const late = await cli(t, 'li', ['quote', 'accept', chosen.id, '--lang', 'zh-CN']);
  t.is(late.code, 5);
  t.regex(late.err, /缩减续费[^]*renewal\.closed/);
});

test.serial('what is looked at comes from the server as from this machine', async (t) => {
  for (const args of [['tasks'], ['approvals'], ['people'], ['sends'], ['stalled'], ['status'], ['renewals']]) {
    const { code, out, err } = await cli(t, 'li', args);
    t.is(code, 0, `${args.join(' ')}: ${err}`);
    t.true(out.length > 0, args.join(' '));
  }
  t.is((await cli(t, 'li', ['renewal', 'show', 'no-such'])).code, 3);
  t.is((await cli(t, 'li', ['renewals', '--owner', 'nobody'])).code, 2);
  t.is((await cli(t, 'li', ['renewal', 'verify', '--all'])).code, 4);
});

/** The same command on the services of this machine, as whoever sits at them. */
function here({ context: { stack } }: ExecutionContext<World>, args: readonly string[], as: Who) {
  const env = Object.entries(stack.context.env).filter((one): one is [string, string] => one[1] !== undefined);
  commands += 1;
  const ids = `cmd_here_${commands}`;
  return run([...args, '--as', mail(as)], { env: Object.fromEntries(env), now: stack.now(), ids });
}

test.serial('what commands print with --json is the same from the server and from this machine', async (t) => {
  const { items } = await json<{ items: readonly Item[] }>(t, 'ops', 'renewals', '--phase', 'open');
  const { items: closed } = await json<{ items: readonly Item[] }>(t, 'ops', 'renewals', '--phase', 'closed');
  const [open] = items;
  if (open === undefined) throw new Error('no open renewal');
  const file = join(t.context.folder, 'mine.yaml');
  await writeFile(file, 'playbook: 3\nname: Mine\n');
  const commands = [
    ['renewals', '--stage', 'contact'],
    ['people'],
    ['sends'],
    ['stalled'],
    ['approvals'],
    ['renewal', 'show', open.contractNumber],
    ['renewal', 'history', closed[0]?.id ?? ''],
    ['renewal', 'verify', open.id],
    ['tasks', '--for', mail('li')],
    ['tasks', '--for', 'legal'],
    ['playbook', 'list'],
    ['playbook', 'show', 'mid-market'],
    ['playbook', 'check', file],
    ['playbook', 'timeline', 'small', '--end-date', '2027-03-31'],
    ['calendar', 'show', 'cn', '--year', '2026'],
    // What is refused is refused alike.
    ['renewal', 'show', 'no-such'],
    ['renewals', '--owner', 'nobody'],
    ['approve', open.id],
    ['resume', open.id],
  ];
  for (const command of commands) {
    for (const lang of ['en', 'zh-CN']) {
      const args = [...command, '--json', '--lang', lang];
      const both = async () => (await Promise.all([cli(t, 'ops', args), here(t, args, 'ops')])).map(read);
      // The engine works on meanwhile, and mails go out: between two looks something may have happened.
      const [there, onThis] = await eventually(
        `the same of ${args.join(' ')}`,
        async () => {
          const seen = await both();
          return isDeepStrictEqual(seen[0], seen[1]) && seen;
        },
        both,
      );
      t.deepEqual(there, onThis);
    }
  }
});

function read({ code, out, err }: Ran) {
  return { code, out: out === '' ? null : (JSON.parse(out) as unknown), err: err === '' ? null : JSON.parse(err) };
}

test.serial('playbooks and calendars are published on the server by those who may, and nobody else', async (t) => {
  const { folder } = t.context;
  const shown = await cli(t, 'ops', ['playbook', 'show', 'small', '--json']);
  t.is(shown.code, 0, shown.err);
  const yaml = await readFile(new URL('../../playbooks/small.yaml', import.meta.url), 'utf8');
  const file = join(folder, 'small.yaml');
  await writeFile(file, yaml.replace('at most: 10 in 60 days', 'at most: 9 in 60 days'));
  const refused = await cli(t, 'li', ['playbook', 'publish', file, '--json']);
  t.is(refused.code, 4);
  t.is(codeOf(refused), 'access.forbidden');
  t.like(await json(t, 'ops', 'playbook', 'publish', file), { id: 'small', version: 2, changed: true });
  t.like(await json(t, 'ops', 'playbook', 'publish', file), { id: 'small', version: 2, changed: false });
  const days = join(folder, 'days.csv');
  await writeFile(days, 'date,kind,name\n2027-08-02,off,Anniversary\n');
  t.like(await json(t, 'ops', 'calendar', 'import', days), { id: 'cn', version: 2, changed: true });
  t.regex((await cli(t, 'li', ['calendar', 'show', 'cn', '--year', '2027'])).out, /2027-08-02/);
  t.is((await cli(t, 'ops', ['calendar', 'import', '/nonexistent/days.csv'])).code, 3);
});

test.serial('a token that is unknown or has ended is told as that, in both languages', async (t) => {
  const { stack, server, folder, tokens } = t.context;
  const { db } = stack.context;
  const told = async (token: string) => {
    const texts = await Promise.all(
      ['en', 'zh-CN'].map((lang) =>
        run(['tasks', '--server', server.url, '--lang', lang], {
          env: { PERENNIAL_TOKEN: token, XDG_CONFIG_HOME: folder },
        }),
      ),
    );
    t.deepEqual(
      texts.map(({ code, out }) => [code, out]),
      [
        [4, ''],
        [4, ''],
      ],
    );
    t.regex(texts[0]?.err ?? '', /does not take the token[^]*perennial login --server http[^]*remote\.token_refused/);
    t.regex(texts[1]?.err ?? '', /不接受该令牌[^]*重新登录[^]*remote\.token_refused/);
    t.false(texts.some(({ err }) => err.includes(token)));
  };
  await told(`prn_${'x'.repeat(43)}`);
  await db.tokens.updateOne({ hash: digestOfSecret(tokens.sun) }, { $set: { expiresAt: '2026-01-01T00:00:00.000Z' } });
  await told(tokens.sun);
});

test.serial('facts that people tell, risk and the save plan go by the server too', async (t) => {
  const { items } = await json<{ items: readonly Item[] }>(t, 'li', 'renewals', '--phase', 'open');
  const [one] = items.filter(({ atRisk }) => !atRisk);
  if (one === undefined) throw new Error('no open renewal');
  const id = one.contractNumber;
  t.like(await json(t, 'li', 'health', id, '71'), { accepted: true, judged: true, score: 71 });
  t.like(await json(t, 'li', 'complaint', 'open', id), { judged: true, complaint: '1' });
  t.like(await json(t, 'li', 'complaint', 'close', id), { judged: true, complaint: '1' });
  t.is((await cli(t, 'li', ['complaint', 'close', id])).code, 5);
  t.is((await cli(t, 'li', ['flag-risk', id, '--cause', 'weather'])).code, 2);
  t.like(await json(t, 'li', 'flag-risk', id, '--cause', 'competitor'), { accepted: true });
  const plan = await eventually('the save plan', async () => {
    const ran = await cli(t, 'li', ['save-plan', 'show', id, '--json']);
    const read = ran.code === 0 ? (JSON.parse(ran.out) as Plan) : undefined;
    return read !== undefined && read.actions.length > 0 ? read : undefined;
  });
  const { action } = plan.actions[0] ?? { action: '' };
  t.like(await json(t, 'li', 'save-plan', 'done', id, action, '--note', 'talked'), { savePlan: plan.id, action });
});

interface Plan {
  readonly id: string;
  readonly actions: readonly { readonly action: string }[];
}

test.serial('login keeps a token that only its owner can read, and logout takes it back', async (t) => {
  const { folder, server, stack } = t.context;
  const at = (options: FakeOptions = {}) => ({
    ...options,
    now: stack.now(),
    env: { XDG_CONFIG_HOME: folder },
  });
  const login = ['login', '--server', server.url];
  const typed = await run(login, at({ tty: true, answers: [mail('li'), PASSWORD] }));
  t.is(typed.code, 0, typed.err);
  const file = join(folder, 'perennial', 'servers.json');
  t.is((await stat(file)).mode & 0o777, 0o600);
  for (const secret of ['prn_', PASSWORD]) t.false(`${typed.out}${typed.err}`.includes(secret));
  t.is((await run(['people', '--server', `${server.url}/`], at())).code, 0);
  const { [server.url]: kept } = JSON.parse(await readFile(file, 'utf8')) as Record<string, { token: string }>;
  t.is((await run(['logout', '--server', server.url], at())).code, 0);
  t.deepEqual(JSON.parse(await readFile(file, 'utf8')), {});
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, `${kept?.token ?? ''}\n`);
  const after = await run(['people', '--server', server.url, '--token-file', tokenFile, '--json'], at());
  t.is(after.code, 4);
  t.is(codeOf(after), 'remote.token_refused');
  const wrong = await run([...login, '--email', mail('li'), '--password-stdin', '--json'], at({ input: 'guessed\n' }));
  t.is(wrong.code, 4);
  t.is(codeOf(wrong), 'access.sign_in');
});

/** Something on a socket before the server, which may swallow what it says. */
async function between(t: ExecutionContext<World>, handle: (request: IncomingMessage, reply: ServerResponse) => void) {
  const server = createServer(handle);
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function forwarded(server: string, request: IncomingMessage): Promise<Response> {
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
  const method = request.method ?? 'GET';
  const body = await text(request);
  return fetch(`${server}${request.url}`, {
    method,
    headers: headers as Record<string, string>,
    ...(body === '' ? {} : { body }),
  });
}

test.serial('where no answer comes the command is sent again under the same key, and counts once', async (t) => {
  const { server, stack } = t.context;
  const keys: string[] = [];
  const url = await between(t, (request, reply) => {
    void forwarded(server.url, request).then(async (answer) => {
      const key = request.headers['idempotency-key'];
      if (typeof key === 'string') keys.push(key);
      // The first command is done, and its answer is lost on the way.
      if (keys.length === 1 && key !== undefined) return request.socket.destroy();
      return reply
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
        .end(await answer.text());
    });
  });
  const { items } = await json<{ items: readonly Item[] }>(t, 'li', 'renewals', '--phase', 'open');
  const id = items.at(-1)?.id ?? '';
  const note = 'said once';
  const ran = await cli(t, 'li', ['log', id, '--channel', 'mail', '--note', note], url);
  t.is(ran.code, 0, ran.err);
  t.is(keys.length, 2);
  t.is(keys[0], keys[1]);
  t.is(await stack.context.db.communications.countDocuments({ renewalId: id, channel: 'mail' }), 1);
});

test.serial('what is no server of ours, or one of another version, is told as that', async (t) => {
  const refused = async (at: string) => {
    const ran = await cli(t, 'li', ['people', '--json'], at);
    t.is(ran.code, 1);
    return codeOf(ran);
  };
  const html = await between(t, (_, reply) => void reply.writeHead(200).end('<html>'));
  t.is(await refused(html), 'remote.foreign');
  const other = await between(t, (_, reply) => void reply.writeHead(200).end('{"items":[{"id":1}],"next":null}'));
  t.is(await refused(other), 'remote.version');
  const errors = [{ code: 'route.not_found', what: 'w', fix: 'f', params: {} }];
  const older = await between(t, (_, reply) => void reply.writeHead(404).end(JSON.stringify({ errors })));
  t.is(await refused(older), 'remote.version');
  const person = { name: 'N', email: 'n@example.com', roles: [], managerId: null, locale: 'en', zone: 'UTC' };
  const items = [{ ...person, id: 'per_n', active: true, nickname: 'new' }];
  const newer = await between(t, (_, reply) => void reply.writeHead(200).end(JSON.stringify({ items, next: null })));
  t.is((await cli(t, 'li', ['people'], newer)).code, 0);
  const gone = createServer();
  await new Promise<void>((ready) => {
    gone.listen(0, '127.0.0.1', ready);
  });
  const { port } = gone.address() as AddressInfo;
  await new Promise((closed) => {
    gone.close(closed);
  });
  t.is(await refused(`http://127.0.0.1:${port}`), 'remote.unreachable');
});
