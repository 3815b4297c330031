import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ERROR_TABLE, PerennialError } from '../../domain/errors/index.ts';
import type { ErrorCode } from '../../domain/errors/index.ts';
import type { Locale } from '../../domain/text.ts';
import { translator } from '../../i18n/index.ts';
import { setOut } from '../../operations/accounts/identities.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import { closeSession, signIn } from '../../operations/accounts/sessions.ts';
import type { SignedIn } from '../../operations/accounts/sessions.ts';
import { peopleByIds } from '../../operations/store/queries.ts';
import { journeyCookie } from '../http/journey-cookie.ts';
import { clearSessionCookie, sessionSecretOf, setSessionCookie } from '../http/session-cookie.ts';
import { configuredProvider, providerOf, redirectUriOf } from '../oidc.ts';
import { facts, field, hidden, note, sendPage } from './layout.ts';
import { html } from './markup.ts';
import type { Content } from './markup.ts';
import { formOf, problemNote } from './scope.ts';
import type { Visit } from './scope.ts';

export const SIGN_IN = '/sign-in';
const SIGN_IN_OIDC = '/sign-in/company';
const SIGN_OUT = '/sign-out';

type Visited = (request: FastifyRequest, reply: FastifyReply) => Visit;

/** Where one may come back to after signing in: pages of ours that ask for it, and no other address. */
const BACK = /^\/decide\/[\w-]{1,200}$/;
const back = z.string().regex(BACK).optional();

const signInForm = z.strictObject({ email: z.string().max(320), password: z.string().max(512), to: back });
const companyForm = z.strictObject({
  invitation: z
    .string()
    .regex(/^[\w-]{20,200}$/)
    .optional(),
});

/** Signing in and out, and the page that one comes to. */
export function sessionPages(scope: FastifyInstance, visit: Visited): void {
  scope.get('/', async (request, reply) => {
    const { principal, locale, deps } = visit(request, reply);
    if (principal === undefined) return reply.redirect(SIGN_IN, 303);
    const names = await peopleByIds(deps.context.db, principal.standsFor);
    return startPage(
      reply,
      locale,
      principal,
      [...names.values()].map(({ name }) => name),
    );
  });

  scope.get(SIGN_IN, async (request, reply) => {
    const it = visit(request, reply);
    if (it.principal !== undefined) return reply.redirect('/', 303);
    const { error } = request.query as Readonly<Record<string, unknown>>;
    const known = typeof error === 'string' && Object.hasOwn(ERROR_TABLE, error) ? (error as ErrorCode) : null;
    return signInPage(it, known === null ? {} : { problem: PerennialError.of(known) });
  });

  scope.post(SIGN_IN, async (request, reply) => {
    const it = visit(request, reply);
    const { deps } = it;
    const { email, password, to } = formOf(signInForm, it);
    const now = deps.now();
    try {
      const wish = { email, password, agent: request.headers['user-agent'] ?? '', address: request.ip };
      return comeIn(it, await signIn(deps.context.db, wish, now), to);
    } catch (error) {
      if (!(error instanceof PerennialError)) throw error;
      return signInPage(it, { problem: error, email, ...(to === undefined ? {} : { to }) });
    }
  });

  scope.post(SIGN_IN_OIDC, async (request, reply) => {
    const it = visit(request, reply);
    const { deps, locale } = it;
    const { invitation = null } = formOf(companyForm, it);
    const { db } = deps.context;
    const redirectUri = redirectUriOf(deps.settings.publicUrl);
    const { url, secret } = await setOut(db, providerOf(deps), redirectUri, { invitation, personId: null }, deps.now());
    // A form may only go to ourselves, so the last step to the provider is a plain link.
    const t = translator(locale);
    return sendPage(reply.header('set-cookie', journeyCookie(secret)), {
      locale,
      title: t('pages:sign_in.title'),
      body: html`<p>${t('pages:sign_in.company_go')}</p>
        <p><a href="${url}">${t('pages:sign_in.company_link', { host: new URL(url).host })}</a></p>
        <p class="soft">${t('pages:sign_in.company_back')}</p>`,
    });
  });

  scope.post(SIGN_OUT, async (request, reply) => {
    const { deps, principal } = visit(request, reply);
    const secret = sessionSecretOf(request);
    if (principal !== undefined && secret !== undefined) {
      const doer = { personId: principal.person.id, address: request.ip };
      await closeSession(deps.context.db, secret, doer, deps.now());
    }
    clearSessionCookie(reply);
    return reply.redirect(SIGN_IN, 303);
  });
}

