import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { PerennialError } from '../../domain/errors/index.ts';
import { parseStrictForm } from '../http/forms.ts';
import { refuseOtherSites } from '../http/authenticate.ts';
import { localeOf, toldOf } from '../http/faults.ts';
import { principals } from '../http/principals.ts';
import { rateOf } from '../http/rate.ts';
import { sessionSecretOf } from '../http/session-cookie.ts';
import { errorOf, statusOf } from '../problem.ts';
import type { Locale } from '../../domain/text.ts';
import { translator } from '../../i18n/index.ts';
import { principalOfSession } from '../../operations/accounts/principal.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import type { ApiDeps } from '../deps.ts';
import { validated } from '../validate.ts';
import { html } from './markup.ts';
import type { Content } from './markup.ts';
import { note, sendPage } from './layout.ts';

const FORM = 'application/x-www-form-urlencoded';
const FORM_BYTES = 32 * 1024;

/** One request for a page. */
export interface Visit {
  readonly deps: ApiDeps;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Who is signed in in the browser. */
  readonly principal: Principal | undefined;
  /** The reader's own language, else the one that the browser asks for. */
  readonly locale: Locale;
}

/**
 * A part of the server whose requests come from people with browsers: forms instead of JSON, pages instead of problem
 * documents, and no change by a form of another site, whether somebody is signed in or not.
 */
export function pagesScope(
  app: FastifyInstance,
  deps: ApiDeps,
  routes: (scope: FastifyInstance, visit: (request: FastifyRequest, reply: FastifyReply) => Visit) => void,
): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(FORM, { parseAs: 'buffer', bodyLimit: FORM_BYTES }, (_request, body: Buffer, done) => {
      try {
        done(null, parseStrictForm(body));
      } catch (error) {
        done(error as Error);
      }
    });
    scope.addContentTypeParser('*', (request, _payload, done) => {
      const found = request.headers['content-type'] ?? '';
      done(PerennialError.of('body.media_type', { found: found.slice(0, 80), known: FORM }));
    });
    const limit = rateOf(scope, deps, (request) => principals.get(request)?.by.id);
    scope.addHook('onRequest', async (request, reply) => {
      if (request.method === 'POST') refuseOtherSites(deps, request, { form: true });
      const secret = sessionSecretOf(request);
      const principal =
        secret === undefined ? undefined : await principalOfSession(deps.context.db, secret, deps.now());
      if (principal !== undefined) principals.set(request, principal);
      await limit(request, reply);
    });
    scope.setErrorHandler(async (error, request, reply) => {
      const told = await toldOf(deps, error, request);
      return sendProblemPage(reply, readerLocale(request), told);
    });
    routes(scope, (request, reply) => ({
      deps,
      request,
      reply,
      principal: principals.get(request),
      locale: readerLocale(request),
    }));
  });
}

function readerLocale(request: FastifyRequest): Locale {
  return principals.get(request)?.person.locale ?? localeOf(request);
}

/** The fields of a form as the schema wants them. Throws what is wrong with each. */
export function formOf<S extends z.ZodType>(schema: S, { request }: Visit): z.output<S> {
  return validated(schema, request.body ?? {}, 'body');
}

export function sendProblemPage(reply: FastifyReply, locale: Locale, error: PerennialError): FastifyReply {
  const t = translator(locale);
  const [first] = error.problems;
  return sendPage(reply, {
    locale,
    title: t('pages:problem.title'),
    status: first === undefined ? 500 : statusOf(first.code),
    body: html`${problemNote(error, locale)}
      <p><a href="/">${t('pages:to_start')}</a></p>`,
  });
}

/** What is wrong and what helps, in the reader's words. */
export function problemNote({ problems }: PerennialError, locale: Locale): Content {
  const lines = problems.slice(0, 5).map((problem) => {
    const { what, fix } = errorOf(problem, locale);
    return html`<strong>${upper(what)}</strong><br />${fix}`;
  });
  return note('bad', ...lines);
}

function upper(text: string): string {
  return text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
}
