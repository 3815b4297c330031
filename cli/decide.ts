import { PerennialError } from '../domain/errors/index.ts';
import { parseApprovalId } from '../domain/renewal/quote.ts';
import { act } from './act.ts';
import type { Acting } from './act.ts';
import type { CommandSpec } from './command-spec.ts';
import type { Approval } from './seen.ts';

/** `approve` and `reject` differ in one word. */
export function decisionCommand(decision: 'approve' | 'reject'): CommandSpec {
  return {
    path: decision,
    where: 'both',
    args: [{ name: 'approval' }],
    options: [{ flags: '--comment <text>', required: decision === 'reject' }, { flags: '--rule <id>' }],
    async run(run, input) {
      const byId = parseApprovalId(input.arg(0));
      await act(run, byId?.renewalId ?? input.arg(0), async (acting) => {
        const { reach, renewal, params, key } = acting;
        const { items } = await reach.call(reach.routes.renewalApprovals, { params });
        const waiting = items.filter(({ status }) => status === 'waiting');
        const rule = byId?.rule ?? input.text('rule') ?? (await onlyRule(acting, waiting));
        const asked = waiting.find((approval) => approval.rule === rule);
        const revision = byId?.revision ?? asked?.quote.revision ?? renewal.quote?.revision ?? 1;
        const body = { revision, decision, comment: input.text('comment') ?? '' };
        const route = reach.routes.decideApproval;
        const answer = await reach.call(route, { params: { ...params, rule }, body }, key);
        const text = run.t(decision === 'approve' ? 'cli:did.approve' : 'cli:did.reject', {
          rule,
          contract: renewal.contractNumber,
        });
        if (decision === 'reject') return { answer, text, data: { rule, decision } };
        const { quoteWaits } = await import('./render/waiting.ts');
        const { follows, data } = await quoteWaits(run, reach, renewal.id);
        return { answer, text, follows, data: { rule, decision, ...data } };
      });
    },
  };
}

/**
 * The rule that is meant where none was named: the one this person is asked for, else the only one that
 * waits. The core then tells a person who may not decide why.
 */
async function onlyRule({ reach, renewal }: Acting, waiting: readonly Approval[]): Promise<string> {
  const query = { for: 'me', renewalId: renewal.id } as const;
  const { items: mine } = await reach.call(reach.routes.listApprovals, { query });
  const candidates = mine.length > 0 ? mine : waiting;
  const [first, ...others] = candidates;
  const id = renewal.contractNumber;
  if (first === undefined) throw PerennialError.of('cli.nothing_to_decide', { id });
  if (others.length === 0) return first.rule;
  const rules = candidates.map((approval) => approval.rule).join(', ');
  throw PerennialError.of('cli.several_to_decide', { id, rules });
}
