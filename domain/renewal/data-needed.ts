import type { Instant } from '../time/types.ts';
import { assigneeFor } from './assign.ts';
import type { Why } from './effects.ts';
import type { Snapshot } from './snapshot.ts';
import { closeTasks, engineKey, openEngineTask } from './tasks.ts';
import { because, emit, ESCALATED, handle, note, patch, wake, without } from './work.ts';
import type { Wake, Work } from './work.ts';
import { businessMorning } from './world.ts';

/** What keeps a renewal from being planned. */
export type Missing = 'end date' | 'dates' | 'playbook';

const ESCALATE_EVERY_BUSINESS_DAYS = 5;
const MAX_ESCALATIONS = 12;

const LEVEL = 'sales-manager';

const LOOK_AGAIN_BUSINESS_DAYS = 60;

const SINCE = 'engine/data-needed/since/';

/** Nothing can be planned: a person gets a task, and the manager hears of it for as long as it stays. Nothing is ever sent. */
export function parkForData(work: Work, snapshot: Snapshot, missing: Missing, now: Instant): Wake {
  const { renewalId } = work.state;
  const calendar = snapshot.teamCalendar;
  const why = because('data.needed', { missing, contract: snapshot.contract.number });
  if (work.state.phase !== 'data-needed') {
    patch(work, { phase: 'data-needed' });
    note(work, `${renewalId}/data-needed/${now}`, now, 'data needed', null, why);
    handle(work, `${SINCE}${now}`, 's');
  }
  // A contract may be parked more than once: escalations count from this time, and their ids hold it.
  const since = parkedSince(work) ?? snapshot.contract.knownSince;
  const kind = missing === 'playbook' ? 'no playbook' : 'data needed';
  const role = missing === 'playbook' ? 'ops' : 'sales-rep';
  const other = engineKey(missing === 'playbook' ? 'data needed' : 'no playbook', since);
  closeTasks(work, now, (key) => key === other, 'superseded', 'engine', '', why);
  openEngineTask(work, snapshot, now, { kind, occurrence: since, role, stage: null, why });
  let missed: number | null = null;
  let next: Instant | null = null;
  for (let n = 1; n <= MAX_ESCALATIONS && next === null; n++) {
    const at = businessMorning(calendar, since, n * ESCALATE_EVERY_BUSINESS_DAYS);
    if (at > now) next = at;
    else if (work.state.handled[escalationKey(since, n)] === undefined) missed = n;
  }
  // After an outage several are due at once: the manager hears of it once.
  if (missed !== null) {
    for (let n = 1; n <= missed; n++) {
      const key = escalationKey(since, n);
      if (work.state.handled[key] === undefined) handle(work, key, n === missed ? 's' : 'x');
    }
    escalate(work, snapshot, escalationKey(since, missed), since, why, now);
  }
  // After a dozen escalations the watchdog lists it; the engine still looks once a quarter.
  return wake(next ?? businessMorning(calendar, now, LOOK_AGAIN_BUSINESS_DAYS), 'asks for data', { missing });
}

function escalationKey(since: Instant, n: number): string {
  return `engine/data-needed/${since}/escalation/${n}`;
}

function parkedSince(work: Work): Instant | null {
  const key = Object.keys(work.state.handled).find((k) => k.startsWith(SINCE));
  return key === undefined ? null : (key.slice(SINCE.length) as Instant);
}

function escalate(work: Work, snapshot: Snapshot, key: string, since: Instant, why: Why, now: Instant): void {
  emit(
    work,
    {
      kind: 'escalate',
      id: escalationId(work, key),
      why,
      stage: '',
      to: assigneeFor(snapshot, LEVEL),
      level: LEVEL,
      since,
      blocker: 'data',
      money: snapshot.contract.target,
      dueAt: businessMorning(snapshot.teamCalendar, now, 1),
    },
    now,
    null,
  );
}

/** The data are there: the tasks that asked for them are done, and may be asked for again one day. */
export function leaveDataNeeded(work: Work, at: Instant): void {
  patch(work, { phase: work.state.openedAt === null ? 'scheduled' : 'open' });
  const why = because('data.complete');
  closeTasks(work, at, isDataKey, 'done', 'engine', '', why);
  for (const [key, how] of Object.entries(work.state.handled)) {
    if (how === 's' && key.includes('/escalation/')) closeEscalation(work, key, at, why);
  }
  patch(work, { handled: without(work.state.handled, isDataKey) });
}

function escalationId(work: Work, key: string): string {
  return `${work.state.renewalId}/${key}/task/${LEVEL}`;
}

function closeEscalation(work: Work, key: string, at: Instant, why: Why): void {
  const taskId = escalationId(work, key);
  emit(
    work,
    { kind: 'close task', id: `${taskId}/closed`, why, taskId, state: 'done', by: 'engine', note: '' },
    at,
    null,
  );
}

function isDataKey(key: string): boolean {
  return key.startsWith('engine/data-needed/') || key.startsWith('engine/no-playbook/') || key === ESCALATED;
}
