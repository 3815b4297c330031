import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { createDispatch, DELIVER_ACTIVITY, sweepSends } from '../activities/outreach/index.ts';
import type { Dispatch, DispatchTimes, OutreachDeps } from '../activities/outreach/index.ts';
import type { ActivityDeps } from '../activities/index.ts';
import { LOCALES } from '../domain/text.ts';
import type { Locale, LocalText } from '../domain/text.ts';
import { fromMs } from '../domain/time/index.ts';
import { translator } from '../i18n/index.ts';
import { compileZone } from '../operations/calendars/zone-offsets.ts';
import { linkInMail } from '../operations/links/approval-link.ts';
import { sendSignal } from '../operations/raw-signal.ts';
import { signalEvent } from '../operations/signal-event.ts';
import { startRenewals } from '../operations/start-renewals.ts';
import type { KeyRing } from '../operations/temporal/key-ring.ts';
import { createClientKeys } from '../schemas/sealing.ts';
import type { Database } from '../schemas/connection.ts';
import type { SavePlanDoc } from '../schemas/save-plan.ts';
import type { TemporalConfig } from '../temporal.config.ts';
import { RENEWALS_QUEUE, OUTREACH_QUEUE } from '../workflows/task-queues.ts';
import { parseRenewalId, RENEWAL_WORKFLOW } from '../workflows/renewal/messages.ts';
import { renewalEnded, SAVE_PLAN_WORKFLOW } from '../workflows/save-plan/messages.ts';
import type { SavePlanInput } from '../workflows/save-plan/messages.ts';
import { PerennialError } from '../domain/errors/index.ts';

/** What the worker's parts are put together from. */
export interface WorkerContext {
  readonly config: TemporalConfig;
  readonly db: Database;
  readonly dataDir: string;
  /** Names of the task queues; others in tests, so that several workers share one server. */
  readonly queues?: { readonly renewals: string; readonly outreach: string };
  /** Patience with a mail server and a dead worker; less of it in tests, which cannot wait for a quarter of an hour. */
  readonly patience?: Pick<OutreachDeps['mail'], 'patience' | 'doubtAfter'> & { readonly times?: DispatchTimes };
  /** A line for the operator: one alarm for each outage of the mail server, and its end. */
  readonly onAlarm?: (text: string) => void;
}

export function queuesOf(context: WorkerContext): { renewals: string; outreach: string } {
  return context.queues ?? { renewals: RENEWALS_QUEUE, outreach: OUTREACH_QUEUE };
}

function wording(
  catalogue: 'words' | 'rules',
  code: string,
  params: Readonly<Record<string, string | number>> = {},
): LocalText {
  const text = (locale: Locale) => translator(locale).code(catalogue, code, params);
  return Object.fromEntries(LOCALES.map((locale) => [locale, text(locale)])) as Record<Locale, string>;
}

/** The renewal's activities on the real database and the real server. */
export function activityDeps(context: WorkerContext, client: Client): ActivityDeps & { readonly dispatch: Dispatch } {
  const { db } = context;
  const queues = queuesOf(context);
  const times = context.patience?.times;
  const dispatch = createDispatch(client, { taskQueue: queues.outreach, ...(times === undefined ? {} : { times }) });
  return {
    db,
    keys: createClientKeys(db),
    compileZone,
    wording,
    dispatch,
    startRenewal: async (contractId, term) => {
      await startRenewals({ db, temporal: async () => client }, [{ contractId, term }], undefined, queues.renewals);
    },
    startSavePlan: async (savePlanId) => {
      await startSavePlan(db, client, savePlanId, queues.renewals);
    },
    ensureSavePlan: (savePlanId) => startSavePlan(db, client, savePlanId, queues.renewals),
    ensureRenewal: async (contractId, term) => {
      const { started } = await startRenewals(
        { db, temporal: async () => client },
        [{ contractId, term }],
        undefined,
        queues.renewals,
      );
      return started === 1;
    },
    runningRenewals: () => listWorkflows(client, `WorkflowType = '${RENEWAL_WORKFLOW}' AND ${RUNNING}`),
    runningSavePlans: () => listWorkflows(client, `WorkflowType = '${SAVE_PLAN_WORKFLOW}' AND ${RUNNING}`),
    stalledWorkflows: () => listWorkflows(client, `TemporalReportedProblems IS NOT NULL AND ${RUNNING}`),
    workflowState: (workflowId) => workflowState(client, workflowId),
    sweepSends: async (now, from, onPage) =>
      sweepSends(db, dispatch, now, { from, onPage, running: await runningDeliveries(client) }),
    signalRenewal: (renewalId, event) => signalEvent(client, renewalId, event),
    signalSavePlan: (savePlanId, event) => sendSignal(client, savePlanId, renewalEnded.name, event.id, event),
  };
}

const RUNNING = `ExecutionStatus = 'Running'`;

async function* listWorkflows(client: Client, query: string): AsyncIterable<string> {
  for await (const execution of client.workflow.list({ query })) yield execution.workflowId;
}

async function runningDeliveries(client: Client): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const deliveries = client.activity.list(`ActivityType = '${DELIVER_ACTIVITY}' AND ${RUNNING}`);
  for await (const delivery of deliveries) ids.add(delivery.activityId);
  return ids;
}

async function workflowState(client: Client, workflowId: string): Promise<'running' | 'ended' | 'unknown'> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' || status.name === 'PAUSED' ? 'running' : 'ended';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'unknown';
    throw error;
  }
}

/** True where it began just now. One that runs or has run is left alone: a save plan has one life. */
async function startSavePlan(db: Database, client: Client, id: string, taskQueue: string): Promise<boolean> {
  const plan = await db.savePlans.findOne({ _id: id }).lean<SavePlanDoc>();
  if (plan === null) throw PerennialError.of('save_plan.not_found', { id });
  const parsed = parseRenewalId(plan.renewalId);
  const input: SavePlanInput = {
    savePlanId: plan._id,
    renewalId: plan.renewalId,
    contractId: plan.contractId,
    term: parsed?.term ?? 1,
    cause: plan.cause,
    openedAt: plan.openedAt,
  };
  try {
    await client.workflow.start(SAVE_PLAN_WORKFLOW, {
      workflowId: plan._id,
      taskQueue,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `save plan: ${plan.cause}`,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

export function outreachDeps(context: WorkerContext & { readonly keyRing?: KeyRing }, client: Client): OutreachDeps {
  const { db, config, keyRing } = context;
  const { smtpUrl, fromDomain } = config.mail;
  if (smtpUrl === null) throw PerennialError.of('settings.required', { name: 'SMTP_URL' }, { field: 'SMTP_URL' });
  const { times: _times, ...patience } = context.patience ?? {};
  return {
    db,
    keys: createClientKeys(db),
    mail: { smtpUrl, fromDomain, ...patience },
    compileZone,
    signalRenewal: async (renewalId, event) => {
      await signalEvent(client, renewalId, event);
    },
    ...(keyRing === undefined ? {} : { approvalLink: (row) => linkInMail(db, keyRing, row) }),
    alarm: async (alarm) => {
      context.onAlarm?.(`${alarm.trouble}: ${alarm.text}`);
    },
    // The outermost layer reads the clock.
    now: () => fromMs(Date.now()),
  };
}
