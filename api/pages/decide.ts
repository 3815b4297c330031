import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PerennialError } from '../../domain/errors/index.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import { decideApproval } from '../../operations/commands.ts';
import { approvalLink } from '../../operations/links/approval-link.ts';
import { approvalPage } from '../../operations/links/approval-page.ts';
import type { ApprovalPage } from '../../operations/links/approval-page.ts';
import { askRequester } from '../../operations/links/ask.ts';
import { noteUse, readLink, refuseEnded, storeLink } from '../../operations/links/links.ts';
import type { ReadLink } from '../../operations/links/links.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { LinkDoc } from '../../schemas/link.ts';
import { words } from '../contracts/shapes.ts';
import { checkFormToken, formToken } from './confirmed.ts';
import type { Shown } from './confirmed.ts';
import { askedPage, endedPage, foreignPage, requestPage, signInFirst } from './decide-views.ts';
import { formOf } from './scope.ts';
import type { Visit } from './scope.ts';

export const DECIDE = '/decide/:token';
export const DECIDE_RENEW = '/decide/:token/new';

const decideForm = z.strictObject({
  form: z.string().max(200).optional(),
  // The button that was pressed: a script that sends the form without one has pressed none.
  do: z.enum(['approve', 'reject', 'ask']).optional(),
  words: words.optional(),
});

/** A link with who reads it: its person, or who stands in for that one. */
interface Reading {
  readonly link: LinkDoc;
  readonly principal: Principal;
  readonly page: ApprovalPage;
}

/**
 * The page on which an approver decides what a mail asks for. Whoever opens it must be signed in as the person that the
 * mail went to: a link that was forwarded, or found by a scanner, shows nothing. Looking changes nothing.
 */
export function decidePages(
  scope: FastifyInstance,
  visit: (request: FastifyRequest, reply: FastifyReply) => Visit,
): void {
  scope.get(DECIDE, async (request, reply) => {
    const it = visit(request, reply);
    const found = await linkOf(it);
    const { principal } = it;
    if (principal === undefined) return found.end === null ? signInFirst(it) : endedPage(it, found, false);
    if (!isFor(found.link, principal)) return foreign(it, found.link);
    const page = await pageOf(it, found.link, principal);
    return found.end === null ? show(it, { link: found.link, principal, page }) : ended(it, found, page);
  });

  scope.post(DECIDE, async (request, reply) => {
    const it = visit(request, reply);
    const found = await linkOf(it);
    const { principal } = it;
    if (principal === undefined) return signInFirst(it, PerennialError.of('access.unauthenticated'));
    if (!isFor(found.link, principal)) return foreign(it, found.link);
    const link = refuseEnded(found);
    const reading = { link, principal, page: await pageOf(it, link, principal) };
    const form = formOf(decideForm, it);
    // Used twice, or by two people: it says what happened, and does nothing.
    if (reading.page.stand !== 'open') return show(it, reading);
    try {
      if (form.do === undefined) throw PerennialError.of('link.form');
      const once = checkFormToken(it.deps.context.keyRing, form.form ?? '', shownOf(reading), it.deps.now());
      const text = form.words?.trim() ?? '';
      if (form.do !== 'approve' && text === '') throw PerennialError.of('link.words_missing');
      return form.do === 'ask' ? await ask(it, reading, text, once) : await decide(it, reading, form.do, text, once);
    } catch (error) {
      if (!(error instanceof PerennialError)) throw error;
      return show(it, { ...reading, page: await pageOf(it, link, principal) }, error, form.words);
    }
  });

  scope.post(DECIDE_RENEW, async (request, reply) => {
    const it = visit(request, reply);
    const { link } = await linkOf(it);
    const { principal, deps } = it;
    if (principal === undefined) return signInFirst(it, PerennialError.of('access.unauthenticated'));
    if (!isFor(link, principal)) return foreign(it, link);
    const { approval, newer } = await pageOf(it, link, principal);
    const wanted = approval.status === 'waiting' ? approval : newer;
    if (wanted === null) throw PerennialError.of('link.expired');
    const now = deps.now();
    const made = approvalLink(deps.context.keyRing, wanted, link.personId ?? '', principal.person.id, now);
    await storeLink(deps.context.db, made, { personId: principal.person.id, address: request.ip });
    return reply.redirect(`/decide/${made.token}`, 303);
  });
}

function linkOf({ deps, request }: Visit): Promise<ReadLink> {
  const { token } = request.params as { readonly token: string };
  const { db, keyRing } = deps.context;
  return readLink(db, keyRing, 'approval', token, deps.now());
}

function isFor({ personId }: LinkDoc, { person, standsFor }: Principal): boolean {
  return personId !== null && (person.id === personId || standsFor.includes(personId));
}

async function pageOf({ deps }: Visit, link: LinkDoc, principal: Principal): Promise<ApprovalPage> {
  const page = await approvalPage(deps.context.db, link, principal, deps.now());
  if (page === null) throw PerennialError.of('link.invalid');
  return page;
}

async function foreign(it: Visit, { personId }: LinkDoc): Promise<FastifyReply> {
  const person = await it.deps.context.db.people.findOne({ _id: personId ?? '' }, { name: 1 }).lean<{ name: string }>();
  return foreignPage(it, PerennialError.of('link.not_yours', { name: person?.name ?? '–' }));
}

/** An ended link of a request that still waits: who is signed in may have a new one. */
function ended(it: Visit, found: ReadLink, { approval, stand, newer }: ApprovalPage): FastifyReply {
  const waits = newer !== null || (approval.status === 'waiting' && stand === 'open');
  return endedPage(it, found, waits && found.end === 'expired');
}

/** What the reader agrees to: the figures asked about, and those of the contract they are compared with. */
function shownOf({ link, principal, page }: Reading): Shown {
  const { quote, rule, people, currentAmount } = page.approval;
  const { number, endDate, amount } = page.contract ?? { number: '', endDate: null, amount: null };
  const figures = [quote, rule, people, currentAmount, number, endDate, amount];
  return { linkId: link._id, readerId: principal.person.id, figures };
}

function show(it: Visit, reading: Reading, problem?: PerennialError, given?: string): FastifyReply {
  const form = formToken(it.deps.context.keyRing, shownOf(reading), it.deps.now());
  const { approval } = reading.page;
  const may = reading.principal.rights.mayWith('decide Approval', { people: [...approval.people] });
  return requestPage(it, { ...reading, form, may, ...(problem && { problem }), ...(given && { given }) });
}

async function decide(
  it: Visit,
  { link, principal, page }: Reading,
  decision: 'approve' | 'reject',
  comment: string,
  once: string,
): Promise<FastifyReply> {
  const { deps } = it;
  const { renewalId, rule, quote } = page.approval;
  const now = deps.now();
  const by = principal.person.id;
  const stamp = { id: `link/${link._id}/${once}`, at: now, by: { kind: 'person' as const, id: by } };
  const body = { rule, revision: quote.revision, decision, comment };
  await decideApproval(deps.context, renewalId, body, stamp);
  // The books follow within a second; until then the link itself says what has happened.
  const used = { at: now, by, what: decision };
  await noteUse(deps.context.db, link._id, used);
  const told = await pageOf(it, { ...link, used }, principal);
  return show(it, { link, principal, page: told });
}

async function ask(it: Visit, { principal, page }: Reading, text: string, once: string): Promise<FastifyReply> {
  const { deps, request } = it;
  const approval: ApprovalDoc = page.approval;
  await askRequester(deps.context, approval, principal.person, { id: once, text }, request.ip, deps.now());
  return askedPage(it, page.nameOf(approval.requestedBy), text);
}
