import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { linksOf, revokeLinks } from '../../operations/links/links.ts';
import type { LinkDoc } from '../../schemas/link.ts';
import type { Instant } from '../../domain/time/index.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/links.ts';
import { doerOf } from './session.ts';
import { visibleRenewal } from './visible.ts';

/** Links that were given out. Their secrets are told to nobody but who got them. */
export const linkRoutes: readonly BoundRoute[] = [
  bind(contracts.listLinks, async ({ deps, principal, params, now }) => {
    const renewal = await visibleRenewal(deps.context.db, principal, params.renewalId);
    const links = await linksOf(deps.context.db, renewal._id);
    return { items: links.map((link) => linkItem(link, now)) };
  }),

  bind(contracts.revokeLink, async (call) => {
    const { deps, principal, params, now } = call;
    const { db } = deps.context;
    const renewal = await visibleRenewal(db, principal, params.renewalId, 'answer Renewal');
    const revoked = await revokeLinks(db, { _id: params.linkId, renewalId: renewal._id }, doerOf(call), now);
    if (!revoked) {
      throw PerennialError.of('resource.not_found', { kind: '@kind.secret_link', id: excerpt(params.linkId) });
    }
  }),
];

function linkItem(link: LinkDoc, now: Instant) {
  return {
    id: link._id,
    purpose: link.purpose,
    personId: link.personId,
    contactId: link.contactId,
    approvalId: link.approvalId,
    revision: link.revision,
    createdAt: link.createdAt,
    createdBy: link.createdBy,
    expiresAt: link.expiresAt,
    state: stateOf(link, now),
    used: link.used,
  };
}

function stateOf({ revokedAt, expiresAt, used }: LinkDoc, now: Instant) {
  if (revokedAt !== null) return 'revoked' as const;
  if (expiresAt !== null && expiresAt <= now) return 'expired' as const;
  return used === null ? ('valid' as const) : ('used' as const);
}
