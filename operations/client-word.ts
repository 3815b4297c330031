import { excerpt, PerennialError } from '../domain/errors/index.ts';
import { localDate } from '../domain/time/index.ts';
import type { CivilDate, Instant } from '../domain/time/types.ts';
import type { ClientDoc } from '../schemas/client.ts';
import type { Database } from '../schemas/connection.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import type { TaskDoc } from '../schemas/task.ts';
import { compileZone } from './calendars/zone-offsets.ts';

/** What a notice of the client leads to. */
export interface NoticeFollows {
  /** Last day for giving notice: the deadline of the contract, else its end. */
  readonly deadline: CivilDate | null;
  readonly late: boolean;
  /** The task that somebody has because of it. */
  readonly task: TaskDoc | null;
}

/** What follows from a notice given at `at`, once the renewal has judged it. */
export async function afterNotice(
  db: Pick<Database, 'clients' | 'tasks'>,
  renewal: RenewalDoc,
  at: Instant,
): Promise<NoticeFollows> {
  const [client, task] = await Promise.all([
    db.clients.findOne({ _id: renewal.clientId }, { zone: 1 }).lean<Pick<ClientDoc, 'zone'>>(),
    db.tasks.findOne({ renewalId: renewal._id, kind: 'late notice', state: 'open' }).lean<TaskDoc>(),
  ]);
  const deadline = renewal.view.noticeDate ?? renewal.endDate;
  // A date of a contract is a date where the client is.
  const year = Number(at.slice(0, 4));
  const today = localDate(compileZone(client?.zone ?? 'UTC', year - 1, year + 1), at);
  return { deadline, late: deadline !== null && today > deadline, task };
}

interface Complaint {
  readonly id: string;
  readonly open: boolean;
}

/** The complaints of a renewal as its history tells them, the oldest first. */
async function complaintsOf(db: Pick<Database, 'history'>, renewalId: string): Promise<readonly Complaint[]> {
  const facts = await db.history
    .find({ renewalId, kind: 'fact', $or: [{ name: 'complaint opened' }, { name: 'complaint closed' }] })
    .sort({ seq: 1 })
    .lean<{ name: string; detail: Readonly<Record<string, unknown>> }[]>();
  const known = new Map<string, Complaint>();
  for (const { name, detail } of facts) {
    const id = String(detail['complaintId']);
    known.set(id, { id, open: name === 'complaint opened' });
  }
  return [...known.values()];
}

/** The complaint that a fact which is told already is about: the same request again means the same one. */
export async function complaintOf(
  db: Pick<Database, 'history'>,
  renewalId: string,
  factId: string,
): Promise<string | undefined> {
  const fact = await db.history
    .findOne({ renewalId, entryId: factId }, { detail: 1 })
    .lean<{ detail: Readonly<Record<string, unknown>> }>();
  return fact === null ? undefined : String(fact.detail['complaintId']);
}

/** The id for a new complaint: the one named, else the next number. Throws `complaint.known`. */
export async function complaintToOpen(
  db: Pick<Database, 'history'>,
  renewalId: string,
  named: string | undefined,
): Promise<string> {
  const known = await complaintsOf(db, renewalId);
  if (named === undefined) return String(firstFree(known.map(({ id }) => id)));
  const id = checked(named);
  if (known.some((complaint) => complaint.id === id)) throw PerennialError.of('complaint.known', { id });
  return id;
}

/** The complaint that is settled: the one named, else the only open one. Throws `complaint.not_open` or `complaint.several`. */
export async function complaintToClose(
  db: Pick<Database, 'history'>,
  renewalId: string,
  named: string | undefined,
): Promise<string> {
  const open = (await complaintsOf(db, renewalId)).filter((complaint) => complaint.open).map(({ id }) => id);
  const known = open.length === 0 ? '–' : open.join(', ');
  const [only] = open;
  if (named !== undefined) {
    if (open.includes(named.trim())) return named.trim();
    throw PerennialError.of('complaint.not_open', { id: excerpt(named), known });
  }
  if (only === undefined) throw PerennialError.of('complaint.none_open', {});
  if (open.length > 1) throw PerennialError.of('complaint.several', { known });
  return only;
}

function firstFree(ids: readonly string[]): number {
  let number = 1;
  while (ids.includes(String(number))) number += 1;
  return number;
}

/** Numbers of ticket systems: letters, digits and a few signs. */
function checked(text: string): string {
  const id = text.normalize('NFKC').trim();
  if (/^[\p{L}\p{N}][\p{L}\p{N}#._/-]{0,79}$/u.test(id)) return id;
  throw PerennialError.of('complaint.id', { value: excerpt(text) }, { field: 'complaintId' });
}
