import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Permission, Rights } from '../../domain/access/index.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { Database } from '../../schemas/connection.ts';
import { forbidden } from '../http/check-access.ts';
import type { Principal } from '../../operations/accounts/principal.ts';

/**
 * The renewal that a path names. One that the caller may not see is one that is not there: the answer is the same.
 * One that may be seen and not done to is refused, with the roles that may. Throws `resource.not_found`,
 * `access.forbidden`.
 */
export async function visibleRenewal(
  db: Pick<Database, 'renewals'>,
  { rights, roles }: Pick<Principal, 'rights' | 'roles'>,
  id: string,
  permission: Permission = 'read Renewal',
): Promise<RenewalDoc> {
  const renewal = await db.renewals.findOne({ _id: id }).lean<RenewalDoc>();
  if (renewal === null || !sees(rights, renewal)) {
    throw PerennialError.of('resource.not_found', { kind: '@kind.renewal', id: excerpt(id) });
  }
  if (!rights.mayWith(permission, { ownerId: renewal.ownerId })) throw forbidden(permission, roles);
  return renewal;
}

function sees(rights: Rights, { ownerId }: RenewalDoc): boolean {
  return rights.mayWith('read Renewal', { ownerId });
}
