import { hostname } from 'node:os';
import { HttpCaller } from '../../api/client/http.ts';
import { addMs, MS_PER_DAY } from '../../domain/time/index.ts';
import type { CommandSpec, Input } from '../command-spec.ts';
import { Interrupted, UsageError } from '../failure.ts';
import { givenToken, keep, serverUrl } from '../reach/credentials.ts';
import type { Kept } from '../reach/credentials.ts';
import { TokenCaller } from '../reach/there.ts';
import type { Run } from '../run.ts';

/** A machine that is put away keeps no way in for ever. */
const TOKEN_DAYS = 90;

export const commands: readonly CommandSpec[] = [
  {
    path: 'login',
    where: 'both',
    options: [{ flags: '--email <address>' }, { flags: '--password-stdin' }],
    async run(run, input) {
      const { server } = run.options;
      if (server === undefined) throw UsageError.of('remote.server_needed');
      const url = serverUrl(server);
      if (isOpen(url)) run.say(run.style.warn(run.t('cli:login.plain', { server: url })));
      const given = await givenToken(run);
      const kept = given === undefined ? await signedIn(run, url, input) : await knownToken(run, url, given);
      const file = await keep(run, url, kept);
      run.print(
        { server: url, email: kept.email, file },
        () => `${run.style.good('✓')} ${run.t('cli:login.done', { server: url, email: kept.email, file })}`,
      );
    },
  },
];

/** Whether others may listen on the way. */
function isOpen(url: string): boolean {
  const { protocol, hostname: host } = new URL(url);
  return protocol === 'http:' && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);
}

/** A token that was made elsewhere: it is kept once the server has said whose it is. */
async function knownToken(run: Run, url: string, token: string): Promise<Kept> {
  const { whoAmI } = await import('../../api/contracts/session.ts');
  const { email } = await new TokenCaller(run, url, token).call(whoAmI, {});
  return { token, tokenId: null, email };
}

/** Signs in, makes a token of one's own, and signs out again: the session ends with the command. */
async function signedIn(run: Run, url: string, input: Input): Promise<Kept> {
  const { createToken, signIn, signOut } = await import('../../api/contracts/session.ts');
  const common = { url, locale: run.options.locale, newId: () => run.io.newId() };
  const email = input.text('email') ?? (await asked(run, 'cli:login.email', 'plain'));
  const password = input.flag('password-stdin')
    ? ((await run.io.readIn()).split(/\r?\n/)[0] ?? '')
    : await asked(run, 'cli:login.password', 'secret');
  const { headers } = await new HttpCaller(common).send(signIn, { body: { email, password } });
  const cookie = headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  // No page of another site has sent us here: browsers would say so with this.
  const session = new HttpCaller({ ...common, headers: { cookie, 'sec-fetch-site': 'same-origin' } });
  const expiresAt = addMs(run.io.now(), TOKEN_DAYS * MS_PER_DAY);
  const body = {
    name: `perennial login, ${hostname()}`.slice(0, 200),
    scopes: ['read' as const, 'write' as const],
    expiresAt,
  };
  const { secret, token } = await session.call(createToken, { body });
  await session.call(signOut, {});
  return { token: secret, tokenId: token.id, email };
}

async function asked(run: Run, what: 'cli:login.email' | 'cli:login.password', kind: 'plain' | 'secret') {
  const { io, t } = run;
  if (!io.tty.in || !io.tty.err) throw UsageError.of('remote.password_needed', { what: t(what) });
  const answer = await io.ask(t(what), kind);
  if (answer === undefined) throw new Interrupted();
  return answer;
}
