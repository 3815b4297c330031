import { setTimeout as pause } from 'node:timers/promises';
import type { Event, EventKind } from '../domain/renewal/facts.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import type { Stamp } from './commands.ts';
import type { OperationsContext } from './context.ts';
import { notRunning } from './send-command.ts';
import { signalEvent } from './signal-event.ts';
import { suppressAfterEnd } from './suppress-contact.ts';
import { MAX_TEXT, toProblem, words } from './text-fields.ts';
import { unavailable } from './unavailable.ts';
import { PerennialError } from '../domain/errors/index.ts';

type Body<K extends EventKind> = Omit<Extract<Event, { kind: K }>, keyof Stamp | 'kind'>;

/** What came of a fact that was told. */
export interface Told {
  /** False where no worker has looked at it yet: it is kept, and counts once one does. */
  readonly judged: boolean;
  /** The renewal as it is now. */
  readonly renewal: RenewalDoc;
}

const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 100;

/**
 * Tells a renewal what a machine would tell, for people who have no integration yet, and waits until it has been
 * taken into the history. Unlike a command it is never refused by the core. An opt-out or a bounce is kept also
 * where the renewal has ended, because it is about the contact. Throws `renewal.closed`,
 * `renewal.not_found` and `cli.service_silent`.
 */
export async function tellRenewal<K extends EventKind>(
  context: OperationsContext,
  renewalId: string,
  kind: K,
  body: Body<K>,
  stamp: Stamp,
): Promise<Told> {
  const event = { ...body, kind, ...stamp } as unknown as Event;
  try {
    const client = await context.temporal();
    const heard =
      (await signalEvent(client, renewalId, event)) || (await suppressAfterEnd(context.db, renewalId, event));
    if (!heard) throw await notRunning(context, renewalId);
  } catch (error) {
    throw unavailable(error, context.config) ?? error;
  }
  const judged = await inHistory(context, renewalId, event.id);
  const renewal = await context.db.renewals.findOne({ _id: renewalId }).lean<RenewalDoc>();
  if (renewal === null) throw await notRunning(context, renewalId);
  return { judged, renewal };
}

async function inHistory({ db }: OperationsContext, renewalId: string, entryId: string): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
    if ((await db.history.findOne({ renewalId, entryId }, { _id: 1 }).lean()) !== null) return true;
    await pause(LOOK_EVERY_MS);
  }
  return false;
}

/** A person's remark, trimmed and checked. Throws what is wrong with it. */
export function checkedNote(text: string | undefined, field = 'note'): string {
  const parsed = words(MAX_TEXT, false).safeParse(text ?? '');
  if (parsed.success) return parsed.data;
  throw new PerennialError(parsed.error.issues.map((issue) => toProblem({ ...issue, path: [field] })));
}
