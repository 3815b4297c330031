import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { approvalId } from '../../domain/renewal/quote.ts';
import { localDate } from '../../domain/time/index.ts';
import type { Permission } from '../../domain/access/index.ts';
import * as operations from '../../operations/commands.ts';
import type { Accepted, Stamp } from '../../operations/commands.ts';
import { compileZone } from '../../operations/calendars/zone-offsets.ts';
import { contractOf } from '../../operations/find.ts';
import { quoteTerms } from '../../operations/quote-terms.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { bind } from '../call.ts';
import type { BoundRoute, SignedCall } from '../call.ts';
import type { RouteContract } from '../contract.ts';
import * as contracts from '../contracts/commands.ts';
import { visibleRenewal } from './visible.ts';

type Commanded = Pick<SignedCall<typeof contracts.resumeRenewal>, 'deps' | 'principal' | 'params' | 'now' | 'onceId'>;

/** What people do to a renewal. Whether it fits the renewal is judged by the core; here, whether they may. */
export const commandRoutes: readonly BoundRoute[] = [
  bind(contracts.issueQuote, async (call) => {
    const { body, deps, principal, params, now } = call;
    const { db } = deps.context;
    const renewal = await visibleRenewal(db, principal, params.renewalId, 'quote Renewal');
    const contract = await contractOf(db, renewal);
    const endDate = renewal.endDate ?? contract.endDate;
    if (endDate === null) throw PerennialError.of('cli.no_dates', { number: contract.number });
    const wish = {
      discountBasisPoints: body.discountBasisPoints ?? null,
      amount: body.amount ?? null,
      termMonths: body.termMonths ?? null,
      paymentDays: body.paymentDays ?? null,
      validUntil: body.validUntil ?? null,
      reason: body.reason ?? '',
    };
    const zone = compileZone(principal.person.zone, Number(now.slice(0, 4)), Number(now.slice(0, 4)));
    const revisions = renewal.state.quote?.revision ?? 0;
    const quote = quoteTerms({ ...contract, endDate }, wish, revisions, localDate(zone, now));
    const stamp = stampOf(call);
    return { ...judgedOf(await operations.issueQuote(deps.context, renewal._id, { quote }, stamp), stamp), quote };
  }),
  bind(contracts.acceptQuote, (call) =>
    command(call, contracts.acceptQuote, ({ _id }, stamp) =>
      operations.acceptQuote(call.deps.context, _id, { note: call.body.note ?? '' }, stamp),
    ),
  ),
  bind(contracts.declineQuote, (call) =>
    command(call, contracts.declineQuote, ({ _id }, stamp) => {
      const { reason, note = '' } = call.body;
      return operations.declineQuote(call.deps.context, _id, { reason, note }, stamp);
    }),
  ),
  bind(contracts.completeStep, (call) =>
    command(call, contracts.completeStep, ({ _id }, stamp) => {
      const { step, note = '' } = call.body;
      return operations.completeStep(call.deps.context, _id, { step, note }, stamp);
    }),
  ),
  bind(contracts.skipStep, (call) =>
    command(call, contracts.skipStep, ({ _id }, stamp) =>
      operations.skipStep(call.deps.context, _id, call.body, stamp),
    ),
  ),
  bind(contracts.redoStep, (call) =>
    command(call, contracts.redoStep, ({ _id }, stamp) =>
      operations.redoStep(call.deps.context, _id, call.body, stamp),
    ),
  ),
  bind(contracts.pauseRenewal, (call) =>
    command(call, contracts.pauseRenewal, ({ _id }, stamp) => {
      const { reason, until = null } = call.body;
      return operations.pauseRenewal(call.deps.context, _id, { reason, until }, stamp);
    }),
  ),
  bind(contracts.resumeRenewal, (call) =>
    command(call, contracts.resumeRenewal, ({ _id }, stamp) =>
      operations.resumeRenewal(call.deps.context, _id, { note: call.body.note ?? '' }, stamp),
    ),
  ),
  bind(contracts.amendDates, (call) =>
    command(call, contracts.amendDates, ({ _id }, stamp) =>
      operations.amendDates(call.deps.context, _id, call.body, stamp),
    ),
  ),
  bind(contracts.cancelRenewal, (call) =>
    command(call, contracts.cancelRenewal, ({ _id }, stamp) => {
      const { cause, detail, competitor = null, note = '' } = call.body;
      return operations.cancelRenewal(call.deps.context, _id, { cause, detail, competitor, note }, stamp);
    }),
  ),
  bind(contracts.logCommunication, (call) =>
    command(call, contracts.logCommunication, ({ _id }, stamp) => {
      const { channel, contactId = null, reached, note = '', promise = null, nextStep = null } = call.body;
      const body = { channel, contactId, reached, note, promise, nextStep };
      return operations.logCommunication(call.deps.context, _id, body, stamp);
    }),
  ),
  bind(contracts.issueInvoice, (call) =>
    command(call, contracts.issueInvoice, ({ _id }, stamp) =>
      operations.issueInvoice(call.deps.context, _id, call.body, stamp),
    ),
  ),
  bind(contracts.receivePayment, (call) =>
    command(call, contracts.receivePayment, ({ _id }, stamp) => {
      const { receipt = null, overpaid, ...payment } = call.body;
      const body = { ...payment, receipt, ...(overpaid === undefined ? {} : { overpaid }) };
      return operations.receivePayment(call.deps.context, _id, body, stamp);
    }),
  ),
  bind(contracts.flagRisk, (call) =>
    command(call, contracts.flagRisk, ({ _id }, stamp) => {
      const { cause, note = '' } = call.body;
      return operations.flagRisk(call.deps.context, _id, { cause, note }, stamp);
    }),
  ),

  bind(contracts.decideApproval, async (call) => {
    const { deps, principal, params, body } = call;
    const { renewalId, rule } = params;
    const { db } = deps.context;
    const approval = await db.approvals
      .findOne({ _id: approvalId(renewalId, body.revision, rule) })
      .lean<ApprovalDoc>();
    // Whoever is asked sees the figures, also without a right to the rest of the renewal.
    if (
      approval === null ||
      !principal.rights.mayWith('read Approval', { people: [...approval.people], ownerId: approval.ownerId })
    ) {
      throw PerennialError.of('resource.not_found', { kind: '@kind.approval', id: excerpt(rule) });
    }
    const { decision, revision, comment = '' } = body;
    const stamp = stampOf(call);
    const answer = await operations.decideApproval(
      deps.context,
      renewalId,
      { rule, revision, decision, comment },
      stamp,
    );
    return judgedOf(answer, stamp);
  }),
];

async function command(
  call: Commanded,
  { access }: RouteContract,
  run: (renewal: RenewalDoc, stamp: Stamp) => Promise<Accepted>,
) {
  const renewal = await visibleRenewal(
    call.deps.context.db,
    call.principal,
    call.params.renewalId,
    access as Permission,
  );
  const stamp = stampOf(call);
  return judgedOf(await run(renewal, stamp), stamp);
}

function stampOf({ principal, now, onceId }: Pick<Commanded, 'principal' | 'now' | 'onceId'>): Stamp {
  return { id: onceId, at: now, by: { kind: 'person', id: principal.person.id } };
}

function judgedOf({ repeated, phase, stage }: Accepted, { id }: Stamp) {
  return { factId: id, repeated, phase, stage };
}
