import { z } from 'zod';
import { QUOTE_STATUSES } from '../../operations/store/quote-statuses.ts';
import { defineRoute } from '../contract.ts';
import { civilDate, id, instant, money, pageOf, paging } from './shapes.ts';

const status = z.enum(QUOTE_STATUSES).meta({
  id: 'QuoteStatus',
  description:
    '`waiting` for an approval, `approved` and with the client, `accepted` or `declined` by the client, `rejected` inside, `expired`',
});

export const quoteItem = z
  .strictObject({
    renewalId: z.string(),
    contractId: z.string(),
    contractNumber: z.string(),
    clientId: z.string(),
    clientName: z.string(),
    ownerId: z.string(),
    number: z.string(),
    revision: z.int(),
    status,
    amount: money,
    listAmount: money,
    discountBasisPoints: z.int(),
    termMonths: z.int(),
    validUntil: civilDate,
    issuedAt: instant,
    issuedBy: z.string(),
    approvedAt: instant.nullable(),
    rejectedAt: instant.nullable(),
    declinedAt: instant.nullable(),
    expiredAt: instant.nullable(),
    acceptedAt: instant.nullable(),
  })
  .meta({ id: 'QuoteItem' });

export const quoteWithEarlier = quoteItem
  .extend({
    /** What was issued in this renewal before, the first one first. */
    earlier: z.array(
      z.strictObject({
        revision: z.int(),
        number: z.string(),
        amount: money,
        discountBasisPoints: z.int(),
        validUntil: civilDate,
        issuedAt: instant,
        issuedBy: z.string(),
      }),
    ),
  })
  .meta({ id: 'QuoteWithEarlier' });

export const listQuotes = defineRoute({
  id: 'listQuotes',
  method: 'GET',
  path: '/v1/quotes',
  tag: 'renewals',
  summary: {
    en: 'The latest quote of each renewal, the last issued first',
    'zh-CN': '报价列表：每个续费的最新报价（按报价时间由新到旧）',
  },
  access: 'read Renewal',
  query: z.strictObject({
    ...paging,
    status: status.optional(),
    clientId: id.optional(),
    ownerId: id.optional(),
    /** Last day of validity, both days included. */
    validFrom: civilDate.optional(),
    validTo: civilDate.optional(),
  }),
  response: pageOf(quoteItem),
});

export const getQuote = defineRoute({
  id: 'getQuote',
  method: 'GET',
  path: '/v1/renewals/:renewalId/quote',
  tag: 'renewals',
  summary: {
    en: 'The latest quote of a renewal, and those before it',
    'zh-CN': '续费的最新报价及历次报价',
  },
  access: 'read Renewal',
  params: z.strictObject({ renewalId: id }),
  response: quoteWithEarlier,
});
