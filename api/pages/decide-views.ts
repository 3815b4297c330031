import type { FastifyReply } from 'fastify';
import type { PerennialError } from '../../domain/errors/index.ts';
import { formats } from '../../i18n/format.ts';
import type { Formats } from '../../i18n/format.ts';
import { translator } from '../../i18n/index.ts';
import type { Translator } from '../../i18n/index.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import type { ApprovalPage } from '../../operations/links/approval-page.ts';
import type { ReadLink } from '../../operations/links/links.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import { errorOf, statusOf } from '../problem.ts';
import { facts, field, hidden, note, sendPage } from './layout.ts';
import { html } from './markup.ts';
import type { Content } from './markup.ts';
import { problemNote } from './scope.ts';
import type { Visit } from './scope.ts';
import { signInForms, signOutForm } from './session.ts';

/** What the page of a request is made from. */
export interface RequestParts {
  readonly principal: Principal;
  readonly page: ApprovalPage;
  /** The value that makes its form count. */
  readonly form: string;
  /** Whether the reader is among those asked. */
  readonly may: boolean;
  readonly problem?: PerennialError;
  /** Words that were typed already. */
  readonly given?: string;
}

interface Reader {
  readonly t: Translator;
  readonly f: Formats;
}

/** Nothing of the request is shown to somebody who is not signed in: mails are forwarded, and machines read along. */
export function signInFirst(visit: Visit, problem?: PerennialError): FastifyReply {
  const { reply, locale, request } = visit;
  const t = translator(locale);
  const { token } = request.params as { readonly token: string };
  return sendPage(reply, {
    locale,
    title: t('pages:decide.title'),
    status: problem === undefined ? 200 : 401,
    body: html`<p>${t('pages:decide.sign_in')}</p>
      ${signInForms(visit, { to: `/decide/${token}` })}`,
  });
}

export function foreignPage(visit: Visit, problem: PerennialError): FastifyReply {
  const { reply, locale, principal } = visit;
  return sendPage(reply, {
    locale,
    title: translator(locale)('pages:decide.title'),
    status: 403,
    ...(principal && { reader: principal.person.name }),
    body: html`${problemNote(problem, locale)} ${signOutForm(locale)}`,
  });
}

/** An expired or withdrawn link, with a button for a new one where something still waits for the reader. */
export function endedPage(visit: Visit, { end }: ReadLink, waits: boolean): FastifyReply {
  const { reply, locale, request, principal } = visit;
  const t = translator(locale);
  const { what, fix } = errorOf(
    { code: end === 'revoked' ? 'link.revoked' : 'link.expired', params: {}, severity: 'error' },
    locale,
  );
  const { token } = request.params as { readonly token: string };
  return sendPage(reply, {
    locale,
    title: t(end === 'revoked' ? 'pages:decide.revoked' : 'pages:decide.expired'),
    status: 410,
    ...(principal && { reader: principal.person.name }),
    body: html`${note('bad', html`<strong>${what}</strong><br />${waits ? t('pages:decide.still_waits') : fix}`)}
    ${waits && newLinkForm(t, token)}`,
  });
}

function newLinkForm(t: Translator, token: string): Content {
  return html`<form method="post" action="/decide/${token}/new">
    <div class="buttons"><button>${t('pages:decide.new_link')}</button></div>
  </form>`;
}

export function askedPage({ reply, locale, principal, request }: Visit, requester: string, text: string): FastifyReply {
  const t = translator(locale);
  const { token } = request.params as { readonly token: string };
  return sendPage(reply, {
    locale,
    title: t('pages:decide.asked_title'),
    ...(principal && { reader: principal.person.name }),
    body: html`${note('good', t('pages:decide.asked', { name: requester }), html`<span class="words">${text}</span>`)}
      <p><a href="/decide/${token}">${t('pages:decide.back')}</a></p>`,
  });
}

