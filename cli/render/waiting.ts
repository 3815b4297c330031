import { PerennialError } from '../../domain/errors/index.ts';
import { stillToAsk } from '../../domain/renewal/approval.ts';
import { parseApprovalId } from '../../domain/renewal/quote.ts';
import type { Teller } from '../../i18n/story.ts';
import type { Done } from '../act.ts';
import { namesFrom } from '../names.ts';
import type { Reach } from '../reach/reach.ts';
import type { Run } from '../run.ts';
import type { Approval, Renewal, Send, Words } from '../seen.ts';
import { asked } from './renewal-money.ts';

/** Whom the current quote waits for now, for people and for scripts; once it is approved, how it gets to the client. */
export async function quoteWaits(
  run: Run,
  reach: Reach,
  renewalId: string,
): Promise<Required<Pick<Done, 'follows' | 'data'>>> {
  const { routes } = reach;
  const params = { renewalId };
  const [{ items: approvals }, renewal, people] = await Promise.all([
    reach.call(routes.renewalApprovals, { params }),
    reach.call(routes.getRenewal, { params }),
    reach.people(),
  ]);
  const teller = run.teller(namesFrom(run, { people, rows: renewal.rows }));
  const waiting = approvals.filter(({ status }) => status === 'waiting');
  const left = waiting.map((approval) => ({ ...approval, asked: stillAsked(approval) }));
  const { quote } = renewal;
  const follows = left.map((approval) =>
    run.t('cli:waits.for', { rule: approval.rule, asked: asked(run, approval, teller) }),
  );
  if (quote !== null && quote.approvedAt !== null && left.length === 0) {
    const needed = approvals.some(({ id }) => parseApprovalId(id)?.revision === quote.revision);
    follows.push(run.t(needed ? 'cli:waits.approved' : 'cli:waits.none_needed'));
    const stage = quoteMailOf(await reach.call(routes.renewalWords, { params }));
    if (stage !== null) {
      const { items } = await reach.call(routes.renewalSends, { params, query: { audience: 'client', limit: 200 } });
      const sends = items.filter(({ template }) => template === QUOTE_TEMPLATE);
      follows.push(...mailLines(run, teller, renewal, stage, sends));
    }
  }
  return {
    follows,
    data: {
      waitsFor: left.map(({ rule, mode, asked: roles, dueAt }) => ({ rule, mode, asked: roles, dueAt })),
    },
  };
}

/** Which quote a new one takes the place of, and whose vote on it is no longer asked for. */
export function replaced(
  run: Run,
  { quote }: Pick<Renewal, 'quote'>,
  waiting: readonly Pick<Approval, 'rule'>[],
): readonly string[] {
  const over = quote === null || [quote.rejectedAt, quote.declinedAt, quote.expiredAt].some((at) => at !== null);
  if (over) return [];
  const rules = waiting.map(({ rule }) => rule);
  return [
    run.t('cli:waits.replaces', { number: quote.number, revision: quote.revision }),
    ...(rules.length === 0 ? [] : [run.t('cli:waits.withdrawn', { rules: rules.join(run.t('cli:list.comma')) })]),
  ];
}

const QUOTE_TEMPLATE = 'quote-sent';

/** The stage of the playbook whose mail brings a quote to the client. */
function quoteMailOf({ playbook }: Words): { readonly id: string } | null {
  const brings = (step: { readonly kind: string; readonly template: string | null }) =>
    step.kind === 'outreach' && step.template === QUOTE_TEMPLATE;
  return playbook?.stages.find(({ steps }) => steps.some(brings)) ?? null;
}

/** What is true of the mail with the approved quote; nothing where nobody can say. */
export function mailLines(
  run: Run,
  teller: Teller,
  renewal: Pick<Renewal, 'rows' | 'quote' | 'holdsOutreach' | 'paused'>,
  { id }: { readonly id: string },
  sends: readonly Pick<Send, 'state' | 'plannedAt'>[],
): readonly string[] {
  const row = renewal.rows.find(({ stage }) => stage === id);
  const issuedAt = renewal.quote?.issuedAt;
  if (row === undefined || issuedAt === undefined) return [];
  const stage = teller.stage(id);
  const own = sends.filter(({ plannedAt }) => plannedAt >= issuedAt);
  if (own.some((send) => send.state === 'sent')) return [run.t('cli:waits.mail_sent')];
  if (own.some((send) => ON_ITS_WAY.includes(send.state))) return [run.t('cli:waits.mail_planned')];
  if (renewal.holdsOutreach || renewal.paused) return [run.t('cli:waits.mail_held')];
  if (row.status === 'not started') return [run.t('cli:waits.mail_later', { stage })];
  const over = row.status === 'done' || row.status === 'skipped' || own.length > 0 || sends.length > 0;
  return [run.t(over ? 'cli:waits.mail_none' : 'cli:waits.mail_next', { stage })];
}

const ON_ITS_WAY: readonly Send['state'][] = ['planned', 'claimed', 'transmitting', 'deferred'];

/** A refusal because a quote cannot be answered yet, with the names of those who must approve it first. */
export async function refusedWaiting(run: Run, reach: Reach, renewalId: string, error: unknown): Promise<unknown> {
  if (!(error instanceof PerennialError) || error.problems[0]?.code !== 'quote.not_open') return error;
  const { follows, data } = await quoteWaits(run, reach, renewalId);
  if (!Array.isArray(data['waitsFor']) || data['waitsFor'].length === 0) return error;
  return PerennialError.of('cli.quote_waits', { waits: follows.join(run.t('cli:list.semicolon')) });
}

/** Where all roles must agree, those whose vote is there are asked no more. */
export function stillAsked({ mode, asked: roles, decisions }: Pick<Approval, 'mode' | 'asked' | 'decisions'>) {
  if (mode === 'any of') return roles;
  return stillToAsk({ asked: roles, decisions: decisions.map(voteOf) });
}

type Question = Parameters<typeof stillToAsk>[0];

/** Whose vote it is stands there only where a substitute gave it. */
function voteOf({ for: whose, ...vote }: Approval['decisions'][number]): Question['decisions'][number] {
  return whose === null ? vote : { ...vote, for: whose };
}
