import { trusted } from 'mongoose';
import type { Role } from '../../domain/people/types.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { ApprovalDoc, ApprovalStatus } from '../../schemas/approval.ts';
import type { CommunicationDoc } from '../../schemas/communication.ts';
import type { Database } from '../../schemas/connection.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import type { PlaybookDoc } from '../../schemas/playbook.ts';
import type { SendDoc, SendState } from '../../schemas/send.ts';
import type { TaskDoc, TaskState } from '../../schemas/task.ts';
import type { Filter } from '../../domain/access/index.ts';
import { clientIds } from './record-queries.ts';
import { trustedFilter } from './trusted-filter.ts';
import { afterCursor, pageLimit, pageOf } from './cursor.ts';
import type { Page } from './cursor.ts';
import type { PageRequest } from './renewal-queries.ts';

export interface TaskFilters {
  /** Open ones where left out. */
  readonly state?: TaskState;
  readonly kind?: TaskDoc['kind'];
  readonly dueBefore?: Instant;
  readonly renewalId?: string;
  /** Only what is the person's own, without the shared queues of the roles. */
  readonly ownOnly?: boolean;
}

/** A person's tasks: their own and those of the roles they have, by due date. */
export async function tasksFor(
  db: Database,
  personId: string,
  request: TaskFilters & PageRequest = {},
): Promise<Page<TaskDoc>> {
  return listTasks(db, request, await ofPerson(db, personId, request.ownOnly === true));
}

/** Conditions on tasks, for {@link listTasks} and {@link taskDueDates}. */
export type TaskCondition = Readonly<Record<string, unknown>>;

/** The tasks of one person, with the queues of their roles unless only their own are wanted. */
export async function ofPerson(db: Database, personId: string, ownOnly = false): Promise<TaskCondition> {
  return trustedFilter(await workOf(db, personId, ownOnly));
}

/** What one person has to do, as a filter. */
export async function workOf(db: Pick<Database, 'people'>, personId: string, ownOnly = false): Promise<Filter> {
  const person = await db.people.findOne({ _id: personId }, { roles: 1 }).lean<Pick<PersonDoc, 'roles'>>();
  return ownWork([personId], ownOnly ? [] : (person?.roles ?? []));
}

/**
 * The filter for what is a person's to do: their own tasks, and those of the roles they have.
 *
 * @param personIds the person, and those they stand in for
 */
export function ownWork(personIds: readonly string[], roles: readonly string[]): Filter {
  // A rep's tasks always have a name on them: the role alone would show everybody's.
  const shared = roles.filter((role) => role !== 'sales-rep');
  return { $or: [{ 'assignee.id': { $in: personIds } }, { 'assignee.role': { $in: shared } }] };
}

/** What everybody with a role has to do: the role's queue, and what has the name of one of them on. */
export async function workOfRole(db: Pick<Database, 'people'>, role: Role): Promise<Filter> {
  const people = await db.people.find({ roles: role }, { _id: 1 }).lean<Pick<PersonDoc, '_id'>[]>();
  const ids = people.map(({ _id }) => _id);
  return { $or: [{ 'assignee.role': role }, { 'assignee.id': { $in: ids } }] };
}

/** All tasks by due date. */
export async function listTasks(
  db: Database,
  request: TaskFilters & PageRequest = {},
  ...also: readonly TaskCondition[]
): Promise<Page<TaskDoc>> {
  const { after } = request;
  const limit = pageLimit(request.limit);
  const where = [...tasksWhere(request, also), ...(after === undefined ? [] : [afterCursor('dueAt', after, 1)])];
  const rows = await db.tasks
    .find({ $and: where })
    .sort({ dueAt: 1, _id: 1 })
    .limit(limit + 1)
    .lean<TaskDoc[]>();
  return pageOf(rows, limit, (row) => row.dueAt);
}

/** Versions of playbooks by key (`<id>@<version>`), for the names of the steps that tasks are about. */
export async function playbooksByKeys(
  db: Pick<Database, 'playbooks'>,
  keys: readonly string[],
): Promise<readonly PlaybookDoc[]> {
  return keys.length === 0 ? [] : db.playbooks.find({ _id: trusted({ $in: keys }) }).lean<PlaybookDoc[]>();
}

/** When all the tasks of a list are due, however many there are: what a page shows is counted out of these. */
export async function taskDueDates(
  db: Database,
  filters: TaskFilters,
  ...also: readonly TaskCondition[]
): Promise<readonly Instant[]> {
  const rows = await db.tasks
    .find({ $and: [...tasksWhere(filters, also)] }, { dueAt: 1 })
    .lean<Pick<TaskDoc, 'dueAt'>[]>();
  return rows.map(({ dueAt }) => dueAt);
}

