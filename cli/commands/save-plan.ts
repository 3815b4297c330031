import { SAVE_OUTCOMES } from '../../domain/renewal/facts.ts';
import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { namesFrom } from '../names.ts';
import { measureOf } from '../typed-checks.ts';
import { renderSavePlan, savePlanJson } from '../render/save-plan.ts';

const PLAN = { name: 'renewal', text: 'save-plan' } as const;

export const commands: readonly CommandSpec[] = [
  { path: 'save-plan' },
  {
    path: 'save-plan show',
    args: [PLAN],
    async run(run, input) {
      await run.withContext(async ({ db }) => {
        const { findSavePlan, savePlanPage } = await import('../../operations/save-plans.ts');
        const { findRenewal } = await import('../../operations/find.ts');
        const { listPeople } = await import('../../operations/store/queries.ts');
        const page = await savePlanPage(db, await findSavePlan(db, input.arg(0)));
        const [renewal, people] = await Promise.all([findRenewal(db, page.plan.renewalId), listPeople(db)]);
        const teller = run.teller(namesFrom(run, { people }));
        run.print(savePlanJson(page, renewal), () => renderSavePlan(run, page, renewal, teller));
      });
    },
  },
  {
    path: 'save-plan done',
    args: [PLAN, { name: 'action' }],
    options: [{ flags: '--note <text>' }],
    async run(run, input) {
      await act(run, renewalOf(input.arg(0)), async ({ context, renewal, stamp }) => {
        const { completeSaveAction, findSavePlan, savePlanPage } = await import('../../operations/save-plans.ts');
        const plan = await findSavePlan(context.db, input.arg(0));
        const { template } = await savePlanPage(context.db, plan);
        const action = measureOf(run.t, plan.status === 'open' ? (template?.actions ?? []) : [], input.arg(1));
        await completeSaveAction(context, plan, { action, note: input.text('note') ?? '' }, stamp);
        return {
          answer: { repeated: false, phase: renewal.phase, stage: renewal.stage },
          text: run.t('cli:did.save_action', { action, contract: renewal.contractNumber }),
          data: { savePlan: plan._id, action },
        };
      });
    },
  },
  {
    path: 'save-plan close',
    args: [PLAN],
    options: [
      { flags: '--outcome <outcome>', required: true, choices: SAVE_OUTCOMES, vocabulary: 'save' },
      { flags: '--note <text>', required: true },
    ],
    async run(run, input) {
      const outcome = SAVE_OUTCOMES.find((known) => known === input.text('outcome')) ?? 'not needed';
      await act(run, renewalOf(input.arg(0)), async ({ context, renewal, stamp }) => {
        const { closeSavePlan, findSavePlan } = await import('../../operations/save-plans.ts');
        const plan = await findSavePlan(context.db, input.arg(0));
        await closeSavePlan(context, plan, { outcome, note: input.text('note') ?? '' }, stamp);
        return {
          answer: { repeated: false, phase: renewal.phase, stage: renewal.stage },
          text: run.t('cli:did.save_close', {
            contract: renewal.contractNumber,
            outcome: run.teller().word('save', outcome),
          }),
          data: { savePlan: plan._id, outcome },
        };
      });
    },
  },
];

/** `<renewal>/save/1` → the renewal; anything else names one already. */
function renewalOf(text: string): string {
  return text.split('/save/')[0] ?? text;
}
