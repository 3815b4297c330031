import { excerpt, PerennialError, problem } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import { SUBJECT_KINDS } from '../domain/events/index.ts';
import type { EventSubject } from '../domain/events/index.ts';
import { MS_PER_MINUTE, msBetween } from '../domain/time/index.ts';
import type { Instant } from '../domain/time/index.ts';
import type { CheckedEvent } from '../operations/events/accept-events.ts';
import { eventData, eventEnvelope } from './contracts/event-types.ts';
import { validated } from './validate.ts';

/** How far clocks may differ. */
const AHEAD_MS = 5 * MS_PER_MINUTE;

/**
 * An event as other systems send it, checked whole. Throws {@link PerennialError} with every fault, each with the
 * path of its field.
 */
export function checkEvent(value: unknown, source: string, now: Instant): CheckedEvent {
  const { id, type, occurredAt, subject, data } = validated(eventEnvelope, value, 'body');
  const faults: Problem[] = [];
  const known = Object.entries(subject).filter(([, named]) => named !== undefined);
  if (known.length !== 1) {
    const found = known.map(([kind]) => kind).join(', ') || '–';
    faults.push(problem('event.subject', { found, known: SUBJECT_KINDS.join(', ') }, { field: 'subject' }));
  }
  if (msBetween(now, occurredAt) > AHEAD_MS) {
    faults.push(problem('event.future', { found: excerpt(occurredAt) }, { field: 'occurredAt' }));
  }
  const checked = dataOf(type, data, faults);
  if (faults.length > 0) throw new PerennialError(faults);
  return { source, eventId: id, type, occurredAt, subject: Object.fromEntries(known) as EventSubject, data: checked };
}

function dataOf(type: CheckedEvent['type'], data: unknown, faults: Problem[]): CheckedEvent['data'] {
  try {
    return validated(eventData[type], data, 'body');
  } catch (error) {
    if (!(error instanceof PerennialError)) throw error;
    faults.push(
      ...error.problems.map((one) => ({
        ...one,
        place: { ...one.place, field: ['data', one.place?.field].filter(Boolean).join('.') },
      })),
    );
    return {};
  }
}
