import type { Instant } from '../time/types.ts';
import { earlier } from './commands.ts';
import type { Event } from './facts.ts';
import { noticePassesAt } from './progress.ts';
import type { Mark, RenewalState } from './state.ts';
import { actorId, isActivity, patch } from './work.ts';
import type { Work } from './work.ts';
import type { World } from './world.ts';

type Stop = keyof RenewalState['stops'];

/**
 * Takes what a machine tells. Each event ends in a register that keeps the first, the last or all of its
 * kind by when it happened, so that late, doubled and shuffled events give the same state.
 */
export function applyEvent(work: Work, world: World | null, event: Event): void {
  const { risk } = work.state;
  switch (event.kind) {
    case 'reply received': {
      const mark: Mark = { at: event.at, by: actorId(event.by), note: event.summary };
      stop(work, 'reply', event.at);
      if (work.state.repliedAt === null || event.at > work.state.repliedAt) patch(work, { repliedAt: event.at });
      patch(work, { contacted: earlier(work.state.contacted, mark) });
      isActivity(work, event.at);
      return;
    }
    case 'meeting booked':
      stop(work, 'meeting booked', event.at);
      isActivity(work, event.at);
      return;
    case 'opted out of mail':
      stop(work, 'opted out', event.at);
      silence(work, event.contactId, 'opted out', event.at);
      return;
    case 'mail bounced':
      stop(work, 'bounce', event.at);
      silence(work, event.contactId, 'bounce', event.at);
      return;
    case 'notice given': {
      const late = world !== null && event.at >= noticePassesAt(world);
      const mark = { at: event.at, by: actorId(event.by), note: event.note };
      const first = earlier(work.state.notice, { ...mark, late });
      patch(work, { notice: first });
      isActivity(work, event.at);
      return;
    }
    case 'health scored':
      // Of two scores of one instant the lower counts, whichever came first.
      if (newer(risk.health, event.at, risk.health === null || event.score < risk.health.score)) {
        patch(work, { risk: { ...risk, health: { score: event.score, at: event.at } } });
      }
      return;
    case 'usage dropped':
      if (newer(risk.usageDrop, event.at, risk.usageDrop === null || event.percent > risk.usageDrop.percent)) {
        patch(work, { risk: { ...risk, usageDrop: { percent: event.percent, at: event.at } } });
      }
      return;
    case 'sponsor left':
      if (risk.sponsorLeftAt === null || event.at < risk.sponsorLeftAt) {
        patch(work, { risk: { ...risk, sponsorLeftAt: event.at } });
      }
      return;
    case 'complaint opened':
    case 'complaint closed': {
      const known = risk.complaints[event.complaintId] ?? { opened: null, closed: null };
      const side = event.kind === 'complaint opened' ? 'opened' : 'closed';
      const before = known[side];
      if (before !== null && before <= event.at) return;
      patch(work, {
        risk: { ...risk, complaints: { ...risk.complaints, [event.complaintId]: { ...known, [side]: event.at } } },
      });
      return;
    }
    case 'save plan opened':
      if (risk.plan === null || risk.plan.closedAt !== null) {
        patch(work, {
          risk: {
            ...risk,
            plan: { id: event.savePlanId, cause: event.cause, openedAt: event.at, closedAt: null, outcome: null },
          },
        });
      }
      return;
    case 'save plan closed':
      if (risk.plan !== null && risk.plan.id === event.savePlanId && risk.plan.closedAt === null) {
        patch(work, {
          risk: { ...risk, flagged: null, plan: { ...risk.plan, closedAt: event.at, outcome: event.outcome } },
        });
      }
      return;
    case 'mail refused':
    case 'mail settled':
    case 'world changed':
      // Nothing to remember: the decision looks at the world anew, and a refused mail becomes a task there.
      return;
    default: {
      const never: never = event;
      throw new Error(`unknown event ${JSON.stringify(never)}`);
    }
  }
}

function stop(work: Work, which: Stop, at: Instant): void {
  const known = work.state.stops[which];
  if (known === undefined || at < known) patch(work, { stops: { ...work.state.stops, [which]: at } });
}

function silence(work: Work, contactId: string, event: 'opted out' | 'bounce', at: Instant): void {
  const key = `${contactId}/${event}`;
  const known = work.state.silenced[key];
  if (known === undefined || at < known) patch(work, { silenced: { ...work.state.silenced, [key]: at } });
}

function newer(known: { readonly at: Instant } | null, at: Instant, wins: boolean): boolean {
  return known === null || at > known.at || (at === known.at && wins);
}
