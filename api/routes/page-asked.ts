import type { PageRequest } from '../../operations/store/renewal-queries.ts';

/** The page that a query asks for, without what it leaves open. */
export function pageAsked({
  limit,
  after,
}: {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
}): PageRequest {
  return { ...(limit === undefined ? {} : { limit }), ...(after === undefined ? {} : { after }) };
}