/** The request as it stands: to be decided, or what became of it. */
export function requestPage({ reply, locale, request }: Visit, parts: RequestParts): FastifyReply {
  const { principal, page, problem } = parts;
  const { approval, stand } = page;
  const t = translator(locale);
  const reader = { t, f: formats(locale, principal.person.zone) };
  const { token } = request.params as { readonly token: string };
  const status =
    problem === undefined ? (stand === 'outdated' ? 409 : 200) : statusOf(problem.problems[0]?.code ?? 'link.form');
  return sendPage(reply, {
    locale,
    title: titleOf(reader, page),
    status,
    reader: principal.person.name,
    body: html`${problem !== undefined && problemNote(problem, locale)} ${newsOf(reader, page, token)}
      ${figures(reader, page)} ${ladderTable(reader, page)} ${questionsOf(reader, page)}
      ${stand === 'open' && (parts.may ? decisionForms(t, token, parts) : note('plain', t('pages:decide.not_asked')))}
      <p class="soft">${t('pages:decide.footer', { number: approval.contractNumber })}</p>`,
  });
}

function titleOf({ t, f }: Reader, { approval, stand }: ApprovalPage): string {
  const params = { client: approval.clientName, amount: f.money(approval.quote.amount) };
  return t(stand === 'open' ? 'pages:decide.open_title' : 'pages:decide.told_title', params);
}

/** What happened already, and who did it. */
function newsOf(
  { t, f }: Reader,
  { approval, stand, decided, nameOf, newer, renewal }: ApprovalPage,
  token: string,
): Content {
  const vote =
    decided &&
    t(decided.decision === 'approve' ? 'pages:decide.approved_by' : 'pages:decide.rejected_by', {
      name: nameOf(decided.by),
      at: f.moment(decided.at),
    });
  const comment = decided !== null && decided.note !== '' && html`<span class="words">${decided.note}</span>`;
  switch (stand) {
    case 'open':
      return null;
    case 'voted':
    case 'closed': {
      const rest =
        approval.status === 'waiting' && decided?.decision === 'approve' && approval.mode === 'all of'
          ? t('pages:decide.others')
          : t('pages:decide.nothing_left');
      return note(decided?.decision === 'reject' ? 'plain' : 'good', vote, comment, rest);
    }
    case 'outdated': {
      const why = renewal?.phase === 'closed' ? t('pages:decide.closed') : t('pages:decide.outdated');
      if (newer === null) return note('bad', why);
      const { quote } = newer;
      const now = t('pages:decide.newer', {
        number: quote.number,
        amount: f.money(quote.amount),
        discount: f.percent(quote.discountBasisPoints),
      });
      return html`${note('bad', why, now)} ${newLinkForm(t, token)}`;
    }
    default:
      return stand satisfies never;
  }
}

function figures({ t, f }: Reader, { approval, contract, nameOf }: ApprovalPage): Content {
  const { quote, currentAmount } = approval;
  const moved = quote.amount.minor - currentAmount.minor;
  const same = quote.amount.currency === currentAmount.currency;
  const against = same && currentAmount.minor > 0 ? signedPercent(moved, currentAmount.minor) : '';
  return html`<h2>${t('pages:decide.quote')}</h2>
    ${facts([
      [t('pages:decide.amount'), html`<span class="big">${f.money(quote.amount)}</span>`],
      [t('pages:decide.discount'), f.percent(quote.discountBasisPoints)],
      [t('pages:decide.list'), f.money(quote.listAmount)],
      [
        t('pages:decide.current'),
        against === ''
          ? f.money(currentAmount)
          : t('pages:decide.current_to', { amount: f.money(currentAmount), percent: against }),
      ],
      [t('pages:decide.term'), t('pages:months', { count: quote.termMonths })],
      [t('pages:decide.start'), f.date(quote.startDate)],
      [t('pages:decide.payment'), t('pages:days', { count: quote.paymentDays })],
      [t('pages:decide.valid'), f.date(quote.validUntil)],
      [t('pages:decide.number'), quote.number],
      [t('pages:decide.requester'), nameOf(approval.requestedBy)],
      [
        t('pages:decide.reason'),
        html`<span class="words">${quote.reason === '' ? t('pages:decide.no_reason') : quote.reason}</span>`,
      ],
    ])}
    <h2>${t('pages:decide.contract')}</h2>
    ${facts([
      [t('pages:decide.client'), approval.clientName],
      [t('pages:decide.contract_number'), approval.contractNumber],
      [t('pages:decide.product'), contract?.product ?? null],
      [t('pages:decide.end'), contract?.endDate == null ? null : f.date(contract.endDate)],
    ])}`;
}

