import { addSpan } from '../domain/calendar/index.ts';
import type { BusinessCalendar } from '../domain/calendar/index.ts';
import { excerpt, PerennialError } from '../domain/errors/index.ts';
import type { SavePlanTemplate } from '../domain/playbook/types.ts';
import type { SaveOutcome } from '../domain/renewal/facts.ts';
import type { SavePlanCommand } from '../domain/save-plan/types.ts';
import type { Instant } from '../domain/time/types.ts';
import type { Database } from '../schemas/connection.ts';
import type { SavePlanDoc } from '../schemas/save-plan.ts';
import type { SettingDoc } from '../schemas/setting.ts';
import type { TaskDoc } from '../schemas/task.ts';
import { savePlanCommands } from '../workflows/save-plan/messages.ts';
import type { Stamp } from './commands.ts';
import type { OperationsContext } from './context.ts';
import { findRenewal } from './find.ts';
import { newestCalendar } from './publish.ts';
import { newestSavePlans } from './playbook-of.ts';
import { sendUpdate } from './send-update.ts';
import { checkedNote } from './tell.ts';

/** The save plan that a person means, with what it asks for. */
export interface SavePlanPage {
  readonly plan: SavePlanDoc;
  /** The measures for its cause; null where the document no longer knows the cause. */
  readonly template: SavePlanTemplate | null;
  /** One task for each measure, by due date. */
  readonly actions: readonly TaskDoc[];
  /** By when the plan should have an outcome; null where the calendar or the measures are gone. */
  readonly dueAt: Instant | null;
}

/**
 * A save plan by its own id, by its renewal or by its contract; of several the open one, else the latest. Another
 * contract of the same client may have begun it. Throws `save_plan.not_found`, or what {@link findRenewal} throws.
 */
export async function findSavePlan(db: Database, text: string): Promise<SavePlanDoc> {
  const own = await db.savePlans.findOne({ _id: text.trim() }).lean<SavePlanDoc>();
  if (own !== null) return own;
  const renewal = await findRenewal(db, text);
  const plans = await db.savePlans.find({ clientId: renewal.clientId }).sort({ openedAt: -1 }).lean<SavePlanDoc[]>();
  const mine = plans.filter((plan) => plan.contractId === renewal.contractId);
  const chosen = plans.find((plan) => plan.status === 'open') ?? mine[0];
  if (chosen === undefined) throw PerennialError.of('save_plan.not_found', { id: excerpt(text) });
  return chosen;
}

export async function savePlanPage(db: Database, plan: SavePlanDoc): Promise<SavePlanPage> {
  const [sets, calendar, tasks] = await Promise.all([
    newestSavePlans(db),
    teamCalendar(db),
    db.tasks.find({ renewalId: plan.renewalId, kind: 'save action' }).sort({ dueAt: 1, _id: 1 }).lean<TaskDoc[]>(),
  ]);
  const template = sets.flatMap((set) => set.plans).find(({ cause }) => cause === plan.cause) ?? null;
  const dueAt = template === null || calendar === undefined ? null : addSpan(calendar, plan.openedAt, template.due);
  return { plan, template, actions: tasks.filter((task) => task._id.startsWith(`${plan._id}/`)), dueAt };
}

async function teamCalendar(db: Database): Promise<BusinessCalendar | undefined> {
  const setting = await db.settings.findOne({ _id: 'team calendar' }).lean<SettingDoc>();
  return newestCalendar(db, typeof setting?.value === 'string' ? setting.value : 'cn');
}

/** Says that a measure is done. Throws `save_plan.unknown_action`, `step.already_ended` or `save_plan.closed`. */
export async function completeSaveAction(
  context: OperationsContext,
  plan: SavePlanDoc,
  body: { readonly action: string; readonly note: string },
  stamp: Stamp,
): Promise<void> {
  const note = checkedNote(body.note);
  await send(context, plan, { ...stamp, kind: 'action completed', action: body.action, note });
}

/** Ends a plan. Throws `save_plan.nothing_done`, `save_plan.note_required` or `save_plan.closed`. */
export async function closeSavePlan(
  context: OperationsContext,
  plan: SavePlanDoc,
  body: { readonly outcome: SaveOutcome; readonly note: string },
  stamp: Stamp,
): Promise<void> {
  const note = checkedNote(body.note);
  await send(context, plan, { ...stamp, kind: 'plan closed', outcome: body.outcome, note });
}

async function send(context: OperationsContext, plan: SavePlanDoc, command: SavePlanCommand): Promise<void> {
  // One table has the definitions of both commands; the kind has chosen the one that fits.
  const definition = savePlanCommands[command.kind] as (typeof savePlanCommands)['plan closed'];
  const gone = async (): Promise<PerennialError> => {
    const now = await context.db.savePlans.findOne({ _id: plan._id }).lean<SavePlanDoc>();
    return now === null || now.status === 'open'
      ? PerennialError.of('command.not_running', { id: plan._id })
      : PerennialError.of('save_plan.closed', { outcome: `@save.${now.outcome ?? ''}`, at: now.closedAt ?? '' });
  };
  await sendUpdate(
    context,
    { workflowId: plan._id, definition, gone },
    command as Extract<SavePlanCommand, { kind: 'plan closed' }>,
  );
}