function tasksWhere(filters: TaskFilters, also: readonly TaskCondition[]): readonly TaskCondition[] {
  const { state = 'open', kind, dueBefore, renewalId } = filters;
  return [
    { state },
    ...(kind === undefined ? [] : [{ kind }]),
    ...(renewalId === undefined ? [] : [{ renewalId }]),
    ...(dueBefore === undefined ? [] : [{ dueAt: trusted({ $lt: dueBefore }) }]),
    ...also,
  ];
}

export interface ApprovalFilters {
  /** Waiting ones where left out. */
  readonly status?: ApprovalStatus;
  /** Only those this person may decide; one's own vote given takes it off the list. */
  readonly personId?: string;
  /** The same for several: a person first, then those they stand in for. */
  readonly personIds?: readonly string[];
  readonly renewalId?: string;
}

/** Approvals by due date. */
export async function listApprovals(
  db: Database,
  request: ApprovalFilters & PageRequest = {},
  only: Filter = {},
): Promise<Page<ApprovalDoc>> {
  const { status = 'waiting', personId, renewalId, after } = request;
  const personIds = request.personIds ?? (personId === undefined ? null : [personId]);
  const limit = pageLimit(request.limit);
  const where = [
    { status },
    trustedFilter(only),
    ...(personIds === null
      ? []
      : [
          {
            people: trusted({ $in: personIds }),
            'decisions.by': trusted({ $nin: personIds }),
            // What one has asked for oneself one does not decide for anybody.
            requestedBy: trusted({ $ne: personIds[0] }),
          },
        ]),
    ...(renewalId === undefined ? [] : [{ renewalId }]),
    ...(after === undefined ? [] : [afterCursor('dueAt', after, 1)]),
  ];
  const rows = await db.approvals
    .find({ $and: where })
    .sort({ dueAt: 1, _id: 1 })
    .limit(limit + 1)
    .lean<ApprovalDoc[]>();
  return pageOf(rows, limit, (row) => row.dueAt);
}

export interface SendFilters {
  readonly states?: readonly SendState[];
  readonly audience?: SendDoc['audience'];
  readonly renewalId?: string;
  readonly contractId?: string;
  readonly template?: string;
}

/** Mails of the ledger, the latest first; those of clients that `only` lets through. */
export async function listSends(
  db: Database,
  request: SendFilters & PageRequest = {},
  only: Filter = {},
): Promise<Page<SendDoc>> {
  const { states, after, limit: wanted, ...equal } = request;
  const limit = pageLimit(wanted);
  const given = Object.entries(equal).filter(([, value]) => value !== undefined);
  const where = [
    Object.fromEntries(given),
    ...(states === undefined ? [] : [{ state: trusted({ $in: states }) }]),
    ...(await ofClients(db, only)),
    ...(after === undefined ? [] : [afterCursor('dueAt', after, -1)]),
  ];
  const rows = await db.sends
    .find({ $and: where })
    .sort({ dueAt: -1, _id: -1 })
    .limit(limit + 1)
    .lean<SendDoc[]>();
  return pageOf(rows, limit, (row) => row.dueAt);
}

/** Mails do not carry their owner: clients do, and a reader who does not see all of them has some hundred. */
async function ofClients(db: Pick<Database, 'clients'>, only: Filter): Promise<readonly Record<string, unknown>[]> {
  return Object.keys(only).length === 0
    ? []
    : [{ clientId: trusted({ $in: await clientIds(db, [trustedFilter(only)]) }) }];
}

/** How many mails stand in which state. */
export async function countSends(
  db: Pick<Database, 'sends' | 'clients'>,
  only: Filter = {},
): Promise<Readonly<Partial<Record<SendState, number>>>> {
  const where = await ofClients(db, only);
  const rows = await db.sends.aggregate<{ _id: SendState; count: number }>([
    ...(where.length === 0 ? [] : [{ $match: { $and: [...where] } }]),
    { $group: { _id: '$state', count: { $sum: 1 } } },
  ]);
  return Object.fromEntries(rows.map(({ _id, count }) => [_id, count]));
}

/** A page of what was said with the client about a renewal, the latest first. Throws `store.cursor`. */
export async function communicationsPage(
  db: Pick<Database, 'communications'>,
  renewalId: string,
  { limit: wanted, after }: PageRequest = {},
): Promise<Page<CommunicationDoc>> {
  const limit = pageLimit(wanted);
  const rows = await db.communications
    .find({ $and: [{ renewalId }, ...(after === undefined ? [] : [afterCursor('at', after, -1)])] })
    .sort({ at: -1, _id: -1 })
    .limit(limit + 1)
    .lean<CommunicationDoc[]>();
  return pageOf(rows, limit, (row) => row.at);
}

/** What was said with the client about a renewal, the latest first. */
export async function communicationsOf(
  db: Database,
  renewalId: string,
  limit?: number,
): Promise<readonly CommunicationDoc[]> {
  return db.communications
    .find({ renewalId })
    .sort({ at: -1, _id: -1 })
    .limit(pageLimit(limit))
    .lean<CommunicationDoc[]>();
}
