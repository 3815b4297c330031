import type { Teller } from '../../i18n/story.ts';
import type { Run } from '../run.ts';
import type { Approval, RenewalPage } from '../seen.ts';
import { section } from './fields.ts';

/** Quote, review and approval, payment. */
export function moneySections(run: Run, page: RenewalPage, teller: Teller): readonly string[] {
  return [quote(run, page, teller), approvals(run, page, teller), payment(run, page)];
}

function quote(run: Run, page: RenewalPage, teller: Teller): string {
  const { t, style, formats } = run;
  const { quote: offer } = page.renewal;
  if (offer === null) return '';
  const at = (key: 'expired' | 'rejected' | 'declined' | 'accepted' | 'approved', when: string | null) =>
    when === null ? undefined : t.code('cli', `quote.${key}`);
  const bad = at('declined', offer.declinedAt) ?? at('rejected', offer.rejectedAt) ?? at('expired', offer.expiredAt);
  const good = at('accepted', offer.acceptedAt) ?? at('approved', offer.approvedAt);
  const state =
    good !== undefined && offer.acceptedAt !== null
      ? style.good(good)
      : bad !== undefined
        ? style.bad(bad)
        : good !== undefined
          ? style.good(good)
          : style.warn(t('cli:quote.waiting'));
  return section(run, t('cli:show.quote'), [
    `${style.accent(offer.number)}  ${style.bold(formats.money(offer.amount))}  ${t('cli:show.discount', {
      discount: formats.percent(offer.discountBasisPoints),
      list: formats.money(offer.listAmount),
    })}  ${state}`,
    style.dim(
      t('cli:show.issued', {
        by: teller.person(offer.issuedBy),
        date: formats.date(formats.day(offer.issuedAt)),
        until: formats.date(offer.validUntil),
      }),
    ),
  ]);
}

function approvals(run: Run, page: RenewalPage, teller: Teller): string {
  const { t, style, formats } = run;
  const revision = page.renewal.quote?.revision;
  const current = page.approvals.filter((approval) => approval.quote.revision === revision);
  const lines = current.flatMap((approval) => [
    `${approvalState(run, approval)}  ${style.bold(approval.rule)}  ${asked(run, approval, teller)}`,
    ...approval.decisions.map((vote) =>
      style.dim(
        `  ${formats.stamp(vote.at)} ${teller.person(vote.by)}${t('cli:colon')}${teller.word('decision', vote.decision)}${vote.note === '' ? '' : ` — ${vote.note}`}`,
      ),
    ),
  ]);
  return section(run, t('cli:show.approvals'), lines);
}

function approvalState(run: Run, approval: Approval): string {
  const { style, t } = run;
  const word = t.code('words', approval.status === 'waiting' ? 'state.asked' : `state.${approval.status}`);
  switch (approval.status) {
    case 'approved':
      return style.good(`✓ ${word}`);
    case 'rejected':
      return style.bad(`✗ ${word}`);
    case 'waiting':
      return style.warn(`◔ ${word}`);
    case 'superseded':
      return style.dim(`◌ ${word}`);
    default: {
      const never: never = approval.status;
      throw new Error(`unknown status ${String(never)}`);
    }
  }
}

type Asked = readonly { readonly role: string; readonly people: readonly string[] }[];

export function asked(
  run: Run,
  approval: Pick<Approval, 'dueAt' | 'mode' | 'status'> & { readonly asked: Asked },
  teller: Teller,
): string {
  const roles = approval.asked.map(({ role, people }) => {
    const names = people.map((id) => teller.person(id)).join(run.t('cli:list.comma'));
    return run.options.locale === 'zh-CN' ? `${teller.role(role)}（${names}）` : `${teller.role(role)} (${names})`;
  });
  const due =
    approval.status === 'waiting'
      ? run.style.dim(`  ${run.t('cli:show.due', { date: run.formats.stamp(approval.dueAt) })}`)
      : '';
  return roles.join(run.t(approval.mode === 'any of' ? 'cli:list.or' : 'cli:list.and')) + due;
}

function payment(run: Run, page: RenewalPage): string {
  const { t, style, formats } = run;
  const { invoice, paidMinor } = page.renewal;
  if (invoice === null && paidMinor === 0) return '';
  const lines: string[] = [];
  if (invoice !== null) {
    const paid = paidMinor >= invoice.amount.minor;
    const away = paid ? '' : style.dim(` (${formats.away(invoice.dueDate, run.today)})`);
    lines.push(
      t('cli:show.invoice', {
        number: invoice.number,
        amount: formats.money(invoice.amount),
        date: formats.date(invoice.dueDate),
      }) + away,
    );
  }
  const currency = invoice?.amount.currency ?? page.renewal.amount.currency;
  const due = invoice?.amount.minor ?? page.renewal.quote?.amount.minor ?? page.renewal.amount.minor;
  const received = t('cli:show.received', { amount: formats.money({ minor: paidMinor, currency }) });
  lines.push(paidMinor >= due ? style.good(`✓ ${received}`) : received);
  return section(run, t('cli:show.payment'), lines);
}
