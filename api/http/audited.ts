import { OFFICE_ROLES } from '../../domain/access/index.ts';
import type { AuditName } from '../../operations/audit/names.ts';
import { recordAudit } from '../../operations/audit/append.ts';
import { audited } from '../../operations/accounts/doer.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import type { Call } from '../call.ts';
import type { RouteContract } from '../contract.ts';

/** What everybody on the team looks up is no privilege. */
const COMMON = /^\w+ (Playbook|Calendar|Person|Token)$/;

/**
 * Does a request, and notes it in the audit log where it is an export, or a read by somebody who has the right to it
 * from an office and not from looking after clients. Noted before it is done: what cannot be noted is not shown.
 */
export async function noted<T>(
  contract: RouteContract,
  call: Call<RouteContract>,
  principal: Principal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const name = principal === undefined ? undefined : nameOf(contract, principal);
  if (name === undefined || principal === undefined) return work();
  const doer = { personId: principal.person.id, address: call.address };
  const asked = call.query as Readonly<Record<string, unknown>>;
  const detail = {
    operation: contract.id,
    by: principal.by.id,
    ids: { ...(call.params as Readonly<Record<string, unknown>>) },
    // Which filters, not their values: people search by names.
    filters: Object.keys(asked).toSorted(),
  };
  await recordAudit(call.deps.context.db, audited(doer, name, { detail }, call.now));
  return work();
}

function nameOf({ access, method }: RouteContract, { roles }: Principal): AuditName | undefined {
  if (access === 'public' || access === 'signed in' || COMMON.test(access)) return undefined;
  if (access.endsWith(' Export')) return 'exported';
  const office: readonly string[] = OFFICE_ROLES;
  const privileged = roles.some((role) => office.includes(role));
  return method === 'GET' && privileged ? 'read' : undefined;
}
