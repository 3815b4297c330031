import type { Client } from '@temporalio/client';
import { createDispatch, sweepSends } from '../activities/outreach/index.ts';
import type { Dispatch, DispatchTimes, OutreachDeps } from '../activities/outreach/index.ts';
import type { ActivityDeps } from '../activities/index.ts';
import { LOCALES } from '../domain/text.ts';
import type { Locale, LocalText } from '../domain/text.ts';
import { fromMs } from '../domain/time/index.ts';
import { translator } from '../i18n/index.ts';
import { compileZone } from '../operations/calendars/zone-offsets.ts';
import { sendSignal } from '../operations/raw-signal.ts';
import { signalEvent } from '../operations/signal-event.ts';
import { startRenewals } from '../operations/start-renewals.ts';
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
      const plan = await db.savePlans.findOne({ _id: savePlanId }).lean<SavePlanDoc>();
      if (plan === null) throw PerennialError.of('save_plan.not_found', { id: savePlanId });
      await startSavePlan(client, plan, queues.renewals);
    },
    ensureRenewal: async (contractId, term) => {
      const { started } = await startRenewals(
        { db, temporal: async () => client },
        [{ contractId, term }],
        undefined,
        queues.renewals,
      );
      return started === 1;
    },
    runningRenewals: () => runningRenewals(client),
    sweepSends: (now) => sweepSends(db, dispatch, now),
    signalRenewal: (renewalId, event) => signalEvent(client, renewalId, event),
    signalSavePlan: (savePlanId, event) => sendSignal(client, savePlanId, renewalEnded.name, event.id, event),
  };
}

async function* runningRenewals(client: Client): AsyncIterable<string> {
  const query = `WorkflowType = '${RENEWAL_WORKFLOW}' AND ExecutionStatus = 'Running'`;
  for await (const execution of client.workflow.list({ query })) yield execution.workflowId;
}

async function startSavePlan(client: Client, plan: SavePlanDoc, taskQueue: string): Promise<void> {
  const parsed = parseRenewalId(plan.renewalId);
  const input: SavePlanInput = {
    savePlanId: plan._id,
    renewalId: plan.renewalId,
    contractId: plan.contractId,
    term: parsed?.term ?? 1,
    cause: plan.cause,
    openedAt: plan.openedAt,
  };
  await client.workflow.start(SAVE_PLAN_WORKFLOW, {
    workflowId: plan._id,
    taskQueue,
    args: [input],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `save plan: ${plan.cause}`,
  });
}

export function outreachDeps(context: WorkerContext, client: Client): OutreachDeps {
  const { db, config } = context;
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
    alarm: async (alarm) => {
      context.onAlarm?.(`${alarm.trouble}: ${alarm.text}`);
    },
    // The outermost layer reads the clock.
    now: () => fromMs(Date.now()),
  };
}
