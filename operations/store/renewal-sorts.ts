/** What a list of renewals may be sorted by. */
export const RENEWAL_SORTS = [
  'endDate',
  'nextAt',
  'wakeAt',
  'stalledSince',
  'clientName',
  'contractNumber',
  'decidedAt',
] as const;
export type RenewalSort = (typeof RENEWAL_SORTS)[number];
