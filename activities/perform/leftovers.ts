import { trusted } from 'mongoose';
import type { ClientSession } from 'mongoose';
import type { Database } from '../../schemas/connection.ts';
import type { PerformInput } from './input.ts';

/**
 * Takes back what a lost decision left in the books. A worker can die after its transaction and before its
 * workflow task is recorded; the decision is then taken anew, perhaps another one, and what only the lost one
 * opened is known to nobody. Escalations and the work of save plans have their own ends and are left alone.
 */
export async function closeLeftovers(
  db: Pick<Database, 'tasks' | 'approvals'>,
  session: ClientSession,
  input: PerformInput,
): Promise<void> {
  const { tasks, approvals } = input.decision.state.open;
  const { renewalId, now } = input;
  const closed = { closedAt: now, closedBy: 'engine' };
  await db.tasks.updateMany(
    {
      renewalId,
      state: 'open',
      kind: trusted({ $nin: ['escalation', 'save action'] }),
      _id: trusted({ $nin: [...tasks] }),
    },
    { $set: { ...closed, state: 'superseded' } },
    { session },
  );
  await db.approvals.updateMany(
    { renewalId, status: 'waiting', _id: trusted({ $nin: [...approvals] }) },
    { $set: { ...closed, status: 'superseded' } },
    { session },
  );
}
