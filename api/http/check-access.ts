import type { Permission } from '../../domain/access/index.ts';
import { rightsOf } from '../../domain/access/index.ts';
import type { AccessRole } from '../../domain/access/index.ts';
import { PerennialError } from '../../domain/errors/index.ts';
import { ROLES } from '../../domain/people/types.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import type { Scope } from '../../schemas/account.ts';
import type { RouteContract } from '../contract.ts';

const READS = new Set(['GET', 'HEAD']);

/**
 * Whether somebody may call a route at all; which records they see is for the handler's query. Throws
 * `access.unauthenticated`, `access.forbidden` (which names the roles that may), `access.scope` and `access.session_only`.
 */
export function checkAccess(
  {
    access,
    method,
    scope,
    sessionOnly,
  }: Pick<RouteContract, 'access' | 'method'> & { readonly scope?: Scope; readonly sessionOnly?: boolean },
  principal: Principal | undefined,
): void {
  if (access === 'public') return;
  if (principal === undefined) throw PerennialError.of('access.unauthenticated');
  const { scopes } = principal;
  if (sessionOnly === true && principal.by.kind !== 'session') throw PerennialError.of('access.session_only');
  if (scopes !== null) {
    const wanted = scope ?? (READS.has(method) ? 'read' : 'write');
    // Whoever may write may read; a token for events can do nothing else.
    const enough = scopes.includes(wanted) || (wanted === 'read' && scopes.includes('write'));
    if (!enough) throw PerennialError.of('access.scope', { scopes: scopes.map((s) => `@scope.${s}`).join(', ') });
  }
  if (access !== 'signed in' && !principal.rights.may(access)) throw forbidden(access, principal.roles);
}

/** The refusal of a right, with the roles that have it. */
export function forbidden(permission: Permission, roles: readonly AccessRole[]): PerennialError {
  const named = (list: readonly string[]) => list.map((role) => `@role.${role}`).join(', ');
  return PerennialError.of('access.forbidden', { roles: named(roles) || '–', who: named(rolesWith(permission)) });
}

function rolesWith(permission: Permission): readonly AccessRole[] {
  const all: readonly AccessRole[] = [...ROLES, 'auditor', 'admin'];
  return all.filter((role) => rightsOf({ personId: '', roles: [role], owners: [''] }).may(permission));
}
