import { createHash } from 'node:crypto';
import type { EventSubject } from '../../domain/events/index.ts';
import { contractId, nameKey, textKey } from '../../schemas/keys.ts';
import { parseRenewalId } from '../../workflows/renewal/messages.ts';

/** Enough for many processes to share the work, few enough to look through in one query. */
export const PARTITIONS = 32;

/** The id of an event: the same event of the same source has the same one. */
export function inboxId(source: string, eventId: string): string {
  return `evt_${createHash('sha256').update(`${source}\n${eventId}`, 'utf8').digest('base64url').slice(0, 27)}`;
}

export function contractLane(id: string): string {
  return `contract:${id}`;
}

/**
 * What an event is about, as one text. Events of a contract share a lane however they name it: its id follows from
 * its number.
 */
export function laneOf(source: string, subject: EventSubject): string {
  if ('contractNumber' in subject) return contractLane(contractId(subject.contractNumber));
  if ('contractId' in subject) return contractLane(subject.contractId);
  if ('renewalId' in subject) {
    return contractLane(parseRenewalId(subject.renewalId)?.contractId ?? subject.renewalId);
  }
  if ('clientId' in subject) return `client:${subject.clientId}`;
  if ('clientName' in subject) return `client:${nameKey(subject.clientName)}`;
  if ('contactEmail' in subject) return `contact:${textKey(subject.contactEmail)}`;
  return `reference:${source}/${subject.reference}`;
}

export function partitionOf(lane: string): number {
  return createHash('sha256').update(lane, 'utf8').digest().readUInt16BE(0) % PARTITIONS;
}

/** What an event is about, as people read it in an error. */
export function subjectText(subject: EventSubject): string {
  return Object.values(subject)[0] ?? '';
}
