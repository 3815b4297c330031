import { stillToAsk } from '../../domain/renewal/approval.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { Done } from '../act.ts';
import { namesFrom } from '../names.ts';
import type { Run } from '../run.ts';
import { asked } from './renewal-money.ts';

/** Whom the current quote waits for now, for people and for scripts. */
export async function quoteWaits(
  run: Run,
  { db }: Pick<OperationsContext, 'db'>,
  renewalId: string,
): Promise<Required<Pick<Done, 'follows' | 'data'>>> {
  const { listPeople } = await import('../../operations/store/queries.ts');
  const [approvals, renewal, people] = await Promise.all([
    db.approvals.find({ renewalId, status: 'waiting' }).sort({ askedAt: 1, _id: 1 }).lean<ApprovalDoc[]>(),
    db.renewals.findOne({ _id: renewalId }).lean<RenewalDoc>(),
    listPeople(db),
  ]);
  const teller = run.teller(namesFrom(run, { people }));
  const left = approvals.map((approval) => ({ ...approval, asked: stillAsked(approval) }));
  const approved = left.length === 0 && renewal?.state.quote?.approvedAt != null;
  return {
    follows: [
      ...left.map((approval) => run.t('cli:waits.for', { rule: approval.rule, asked: asked(run, approval, teller) })),
      ...(approved ? [run.t('cli:waits.client')] : []),
    ],
    data: {
      waitsFor: left.map(({ rule, mode, asked: roles, dueAt }) => ({ rule, mode, asked: roles, dueAt })),
    },
  };
}

/** Where all roles must agree, those whose vote is there are asked no more. */
export function stillAsked(approval: Pick<ApprovalDoc, 'mode' | 'asked' | 'decisions'>) {
  return approval.mode === 'any of' ? approval.asked : stillToAsk(approval);
}
