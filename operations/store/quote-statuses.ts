/** How a quote stands: the first of these marks that it has decides. */
export const QUOTE_MARKS = [
  { status: 'accepted', mark: 'acceptedAt' },
  { status: 'declined', mark: 'declinedAt' },
  { status: 'rejected', mark: 'rejectedAt' },
  { status: 'expired', mark: 'expiredAt' },
  { status: 'approved', mark: 'approvedAt' },
] as const;

/** `waiting`: for an approval. `approved`: the client has it. `rejected` is said inside, `declined` by the client. */
export const QUOTE_STATUSES = ['waiting', 'approved', 'accepted', 'declined', 'rejected', 'expired'] as const;
export type QuoteStatus = (typeof QUOTE_STATUSES)[number];

type Marks = Readonly<Record<(typeof QUOTE_MARKS)[number]['mark'], string | null>>;

export function quoteStatus(quote: Marks): QuoteStatus {
  return QUOTE_MARKS.find(({ mark }) => quote[mark] !== null)?.status ?? 'waiting';
}
