import type { Instant } from '../../domain/time/types.ts';
import type { AuditEvent } from '../audit/append.ts';
import type { AuditName } from '../audit/names.ts';

/** Who does something, and from which address: for the audit log. */
export interface Doer {
  readonly personId: string;
  readonly address: string;
}

/** A line for the audit log about what somebody did. */
export function audited(
  { personId, address }: Doer,
  name: AuditName,
  about: Pick<AuditEvent, 'target' | 'detail'>,
  at: Instant,
): AuditEvent {
  return { at, name, actor: { kind: 'person', id: personId }, ...about, personal: { address } };
}
