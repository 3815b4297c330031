import { PerennialError } from '../../domain/errors/index.ts';
import { stillToAsk } from '../../domain/renewal/approval.ts';
import { parseApprovalId } from '../../domain/renewal/quote.ts';
import type { OutreachStep, Playbook, Stage } from '../../domain/playbook/types.ts';
import type { Teller } from '../../i18n/story.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { SendDoc } from '../../schemas/send.ts';
import type { Done } from '../act.ts';
import { namesFrom } from '../names.ts';
import type { Run } from '../run.ts';
import { asked } from './renewal-money.ts';

/** Whom the current quote waits for now, for people and for scripts; once it is approved, how it gets to the client. */
export async function quoteWaits(
  run: Run,
  { db }: Pick<OperationsContext, 'db'>,
  renewalId: string,
): Promise<Required<Pick<Done, 'follows' | 'data'>>> {
  const { listPeople } = await import('../../operations/store/queries.ts');
  const [approvals, renewal, people] = await Promise.all([
    db.approvals.find({ renewalId }).sort({ askedAt: 1, _id: 1 }).lean<ApprovalDoc[]>(),
    db.renewals.findOne({ _id: renewalId }).lean<RenewalDoc>(),
    listPeople(db),
  ]);
  const teller = run.teller(namesFrom(run, { people, rows: renewal?.view.rows ?? [] }));
  const waiting = approvals.filter(({ status }) => status === 'waiting');
  const left = waiting.map((approval) => ({ ...approval, asked: stillAsked(approval) }));
  const quote = renewal?.state.quote;
  const follows = left.map((approval) =>
    run.t('cli:waits.for', { rule: approval.rule, asked: asked(run, approval, teller) }),
  );
  if (renewal !== null && quote?.approvedAt != null && left.length === 0) {
    const needed = approvals.some(({ _id }) => parseApprovalId(_id)?.revision === quote.revision);
    follows.push(run.t(needed ? 'cli:waits.approved' : 'cli:waits.none_needed'));
    const { pinnedPlaybook } = await import('../../operations/renewal-page.ts');
    const mail = quoteMailOf(await pinnedPlaybook(db, renewal));
    if (mail !== null) {
      const sends = await db.sends.find({ renewalId, template: mail.step.template }).lean<SendDoc[]>();
      follows.push(...mailLines(run, teller, renewal, mail.stage, sends));
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
export function replaced(run: Run, { state }: Pick<RenewalDoc, 'state'>): readonly string[] {
  const { quote } = state;
  const over = quote === null || [quote.rejectedAt, quote.declinedAt, quote.expiredAt].some((at) => at !== null);
  if (over) return [];
  const rules = state.open.approvals.flatMap((id) => parseApprovalId(id)?.rule ?? []);
  return [
    run.t('cli:waits.replaces', { number: quote.number, revision: quote.revision }),
    ...(rules.length === 0 ? [] : [run.t('cli:waits.withdrawn', { rules: rules.join(run.t('cli:list.comma')) })]),
  ];
}

const QUOTE_TEMPLATE = 'quote-sent';

/** The mail of the playbook that brings a quote to the client, and the stage it belongs to. */
function quoteMailOf(playbook: Playbook | null): { readonly stage: Stage; readonly step: OutreachStep } | null {
  for (const stage of playbook?.stages ?? []) {
    for (const step of stage.steps) {
      if (step.kind === 'outreach' && step.template === QUOTE_TEMPLATE) return { stage, step };
    }
  }
  return null;
}

/** What is true of the mail with the approved quote; nothing where nobody can say. */
export function mailLines(
  run: Run,
  teller: Teller,
  { state, view }: Pick<RenewalDoc, 'state' | 'view'>,
  { id }: Pick<Stage, 'id'>,
  sends: readonly Pick<SendDoc, 'state' | 'plannedAt'>[],
): readonly string[] {
  const row = view.rows.find(({ stage }) => stage === id);
  const issuedAt = state.quote?.issuedAt;
  if (row === undefined || issuedAt === undefined) return [];
  const stage = teller.stage(id);
  const own = sends.filter(({ plannedAt }) => plannedAt >= issuedAt);
  if (own.some((send) => send.state === 'sent')) return [run.t('cli:waits.mail_sent')];
  if (own.some((send) => ON_ITS_WAY.includes(send.state))) return [run.t('cli:waits.mail_planned')];
  if (view.holdsOutreach || view.paused) return [run.t('cli:waits.mail_held')];
  if (row.status === 'not started') return [run.t('cli:waits.mail_later', { stage })];
  const over = row.status === 'done' || row.status === 'skipped' || own.length > 0 || sends.length > 0;
  return [run.t(over ? 'cli:waits.mail_none' : 'cli:waits.mail_next', { stage })];
}

const ON_ITS_WAY: readonly SendDoc['state'][] = ['planned', 'claimed', 'transmitting', 'deferred'];

/** A refusal because a quote cannot be answered yet, with the names of those who must approve it first. */
export async function refusedWaiting(
  run: Run,
  context: Pick<OperationsContext, 'db'>,
  renewalId: string,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof PerennialError) || error.problems[0]?.code !== 'quote.not_open') return error;
  const { follows, data } = await quoteWaits(run, context, renewalId);
  if (!Array.isArray(data['waitsFor']) || data['waitsFor'].length === 0) return error;
  return PerennialError.of('cli.quote_waits', { waits: follows.join(run.t('cli:list.semicolon')) });
}

/** Where all roles must agree, those whose vote is there are asked no more. */
export function stillAsked(approval: Pick<ApprovalDoc, 'mode' | 'asked' | 'decisions'>) {
  return approval.mode === 'any of' ? approval.asked : stillToAsk(approval);
}
