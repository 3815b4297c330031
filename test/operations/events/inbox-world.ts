import { createSecretKey, randomBytes } from 'node:crypto';
import { decide } from '../../../domain/renewal/decide.ts';
import { PerennialError } from '../../../domain/errors/index.ts';
import type { Fact } from '../../../domain/renewal/facts.ts';
import type { Snapshot } from '../../../domain/renewal/snapshot.ts';
import { newRenewalState } from '../../../domain/renewal/state.ts';
import type { RenewalState } from '../../../domain/renewal/state.ts';
import { addMs } from '../../../domain/time/index.ts';
import type { Instant } from '../../../domain/time/index.ts';
import { acceptEvents, FROM_API } from '../../../operations/events/accept-events.ts';
import type { CheckedEvent } from '../../../operations/events/accept-events.ts';
import { tellDue } from '../../../operations/events/dispatcher.ts';
import type { DispatchContext } from '../../../operations/events/dispatcher.ts';
import type { Renewals } from '../../../operations/events/tell-event.ts';
import type { KeyRing } from '../../../operations/temporal/key-ring.ts';
import type { Database } from '../../../schemas/connection.ts';
import type { InboxDoc } from '../../../schemas/inbox.ts';
import { RENEWAL_ROW } from '../../activities/outreach/outreach-world.ts';
import { RENEWAL, snapshot } from '../../helpers/world.ts';

export function keyRing(): KeyRing {
  return { current: 'k1', keys: new Map([['k1', createSecretKey(randomBytes(32))]]) };
}

/** The core itself in the place of the workflows: one renewal, judged fact by fact. */
export class CoreRenewals implements Renewals {
  state: RenewalState = newRenewalState(RENEWAL);
  world: Snapshot = snapshot();
  readonly #now: () => Instant;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  readonly tell: Renewals['tell'] = async (renewalId, event) => {
    if (renewalId !== RENEWAL || this.state.closed !== null) return false;
    this.judge(event);
    return true;
  };

  readonly command: Renewals['command'] = async (_renewalId, command) => {
    const verdict = this.judge(command);
    if (verdict !== null) throw new PerennialError([verdict]);
  };

  /** The refusal; null where it was taken. */
  judge(fact: Fact) {
    const decision = decide(this.state, [fact], this.world, this.#now());
    this.state = decision.state;
    for (const effect of decision.effects) {
      if (effect.kind !== 'amend contract') continue;
      const { endDate, noticeDate } = effect;
      this.world = { ...this.world, contract: { ...this.world.contract, endDate, noticeDate } };
    }
    const [verdict] = decision.verdicts;
    return verdict === undefined || verdict.accepted ? null : verdict.problem;
  }

  /** What facts leave behind, without what was done on the way. */
  registers(): unknown {
    const { contacted, repliedAt, stops, silenced, notice, payments, invoice, accepted, dates, risk } = this.state;
    const { health, usageDrop, sponsorLeftAt, complaints } = risk;
    return {
      contacted,
      repliedAt,
      stops: sorted(stops),
      silenced: sorted(silenced),
      notice,
      payments,
      invoice,
      accepted,
      dates: dates && { end: dates.end, notice: dates.notice },
      health,
      usageDrop,
      sponsorLeftAt,
      complaints: sorted(complaints),
    };
  }
}

function sorted<T>(record: Readonly<Partial<Record<string, T>>>): readonly unknown[] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

export interface World {
  readonly db: Database;
  readonly core: CoreRenewals;
  readonly clock: { now: Instant };
  readonly dispatch: DispatchContext;
  send(...events: readonly CheckedEvent[]): ReturnType<typeof acceptEvents>;
  /** Everything that is due now. */
  drain(): Promise<void>;
  /** Hours pass; what falls due is told meanwhile. */
  pass(hours: number): Promise<void>;
  find(eventId: string): Promise<InboxDoc>;
}

/** An inbox before the core, on a database with the contract, its client and its renewal. */
export async function inboxWorld(db: Database, now: Instant, renewals?: Renewals): Promise<World> {
  // One database serves many runs: an empty one takes longer to make than a run.
  await Promise.all([db.inbox.deleteMany({}), db.inboxLeases.deleteMany({})]);
  await db.renewals.collection.replaceOne({ _id: RENEWAL } as never, { ...RENEWAL_ROW }, { upsert: true });
  const clock = { now };
  const core = new CoreRenewals(() => clock.now);
  const dispatch: DispatchContext = {
    db,
    config: { temporal: { address: null } } as unknown as DispatchContext['config'],
    renewals: renewals ?? core,
    now: () => clock.now,
    holder: 'here',
  };
  const drain = async () => {
    while ((await tellDue(dispatch)) > 0);
  };
  return {
    db,
    core,
    clock,
    dispatch,
    send: (...events) =>
      acceptEvents(
        db,
        events.map((event) => ({ ...event, origin: FROM_API })),
        clock.now,
      ),
    drain,
    pass: async (hours) => {
      for (let hour = 0; hour < hours; hour += 1) {
        clock.now = addMs(clock.now, 3_600_000);
        await drain();
      }
    },
    find: async (eventId) => {
      const found = await db.inbox.findOne({ eventId }).lean<InboxDoc>();
      if (found === null) throw new Error(`${eventId} is not in the inbox`);
      return found;
    },
  };
}

export function incoming(
  eventId: string,
  type: CheckedEvent['type'],
  occurredAt: Instant,
  data: CheckedEvent['data'] = {},
  subject: CheckedEvent['subject'] = { contractNumber: 'C-1' },
): CheckedEvent {
  return { source: 'crm', eventId, type, occurredAt, subject, data };
}
