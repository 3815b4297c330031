import { PerennialError } from '../domain/errors/index.ts';
import { parseApprovalId } from '../domain/renewal/quote.ts';
import { act } from './act.ts';
import type { CommandSpec } from './command-spec.ts';
import type { ApprovalDoc } from '../schemas/approval.ts';

/** `approve` and `reject` differ in one word. */
export function decisionCommand(decision: 'approve' | 'reject'): CommandSpec {
  return {
    path: decision,
    args: [{ name: 'approval' }],
    options: [{ flags: '--comment <text>', required: decision === 'reject' }, { flags: '--rule <id>' }],
    async run(run, input) {
      const byId = parseApprovalId(input.arg(0));
      await act(run, byId?.renewalId ?? input.arg(0), async ({ context, renewal, person, stamp }) => {
        const { decideApproval } = await import('../operations/commands.ts');
        const waiting = await context.db.approvals
          .find({ renewalId: renewal._id, status: 'waiting' })
          .sort({ askedAt: 1 })
          .lean<ApprovalDoc[]>();
        const rule = byId?.rule ?? input.text('rule') ?? onlyRule(waiting, person.id, renewal.contractNumber);
        const asked = waiting.find((approval) => approval.rule === rule);
        const revision =
          byId?.revision ?? parseApprovalId(asked?._id ?? '')?.revision ?? renewal.state.quote?.revision ?? 1;
        const body = { rule, revision, decision, comment: input.text('comment') ?? '' };
        const answer = await decideApproval(context, renewal._id, body, stamp);
        const text = run.t(decision === 'approve' ? 'cli:did.approve' : 'cli:did.reject', {
          rule,
          contract: renewal.contractNumber,
        });
        if (decision === 'reject') return { answer, text, data: { rule, decision } };
        const { quoteWaits } = await import('./render/waiting.ts');
        const { follows, data } = await quoteWaits(run, context, renewal._id);
        return { answer, text, follows, data: { rule, decision, ...data } };
      });
    },
  };
}

/**
 * The rule that is meant where none was named: the one this person is asked for, else the only one that
 * waits. The core then tells a person who may not decide why.
 */
function onlyRule(waiting: readonly ApprovalDoc[], personId: string, contract: string): string {
  const mine = waiting.filter((approval) => approval.people.includes(personId));
  const candidates = mine.length > 0 ? mine : waiting;
  const [first, ...others] = candidates;
  if (first === undefined) throw PerennialError.of('cli.nothing_to_decide', { id: contract });
  if (others.length === 0) return first.rule;
  const rules = candidates.map((approval) => approval.rule).join(', ');
  throw PerennialError.of('cli.several_to_decide', { id: contract, rules });
}
