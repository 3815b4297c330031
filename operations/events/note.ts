import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import { audited } from '../accounts/doer.ts';
import type { Doer } from '../accounts/doer.ts';
import { recordAudit } from '../audit/append.ts';
import type { AuditName } from '../audit/names.ts';

/** Notes who has changed a source, a channel, or the fate of what goes through them; before it is done, so that nothing is done unnoted. */
export async function noteChange(
  db: Database,
  doer: Doer,
  name: AuditName,
  kind: 'source' | 'event' | 'channel' | 'delivery',
  id: string,
  now: Instant,
): Promise<void> {
  await recordAudit(db, audited(doer, name, { target: { kind, id } }, now));
}
