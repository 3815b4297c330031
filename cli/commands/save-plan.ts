import { SAVE_OUTCOMES } from '../../domain/renewal/facts.ts';
import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { namesFrom } from '../names.ts';
import { measureOf } from '../typed-checks.ts';
import { renderSavePlan } from '../render/save-plan.ts';

const PLAN = { name: 'renewal', text: 'save-plan' } as const;

export const commands: readonly CommandSpec[] = [
  { path: 'save-plan' },
  {
    path: 'save-plan show',
    where: 'both',
    args: [PLAN],
    async run(run, input) {
      await run.reach(async (reach) => {
        const { query } = meant(input.arg(0));
        const renewal = await reach.find(meant(input.arg(0)).renewal);
        const plan = await reach.call(reach.routes.getSavePlan, { params: { renewalId: renewal.id }, query });
        const teller = run.teller(namesFrom(run, { people: await reach.people() }));
        run.print(plan, () => renderSavePlan(run, plan, teller));
      });
    },
  },
  {
    path: 'save-plan done',
    where: 'both',
    args: [PLAN, { name: 'action' }],
    options: [{ flags: '--note <text>' }],
    async run(run, input) {
      const { renewal: target, query } = meant(input.arg(0));
      await act(run, target, async ({ reach, renewal, params, key }) => {
        const { routes } = reach;
        const plan = await reach.call(routes.getSavePlan, { params, query });
        const words = plan.status === 'open' ? await reach.call(routes.renewalWords, { params }) : null;
        const measures = words?.causes?.find(({ id }) => id === plan.cause)?.actions ?? [];
        const action = measureOf(run.t, measures, input.arg(1));
        const body = { ...query, action, note: input.text('note') ?? '' };
        const { factId, savePlanId } = await reach.call(routes.completeSaveAction, { params, body }, key);
        return {
          answer: { factId, phase: renewal.phase, stage: renewal.stage },
          text: run.t('cli:did.save_action', { action, contract: renewal.contractNumber }),
          data: { savePlan: savePlanId, action },
        };
      });
    },
  },
  {
    path: 'save-plan close',
    where: 'both',
    args: [PLAN],
    options: [
      { flags: '--outcome <outcome>', required: true, choices: SAVE_OUTCOMES, vocabulary: 'save' },
      { flags: '--note <text>', required: true },
    ],
    async run(run, input) {
      const outcome = SAVE_OUTCOMES.find((known) => known === input.text('outcome')) ?? 'not needed';
      const { renewal: target, query } = meant(input.arg(0));
      await act(run, target, async ({ reach, renewal, params, key }) => {
        const body = { ...query, outcome, note: input.text('note') ?? '' };
        const { factId, savePlanId } = await reach.call(reach.routes.closeSavePlan, { params, body }, key);
        return {
          answer: { factId, phase: renewal.phase, stage: renewal.stage },
          text: run.t('cli:did.save_close', {
            contract: renewal.contractNumber,
            outcome: run.teller().word('save', outcome),
          }),
          data: { savePlan: savePlanId, outcome },
        };
      });
    },
  },
];

/** `<renewal>/save/1` is the first plan of a renewal; anything else names the renewal whose client has one. */
function meant(text: string): { readonly renewal: string; readonly query: { readonly number?: number } } {
  const [renewal = text, number] = text.split('/save/');
  const given = /^\d{1,4}$/.test(number ?? '') ? Number(number) : 0;
  return { renewal, query: given === 0 ? {} : { number: given } };
}