/** `+5.2%`, against what is paid now. */
function signedPercent(moved: number, from: number): string {
  const percent = Math.round((moved * 1000) / from) / 10;
  return `${percent > 0 ? '+' : ''}${percent}%`;
}

function ladderTable(reader: Reader, page: ApprovalPage): Content {
  const { t } = reader;
  return html`<h2>${t('pages:decide.ladder')}</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">${t('pages:decide.rule')}</th>
          <th scope="col">${t('pages:decide.who')}</th>
          <th scope="col">${t('pages:decide.state')}</th>
        </tr>
      </thead>
      <tbody>
        ${page.ladder.map((one) => ladderRow(reader, page, one))}
      </tbody>
    </table>`;
}

function ladderRow({ t, f }: Reader, { approval, nameOf, ruleName }: ApprovalPage, one: ApprovalDoc): Content {
  const votes = one.decisions.map((vote) =>
    t(vote.decision === 'approve' ? 'pages:decide.approved_by' : 'pages:decide.rejected_by', {
      name: nameOf(vote.by),
      at: f.moment(vote.at),
    }),
  );
  const state =
    one.status === 'waiting'
      ? t('pages:decide.due', { at: f.moment(one.dueAt) })
      : t.code('words', `state.${one.status}`);
  const mode = one.people.length > 1 && html`<br /><span class="soft">${t.code('words', `mode.${one.mode}`)}</span>`;
  return html`<tr ${one._id === approval._id && html`class="now"`}>
    <td>${t.local(ruleName(one.rule))}</td>
    <td>${one.people.map(nameOf).join(t('cli:list.comma'))}${mode}</td>
    <td>${state}${votes.map((vote) => html`<br /><span class="soft">${vote}</span>`)}</td>
  </tr>`;
}

function questionsOf({ t, f }: Reader, { approval, nameOf }: ApprovalPage): Content {
  const { questions = [] } = approval;
  if (questions.length === 0) return null;
  return html`<h2>${t('pages:decide.questions')}</h2>
    ${questions.map(
      ({ by, at, text }) =>
        html`<div class="note">
          <p class="soft">${t('pages:decide.asked_by', { name: nameOf(by), at: f.moment(at) })}</p>
          <p class="words">${text}</p>
        </div>`,
    )}`;
}

function decisionForms(t: Translator, token: string, { form, given = '' }: RequestParts): Content {
  const action = `/decide/${token}`;
  const box = (id: string, label: string, required: boolean, value = '') =>
    field({ name: 'words', id, label, required, long: true, maxLength: 2000, value });
  return html`<h2>${t('pages:decide.your_word')}</h2>
    <form method="post" action="${action}">
      ${hidden('form', form)} ${box('approve-words', t('pages:decide.comment'), false)}
      <div class="buttons"><button name="do" value="approve">${t('pages:decide.approve')}</button></div>
    </form>
    <details ${given !== '' && html`open`}>
      <summary>${t('pages:decide.reject_open')}</summary>
      <form method="post" action="${action}">
        ${hidden('form', form)} ${box('reject-words', t('pages:decide.why_reject'), true, given)}
        <div class="buttons"><button class="stop" name="do" value="reject">${t('pages:decide.reject')}</button></div>
      </form>
    </details>
    <details>
      <summary>${t('pages:decide.ask_open')}</summary>
      <form method="post" action="${action}">
        ${hidden('form', form)} ${box('ask-words', t('pages:decide.question'), true)}
        <p class="hint">${t('pages:decide.ask_hint')}</p>
        <div class="buttons"><button class="other" name="do" value="ask">${t('pages:decide.ask')}</button></div>
      </form>
    </details>`;
}
