import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { MS_PER_SECOND } from '../../domain/time/index.ts';
import { Delivery } from './delivery.ts';
import type { DeliverResult } from './delivery.ts';
import type { OutreachDeps } from './deps.ts';

export interface DeliverInput {
  /** The id of the row in the send ledger, which is the effect's id. */
  readonly sendId: string;
  /** Trace of what the mail was planned in, as a `traceparent`. */
  readonly trace?: string;
}

export type Deliver = (input: DeliverInput) => Promise<DeliverResult>;

/** Much shorter than the heartbeat timeout, so that a busy moment does not look like a death. */
const HEARTBEAT_EVERY = 10 * MS_PER_SECOND;

/** The standalone activity that delivers one mail; see {@link Delivery}. */
export function createDeliver(deps: OutreachDeps): Deliver {
  const delivery = new Delivery(deps);
  return async ({ sendId }) => {
    const beat = setInterval(() => heartbeat(), HEARTBEAT_EVERY);
    try {
      return await delivery.attempt(sendId, cancellationSignal());
    } finally {
      clearInterval(beat);
    }
  };
}
