import { trusted } from 'mongoose';
import type { Instant } from '../../domain/time/types.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { Person } from '../../domain/people/types.ts';
import { appendAudit } from '../audit/append.ts';
import { audited } from '../accounts/doer.ts';
import type { OperationsContext } from '../context.ts';
import { planTeamNote, sendTeamNote } from './team-note.ts';

export interface Question {
  /** The same id is the same question. */
  readonly id: string;
  readonly text: string;
}

/**
 * An approver asks whoever wants the approval. The question stands with the request and goes out as a mail; the request
 * goes on waiting, and its time runs. Asked twice it is asked once.
 */
export async function askRequester(
  context: OperationsContext,
  approval: ApprovalDoc,
  asker: Person,
  { id, text }: Question,
  address: string,
  now: Instant,
): Promise<void> {
  const { db } = context;
  const { _id, renewalId, contractId, clientId, requestedBy, quote } = approval;
  const mailId = `${_id}/question/${id}/mail/${requestedBy}`;
  await db.transaction(async (session) => {
    const asked = { id, at: now, by: asker.id, text };
    const { modifiedCount } = await db.approvals.updateOne(
      { _id, 'questions.id': trusted({ $ne: id }) },
      { $push: { questions: asked } },
      { session },
    );
    if (modifiedCount === 0) return;
    const values = {
      message: { from: asker.name, email: asker.email, text },
      quote: { number: quote.number, amount: quote.amount, discountPercent: quote.discountBasisPoints / 100 },
      approvalId: _id,
    };
    const template = 'internal-approval-question';
    const note = { id: mailId, renewalId, contractId, clientId, personId: requestedBy, template, context: values };
    await planTeamNote(db, session, note, now);
    const doer = { personId: asker.id, address };
    await appendAudit(db, session, [
      audited(doer, 'approval question asked', { detail: { approval: _id, question: id } }, now),
    ]);
  });
  await sendTeamNote(context, mailId);
}
