import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow/index.js';
import proto from '@temporalio/proto';
import type { temporal } from '@temporalio/proto';
import type { JudgedEntry, JudgedLog } from '../../domain/history/index.ts';
import type { LogEntry } from '../../domain/renewal/effects.ts';

type History = temporal.api.history.v1.IHistory;
type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const { EventType } = proto.temporal.api.enums.v1;
const LOCAL_ACTIVITY = 'core_local_activity';
const JUDGES = new Set(['judge', 'judgeSavePlan']);
const NOT_FOUND = 5;

/**
 * What a workflow decided, from the event history that another system wrote: each answer of `judge` stands there as
 * a marker. A decision counts when it was performed; one that was asked for again because time had passed does not.
 *
 * @returns null where the server does not know the workflow, or has forgotten it
 */
export async function judgedLog(client: Client, workflowId: string): Promise<JudgedLog | null> {
  const runs: History[] = [];
  let complete = true;
  for (let runId: string | undefined; ;) {
    const history = await fetchRun(client, workflowId, runId);
    if (history === null) {
      if (runs.length === 0) return null;
      complete = false;
      break;
    }
    runs.unshift(history);
    runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
    if (runId === undefined) break;
  }
  const entries = new Map<string, JudgedEntry>();
  for (const { events } of runs) {
    for (const entry of await judgedIn(client, events ?? [])) if (!entries.has(entry.id)) entries.set(entry.id, entry);
  }
  return { entries: [...entries.values()], complete, atWork: isAtWork(runs.at(-1)?.events ?? []) };
}

async function fetchRun(client: Client, workflowId: string, runId: string | undefined): Promise<History | null> {
  try {
    return await client.workflow.getHandle(workflowId, runId).fetchHistory();
  } catch (error) {
    const isGone = isGrpcServiceError(error) && Object.is(error.code, NOT_FOUND);
    if (isGone || error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

async function judgedIn(client: Client, events: readonly HistoryEvent[]): Promise<readonly JudgedEntry[]> {
  const tried = retriedTasks(events);
  const found: JudgedEntry[] = [];
  let pending: readonly JudgedEntry[] = [];
  for (const { markerRecordedEventAttributes: marker } of events) {
    if (marker?.markerName !== LOCAL_ACTIVITY || marker.failure) continue;
    const type = activityType(marker.details?.['data']?.payloads);
    const result = marker.details?.['result']?.payloads;
    if (JUDGES.has(type)) {
      const decision = await decodeFromPayloadsAtIndex<{ readonly log: readonly LogEntry[] }>(
        client.options.loadedDataConverter,
        0,
        result ?? [],
      );
      const again = tried.has(String(marker.workflowTaskCompletedEventId));
      pending = decision.log.map((entry) => ({ ...entry, again }));
    } else {
      found.push(...pending);
      pending = [];
    }
  }
  return found;
}

/** Completions of tasks that were begun more than once. */
function retriedTasks(events: readonly HistoryEvent[]): ReadonlySet<string> {
  const scheduled = new Map<string, HistoryEvent>();
  const retried = new Set<string>();
  let failed = false;
  for (const event of events) {
    if (event.workflowTaskScheduledEventAttributes) scheduled.set(String(event.eventId), event);
    if (event.workflowTaskTimedOutEventAttributes || event.workflowTaskFailedEventAttributes) failed = true;
    const completed = event.workflowTaskCompletedEventAttributes;
    if (!completed) continue;
    const task = scheduled.get(String(completed.scheduledEventId))?.workflowTaskScheduledEventAttributes;
    if (failed || (task?.attempt ?? 1) > 1) retried.add(String(event.eventId));
    failed = false;
  }
  return retried;
}

function isAtWork(events: readonly HistoryEvent[]): boolean {
  const type = events.at(-1)?.eventType;
  return type === EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED || type === EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED;
}

/** Which activity a marker is of: the server's own note about it, never encrypted. */
function activityType(payloads: readonly temporal.api.common.v1.IPayload[] | null | undefined): string {
  const data = payloads?.[0]?.data;
  if (!data) return '';
  const note = JSON.parse(Buffer.from(data).toString('utf8')) as { readonly activity_type?: string };
  return note.activity_type ?? '';
}
