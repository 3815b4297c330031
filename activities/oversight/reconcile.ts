import { Context } from '@temporalio/activity';
import { addMs, MS_PER_MINUTE } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { ReconcileReport } from '../../workflows/oversight/messages.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import type { ActivityDeps } from '../deps.ts';

const LATE = 15 * MS_PER_MINUTE;
const LISTED = 200;
const HEARTBEAT_EVERY = 200;

export const RECONCILE_SETTING = 'oversight.reconcile';

type Contract = Pick<ContractDoc, '_id' | 'term'>;
type Known = Pick<RenewalDoc, 'phase' | 'wakeAt'>;

/**
 * Compares every contract's term with its workflow. A term without a renewal gets one; one whose read model
 * is missing, late or says "closed" while it runs is told to look again and so writes it anew; one that
 * somebody stopped on the server is only reported, because starting it again could do things twice.
 */
export function createCompare(deps: ActivityDeps) {
  const { db } = deps;
  return async ({ now }: { readonly now: Instant }): Promise<ReconcileReport> => {
    const running = new Set<string>();
    for await (const id of deps.runningRenewals()) {
      running.add(id);
      if (running.size % HEARTBEAT_EVERY === 0) Context.current().heartbeat(running.size);
    }
    const started: string[] = [];
    const repaired: string[] = [];
    const reported: string[] = [];
    let compared = 0;
    const contracts = db.contracts.find({}, { _id: 1, term: 1 }).lean<Contract[]>().cursor();
    for await (const contract of contracts) {
      compared += 1;
      if (compared % HEARTBEAT_EVERY === 0) Context.current().heartbeat(compared);
      const id = renewalId(contract._id, contract.term);
      const known = await db.renewals.findOne({ _id: id }, { phase: 1, wakeAt: 1 }).lean<Known>();
      if (running.has(id)) {
        if (differs(known, now) && (await lookAgain(deps, id, now))) repaired.push(id);
      } else if (known === null && (await deps.ensureRenewal(contract._id, contract.term))) {
        started.push(id);
      } else if (known?.phase !== 'closed' && !(await lookAgain(deps, id, now))) {
        // The list of running workflows lags behind by a second or so: one that takes a message is alive. One that has
        // run and is gone is not begun anew, also when the server has forgotten it: it would start from nothing.
        reported.push(id);
      }
    }
    const dispatched = await deps.sweepSends(now);
    const report = {
      at: now,
      compared,
      started: started.slice(0, LISTED),
      repaired: repaired.slice(0, LISTED),
      dispatched,
      reported: reported.slice(0, LISTED),
    };
    await db.settings.updateOne({ _id: RECONCILE_SETTING }, { $set: { value: report } }, { upsert: true });
    return report;
  };
}

function differs(known: Known | null, now: Instant): boolean {
  return known === null || known.phase === 'closed' || (known.wakeAt !== null && known.wakeAt < addMs(now, -LATE));
}

/** False where the workflow has ended. */
function lookAgain(deps: ActivityDeps, id: string, now: Instant): Promise<boolean> {
  return deps.signalRenewal(id, {
    id: `reconcile/${id}/${now}`,
    at: now,
    by: { kind: 'system', id: 'reconciler' },
    kind: 'world changed',
    what: 'reconciler',
  });
}
