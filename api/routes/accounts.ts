import * as accounts from '../../operations/accounts/manage.ts';
import type { AccountView } from '../../operations/accounts/manage.ts';
import { createAccount, invitePassword, linkOf } from '../../operations/accounts/invitations.ts';
import { endSessions, sessionsOf } from '../../operations/accounts/sessions.ts';
import { listAudit, verifyAudit } from '../../operations/audit/read.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/accounts.ts';
import { pageAsked } from './page-asked.ts';
import { doerOf, sessionOf } from './session.ts';

/** What administrators do about accounts, and the log of it. */
export const accountRoutes: readonly BoundRoute[] = [
  bind(contracts.listAccounts, async ({ deps, query }) => {
    const { items, next } = await accounts.listAccounts(deps.context.db, pageAsked(query));
    return { items: items.map(accountOf), next };
  }),

  bind(contracts.getAccount, async ({ deps, params }) =>
    accountOf(await accounts.accountView(deps.context.db, params.personId)),
  ),

  bind(contracts.createAccount, async (call) => {
    const { deps, body, now } = call;
    const { db } = deps.context;
    const secret = await createAccount(db, body, doerOf(call), now);
    const account = accountOf(await accounts.accountView(db, body.personId));
    return { account, link: linkOf(deps.settings.publicUrl, secret) };
  }),

  bind(contracts.changeAccount, async (call) => {
    const { deps, params, body, reply, now } = call;
    const { db } = deps.context;
    reply.matchVersion(accountOf(await accounts.accountView(db, params.personId)));
    return accountOf(await accounts.changeAccount(db, params.personId, body, doerOf(call), now));
  }),

  bind(contracts.inviteAgain, async (call) => {
    const { deps, params, now } = call;
    const { db } = deps.context;
    const { account } = await accounts.accountView(db, params.personId);
    const secret = await invitePassword(db, account._id, doerOf(call), now);
    return { link: linkOf(deps.settings.publicUrl, secret) };
  }),

  bind(contracts.sessionsOfAccount, async ({ deps, principal, params, now }) => {
    const { account } = await accounts.accountView(deps.context.db, params.personId);
    const sessions = await sessionsOf(deps.context.db, account._id, now);
    return { items: sessions.map((one) => sessionOf(one, principal)) };
  }),

  bind(contracts.endSessionsOfAccount, async (call) => {
    const { deps, params, now } = call;
    const { account } = await accounts.accountView(deps.context.db, params.personId);
    await endSessions(deps.context.db, account._id, doerOf(call), now);
  }),

  bind(contracts.listAudit, async ({ deps, query }) => {
    const { limit: _limit, after: _after, ...given } = query;
    const { items, next } = await listAudit(deps.context.db, given, pageAsked(query));
    const lines = items.map(({ seq, entryId, at, name, actor, target, detail, hash }) => {
      return { seq, id: entryId, at, name, actor, target, detail: { ...detail }, hash };
    });
    return { items: lines, next };
  }),

  bind(contracts.verifyAudit, async ({ deps }) => {
    const report = await verifyAudit(deps.context.db);
    return report.ok
      ? { ok: true, entries: report.entries, fault: null }
      : { ok: false, entries: report.entries, fault: { fault: report.fault, seq: report.seq } };
  }),
];

/** In the order of the contract, so that its version is that of the answer. */
function accountOf({ account, person }: AccountView) {
  return {
    personId: account._id,
    name: person.name,
    email: person.email,
    active: person.active,
    roles: [...account.roles],
    hasPassword: account.passwordHash !== null,
    identities: account.identities.map(({ issuer, subject }) => ({ issuer, subject })),
    createdAt: account.createdAt,
    disabledAt: account.disabledAt,
  };
}
