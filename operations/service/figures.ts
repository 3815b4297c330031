import { trusted } from 'mongoose';
import { INBOX_STATES } from '../../domain/events/index.ts';
import type { InboxState } from '../../domain/events/index.ts';
import { DELIVERY_STATES } from '../../domain/outgoing/index.ts';
import type { DeliveryState } from '../../domain/outgoing/index.ts';
import { toMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import { SEND_STATES } from '../../schemas/send.ts';
import type { SendState } from '../../schemas/send.ts';
import { countRenewals, countSends } from '../store/queries.ts';
import { inboxLateness, mailLateness, overdue } from './health.ts';
import type { HealthContext } from './health.ts';

/** What a monitor asks for, each read once; null where who knows it does not answer. */
export interface Figures {
  readonly phases: Readonly<Record<string, number>>;
  /** Open renewals by stage in work. */
  readonly stages: Readonly<Record<string, number>>;
  readonly atRisk: number;
  readonly paused: number;
  readonly stalled: number;
  /** Every state is there, also with none in it: a series that comes and goes alarms nobody. */
  readonly sends: Readonly<Record<SendState, number>>;
  readonly openTasks: number;
  readonly waitingApprovals: number;
  readonly overdueWakes: number;
  readonly mailLateMs: number;
  /** Events from outside by what became of them. */
  readonly inbox: Readonly<Record<InboxState, number>>;
  readonly inboxLateMs: number;
  /** Facts on their way to outside. What was delivered is counted as long as it is kept. */
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
  /** How long the oldest delivery that is due has been waiting. */
  readonly deliveryLateMs: number;
  /** Channels that were switched off because nothing got through. */
  readonly channelsOff: number;
  /** Workflows whose code fails: nothing is lost, and a fix must be deployed. */
  readonly failingWorkflows: number | null;
}

const FAILING = `TemporalReportedProblems IS NOT NULL AND ExecutionStatus = 'Running'`;

export async function readFigures({ db, temporal }: HealthContext, now: Instant): Promise<Figures> {
  const [counts, sends, openTasks, waitingApprovals, overdueWakes, mailLateMs, inbox, inboxLateMs, outgoing, failing] =
    await Promise.all([
      countRenewals(db),
      countSends(db),
      db.tasks.countDocuments({ state: 'open' }),
      db.approvals.countDocuments({ status: 'waiting' }),
      overdue(db, now),
      mailLateness(db, now),
      countInbox(db),
      inboxLateness(db, now),
      countOutgoing(db, now),
      temporal()
        .then((client) => client.workflow.count(FAILING))
        .then(({ count }) => count)
        .catch(() => null),
    ]);
  const { phases, stages, atRisk, paused, stalled } = counts;
  return {
    phases,
    stages,
    atRisk,
    paused,
    stalled,
    sends: Object.fromEntries(SEND_STATES.map((state) => [state, sends[state] ?? 0])) as Record<SendState, number>,
    openTasks,
    waitingApprovals,
    overdueWakes,
    mailLateMs,
    inbox,
    inboxLateMs,
    ...outgoing,
    failingWorkflows: failing,
  };
}

async function countInbox({ inbox }: Pick<HealthContext['db'], 'inbox'>): Promise<Figures['inbox']> {
  const rows = await inbox.aggregate<{ _id: InboxState; count: number }>([
    { $group: { _id: '$state', count: { $sum: 1 } } },
  ]);
  const found = new Map(rows.map(({ _id, count }) => [_id, count]));
  return Object.fromEntries(INBOX_STATES.map((state) => [state, found.get(state) ?? 0])) as Figures['inbox'];
}

async function countOutgoing(
  { deliveries, channels }: HealthContext['db'],
  now: Instant,
): Promise<Pick<Figures, 'deliveries' | 'deliveryLateMs' | 'channelsOff'>> {
  const [rows, oldest, channelsOff] = await Promise.all([
    deliveries.aggregate<{ _id: DeliveryState; count: number }>([{ $group: { _id: '$state', count: { $sum: 1 } } }]),
    deliveries.aggregate<{ nextAt: Instant }>([
      { $match: { nextAt: { $type: 'string', $lte: now } } },
      { $sort: { nextAt: 1 } },
      { $limit: 1 },
    ]),
    channels.countDocuments({ disabledBecause: trusted({ $in: ['gone', 'failing'] }) }),
  ]);
  const found = new Map(rows.map(({ _id, count }) => [_id, count]));
  const due = oldest[0]?.nextAt;
  return {
    deliveries: Object.fromEntries(
      DELIVERY_STATES.map((state) => [state, found.get(state) ?? 0]),
    ) as Figures['deliveries'],
    deliveryLateMs: due === undefined ? 0 : toMs(now) - toMs(due),
    channelsOff,
  };
}
