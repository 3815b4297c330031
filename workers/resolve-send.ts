import { createDispatch, resolveUnknown } from '../activities/outreach/index.ts';
import type { Resolution } from '../activities/outreach/index.ts';
import type { OperationsContext } from '../operations/context.ts';
import type { SendDoc } from '../schemas/send.ts';
import { outreachDeps } from './deps.ts';

export type { Resolution } from '../activities/outreach/index.ts';

/** Settles a doubtful mail by a person's word, with the very parts a worker delivers with. `by` is the person's id. */
export async function resolveSend(
  context: OperationsContext,
  id: string,
  resolution: Resolution,
  by: string,
): Promise<SendDoc> {
  const client = await context.temporal();
  return resolveUnknown(outreachDeps(context, client), createDispatch(client), id, resolution, by);
}
