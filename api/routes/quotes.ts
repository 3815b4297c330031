import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { issuedQuotes, listQuotes } from '../../operations/store/quote-queries.ts';
import { quoteStatus } from '../../operations/store/quote-statuses.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/quotes.ts';
import { visibleRenewal } from './visible.ts';

export const quoteRoutes: readonly BoundRoute[] = [
  bind(contracts.listQuotes, async ({ deps, principal, query }) => {
    const only = principal.rights.filter('read Renewal');
    if (only === null) return { items: [], next: null };
    const { items, next } = await listQuotes(deps.context.db, only, query);
    return { items: items.map((renewal) => itemOf(renewal, renewal.state.quote)), next };
  }),

  bind(contracts.getQuote, async ({ deps, principal, params }) => {
    const { db } = deps.context;
    const renewal = await visibleRenewal(db, principal, params.renewalId);
    const { quote } = renewal.state;
    if (quote === null) {
      throw PerennialError.of('resource.not_found', { kind: '@kind.quote', id: excerpt(params.renewalId) });
    }
    const issued = await issuedQuotes(db, renewal._id);
    return {
      ...itemOf(renewal, quote),
      earlier: issued.filter(({ revision }) => revision < quote.revision).map((one) => ({ ...one })),
    };
  }),
];

function itemOf(renewal: RenewalDoc, quote: NonNullable<RenewalDoc['state']['quote']>) {
  return {
    renewalId: renewal._id,
    contractId: renewal.contractId,
    contractNumber: renewal.contractNumber,
    clientId: renewal.clientId,
    clientName: renewal.clientName,
    ownerId: renewal.ownerId,
    status: quoteStatus(quote),
    ...quote,
  };
}
