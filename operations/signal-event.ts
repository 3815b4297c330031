import type { Client } from '@temporalio/client';
import type { Event } from '../domain/renewal/facts.ts';
import { events } from '../workflows/renewal/messages.ts';
import { sendSignal } from './raw-signal.ts';
import { traced } from './tracing/spans.ts';

/** Tells a renewal what a machine said; told twice it counts once. False where the renewal has ended or never was. */
export async function signalEvent(client: Client, renewalId: string, event: Event): Promise<boolean> {
  return sendSignal(client, renewalId, events[event.kind].name, event.id, traced(event));
}
