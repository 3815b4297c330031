import type { EventType } from '../../domain/events/index.ts';
import type { Command, Event } from '../../domain/renewal/facts.ts';
import type { Money } from '../../domain/money/types.ts';
import type { CivilDate } from '../../domain/time/types.ts';
import { makeCommand } from '../commands.ts';
import type { Stamp } from '../commands.ts';

/** What an event becomes for one renewal. The last two depend on what that renewal waits for. */
export type Made =
  | { readonly kind: 'fact'; readonly event: Event }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'legal review'; readonly note: string }
  | { readonly kind: 'signature'; readonly note: string };

type Data = Readonly<Record<string, unknown>>;

/**
 * The fact of the engine for an event whose data have been checked. Throws {@link PerennialError} where a text in it
 * is none that a person could have written.
 *
 * @param contactId of the contact it names; null where it names none
 */
export function makeFact(type: EventType, data: Data, contactId: string | null, stamp: Stamp): Made {
  const fact = (body: object): Made => ({ kind: 'fact', event: { ...stamp, ...body } as Event });
  const command = (made: Command): Made => ({ kind: 'command', command: made });
  switch (type) {
    case 'reply.received':
      return fact({ kind: 'reply received', contactId, summary: textOf(data, 'summary') });
    case 'meeting.booked':
      return fact({ kind: 'meeting booked', on: data['on'] });
    case 'contact.opted_out':
      return fact({ kind: 'opted out of mail', contactId: contactId ?? '' });
    case 'mail.bounced':
      return fact({
        kind: 'mail bounced',
        contactId: contactId ?? '',
        effectId: textOf(data, 'sendId'),
        reason: textOf(data, 'reason'),
      });
    case 'notice.given':
      return fact({ kind: 'notice given', note: textOf(data, 'note') });
    case 'health.scored':
      return fact({ kind: 'health scored', score: data['score'] });
    case 'usage.dropped':
      return fact({ kind: 'usage dropped', percent: data['percent'] });
    case 'sponsor.left':
      return fact({ kind: 'sponsor left', contactId });
    case 'complaint.opened':
      return fact({ kind: 'complaint opened', complaintId: data['complaintId'] });
    case 'complaint.closed':
      return fact({ kind: 'complaint closed', complaintId: data['complaintId'] });
    case 'invoice.issued':
      return command(
        makeCommand(
          'invoice issued',
          {
            number: textOf(data, 'number'),
            amount: data['amount'] as Money,
            dueDate: data['dueDate'] as CivilDate,
          },
          stamp,
        ),
      );
    case 'payment.received':
      return command(
        makeCommand(
          'payment received',
          {
            amount: data['amount'] as Money,
            receivedOn: data['receivedOn'] as CivilDate,
            method: (data['method'] ?? 'other') as never,
            // Two equal amounts of one day are two payments: the books of the source tell them apart by their ids.
            receipt: textOf(data, 'receipt') || stamp.id,
            // It is there, whoever miscounted: a refusal would make the outcome hang on the order of arrival.
            overpaid: true,
          },
          stamp,
        ),
      );
    case 'contract.dates_changed':
      return command(
        makeCommand(
          'dates amended',
          {
            endDate: data['endDate'] as CivilDate,
            noticeDate: (data['noticeDate'] ?? null) as CivilDate | null,
            reason: textOf(data, 'reason') || ('id' in stamp.by ? stamp.by.id : stamp.by.kind),
          },
          stamp,
        ),
      );
    case 'step.completed':
      return command(makeCommand('step completed', { step: textOf(data, 'step'), note: textOf(data, 'note') }, stamp));
    case 'legal_review.done':
      return { kind: 'legal review', note: textOf(data, 'note') };
    case 'contract.signed':
      return { kind: 'signature', note: textOf(data, 'note') };
    default:
      return type satisfies never;
  }
}

function textOf(data: Data, key: string): string {
  const value = data[key];
  return typeof value === 'string' ? value : '';
}