/** Hands out the cookie and goes on, so that loading the page anew sends no password again. */
export function comeIn({ reply, deps }: Visit, { secret, session }: SignedIn, to = '/'): FastifyReply {
  setSessionCookie(reply, secret, session.expiresAt, deps.now());
  return reply.redirect(to, 303);
}

interface SignInParts {
  readonly problem?: PerennialError;
  readonly email?: string;
  readonly to?: string;
}

function signInPage(visit: Visit, parts: SignInParts): FastifyReply {
  const { reply, locale } = visit;
  const { problem } = parts;
  return sendPage(reply, {
    locale,
    title: translator(locale)('pages:sign_in.title'),
    status: problem === undefined ? 200 : 401,
    body: html`${problem !== undefined && problemNote(problem, locale)} ${signInForms(visit, parts)}`,
  });
}

/** Both ways to sign in; afterwards one comes back to `to`. */
export function signInForms({ deps, locale }: Visit, { email = '', to }: SignInParts): Content {
  const t = translator(locale);
  const company = configuredProvider(deps) !== null;
  return html`<form method="post" action="${SIGN_IN}">
      ${to !== undefined && hidden('to', to)}
      ${field({ name: 'email', label: t('pages:sign_in.email'), type: 'email', value: email, autocomplete: 'username' })}
      ${field({
        name: 'password',
        label: t('pages:sign_in.password'),
        type: 'password',
        autocomplete: 'current-password',
        maxLength: 512,
      })}
      <div class="buttons"><button>${t('pages:sign_in.do')}</button></div>
    </form>
    ${
      company &&
      html`<form method="post" action="${SIGN_IN_OIDC}">
        <div class="buttons"><button class="other">${t('pages:sign_in.company')}</button></div>
      </form>`
    }
    <p class="soft">${t('pages:sign_in.help')}</p>`;
}

/** The company's sign-in instead of a password, for an invitation that links both. */
export function companyInvitation({ deps, locale }: Visit, code: string): Content {
  if (configuredProvider(deps) === null) return null;
  return html`<form method="post" action="${SIGN_IN_OIDC}">
    ${hidden('invitation', code)}
    <div class="buttons"><button class="other">${translator(locale)('pages:sign_in.company')}</button></div>
  </form>`;
}

/** The button that ends the session. */
export function signOutForm(locale: Locale): Content {
  return html`<form method="post" action="${SIGN_OUT}">
    <div class="buttons"><button class="other">${translator(locale)('pages:start.sign_out')}</button></div>
  </form>`;
}

function startPage(
  reply: FastifyReply,
  locale: Locale,
  { person, roles }: Principal,
  standsFor: readonly string[],
): FastifyReply {
  const t = translator(locale);
  const comma = t('cli:list.comma');
  const names = roles.map((role) =>
    role === 'admin' || role === 'auditor' ? t(`pages:start.role.${role}`) : t.code('words', `role.${role}`),
  );
  return sendPage(reply, {
    locale,
    title: t('pages:start.title', { name: person.name }),
    body: html`${facts([
      [t('pages:start.email'), person.email],
      [t('pages:start.roles'), names.join(comma) || t('pages:start.no_roles')],
      [t('pages:start.zone'), person.zone],
      [t('pages:start.stands_for'), standsFor.join(comma)],
    ])}
    ${note('plain', t('pages:start.what'), html`<a href="/docs">${t('pages:start.docs')}</a>`)} ${signOutForm(locale)}`,
  });
}
