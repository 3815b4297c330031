import { trusted } from 'mongoose';
import type { Filter } from '../../domain/access/index.ts';
import type { Money } from '../../domain/money/types.ts';
import type { CivilDate, Instant } from '../../domain/time/types.ts';
import type { QuoteTerms } from '../../domain/renewal/facts.ts';
import type { Database } from '../../schemas/connection.ts';
import type { HistoryDoc } from '../../schemas/history.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { afterCursor, pageLimit, pageOf } from './cursor.ts';
import type { Page } from './cursor.ts';
import type { PageRequest } from './renewal-queries.ts';
import { QUOTE_MARKS } from './quote-statuses.ts';
import type { QuoteStatus } from './quote-statuses.ts';
import { trustedFilter } from './trusted-filter.ts';

/** A renewal that has been quoted. */
export type QuotedRenewal = RenewalDoc & {
  readonly state: { readonly quote: NonNullable<RenewalDoc['state']['quote']> };
};

export interface QuoteFilters {
  readonly status?: QuoteStatus | undefined;
  readonly clientId?: string | undefined;
  readonly ownerId?: string | undefined;
  /** Last day of validity from this day on, and up to this day, both included. */
  readonly validFrom?: CivilDate | undefined;
  readonly validTo?: CivilDate | undefined;
}

/** The latest quote of each renewal that `only` lets through, the last issued first. Throws `store.cursor`. */
export async function listQuotes(
  db: Pick<Database, 'renewals'>,
  only: Filter,
  { limit: wanted, after, status, validFrom, validTo, clientId, ownerId }: QuoteFilters & PageRequest,
): Promise<Page<QuotedRenewal>> {
  const limit = pageLimit(wanted);
  const valid = {
    ...(validFrom === undefined ? {} : { $gte: validFrom }),
    ...(validTo === undefined ? {} : { $lte: validTo }),
  };
  const where = [
    { 'state.quote.issuedAt': trusted({ $type: 'string' }) },
    trustedFilter(only),
    ...(clientId === undefined ? [] : [{ clientId }]),
    ...(ownerId === undefined ? [] : [{ ownerId }]),
    ...(status === undefined ? [] : [statusFilter(status)]),
    ...(Object.keys(valid).length === 0 ? [] : [{ 'state.quote.validUntil': trusted(valid) }]),
    ...(after === undefined ? [] : [afterCursor('state.quote.issuedAt', after, -1)]),
  ];
  const rows = await db.renewals
    .find({ $and: where })
    .sort({ 'state.quote.issuedAt': -1, _id: -1 })
    .limit(limit + 1)
    .lean<QuotedRenewal[]>();
  return pageOf(rows, limit, (row) => row.state.quote.issuedAt);
}

/** The mark that decides is there, and none that would decide before it. */
function statusFilter(status: QuoteStatus): Record<string, unknown> {
  const place = QUOTE_MARKS.findIndex((mark) => mark.status === status);
  const before = place === -1 ? QUOTE_MARKS : QUOTE_MARKS.slice(0, place);
  const own = QUOTE_MARKS[place];
  return {
    ...Object.fromEntries(before.map(({ mark }) => [`state.quote.${mark}`, null])),
    ...(own === undefined ? {} : { [`state.quote.${own.mark}`]: trusted({ $type: 'string' }) }),
  };
}

/** A quote as it was issued. */
export interface IssuedQuote {
  readonly revision: number;
  readonly number: string;
  readonly amount: Money;
  readonly discountBasisPoints: number;
  readonly validUntil: CivilDate;
  readonly issuedAt: Instant;
  readonly issuedBy: string;
}

/** Every quote that was issued in a renewal, the first one first, as its history has it. */
export async function issuedQuotes(db: Pick<Database, 'history'>, renewalId: string): Promise<readonly IssuedQuote[]> {
  const entries = await db.history
    .find({ renewalId, kind: 'fact', name: 'quote issued' })
    .sort({ seq: 1 })
    .lean<HistoryDoc[]>();
  // Nothing here is sealed: of a quote only its reason is in people's own words.
  return entries.map(({ detail, at, actor }, place) => {
    const { number, amount, discountBasisPoints, validUntil } = detail['quote'] as QuoteTerms;
    const issuedBy = actor.kind === 'engine' ? actor.kind : actor.id;
    return { revision: place + 1, number, amount, discountBasisPoints, validUntil, issuedAt: at, issuedBy };
  });
}
