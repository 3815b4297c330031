import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { DECIDE, DECIDE_RENEW, decidePages } from './decide.ts';
import { ACCEPT_INVITATION, INVITATION, invitationPages } from './invitation.ts';
import { INVITATION_SCRIPT, INVITATION_SCRIPT_PATH } from './invitation-script.ts';
import { ICON, ICON_PATH } from './layout.ts';
import { pagesScope } from './scope.ts';
import { sessionPages } from './session.ts';
import { STYLE, STYLE_PATH } from './style.ts';

/** What can be looked at, for the answer to a wrong method. */
export const PAGE_PATHS: readonly string[] = [
  '/',
  '/sign-in',
  INVITATION,
  DECIDE,
  STYLE_PATH,
  ICON_PATH,
  INVITATION_SCRIPT_PATH,
];

/** Where forms go. */
export const PAGE_FORMS: readonly string[] = [
  '/sign-in',
  '/sign-in/company',
  '/sign-out',
  INVITATION,
  ACCEPT_INVITATION,
  DECIDE,
  DECIDE_RENEW,
];

const KEPT = 'public, max-age=31536000, immutable';

/** Pages for people, made by the server and whole without scripts. GET and HEAD change nothing on any of them. */
export function servePages(app: FastifyInstance, deps: ApiDeps): void {
  app.get(STYLE_PATH, (_request, reply) =>
    reply.header('cache-control', KEPT).type('text/css; charset=utf-8').send(STYLE),
  );
  app.get(INVITATION_SCRIPT_PATH, (_request, reply) =>
    reply.header('cache-control', 'no-cache').type('text/javascript; charset=utf-8').send(INVITATION_SCRIPT),
  );
  app.get(ICON_PATH, (_request, reply) => reply.header('cache-control', 'no-cache').type('image/svg+xml').send(ICON));
  pagesScope(app, deps, (scope, visit) => {
    sessionPages(scope, visit);
    invitationPages(scope, visit);
    decidePages(scope, visit);
  });
}
