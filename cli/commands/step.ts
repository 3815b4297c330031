import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { act } from '../act.ts';
import type { Acting } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { choiceList } from '../choices.ts';
import { taskStep } from '../render/renewal.ts';
import type { Run } from '../run.ts';
import { stepChoices, stepId } from '../step-id.ts';

const ARGS = [{ name: 'renewal' }, { name: 'step' }] as const;

/** The id of what is meant: a stage, a step, or an open task by what `renewal show` calls it. Throws `step.unknown`. */
async function stepOf(run: Run, { reach, renewal, params }: Acting, text: string): Promise<string> {
  const { routes } = reach;
  const [{ playbook }, { items: tasks }] = await Promise.all([
    reach.call(routes.renewalWords, { params }),
    reach.call(routes.renewalTasks, { params }),
  ]);
  const step = stepId(playbook, renewal.stage, text);
  const choices = stepChoices(playbook);
  const known = [...choices.map(({ id }) => id), ...tasks.flatMap((task) => [task.id, taskStep(task)])];
  // Without a playbook, or once it has ended, the core says what stands in the way.
  if (playbook === null || renewal.phase === 'closed') {
    if (/^[a-z0-9][\w .~-]{0,79}$/i.test(step)) return step;
  } else if (known.includes(step.replaceAll(' ', '-'))) return step;
  throw PerennialError.of('step.unknown', { step: excerpt(text), known: choiceList(run.t, choices) });
}

export const commands: readonly CommandSpec[] = [
  { path: 'step' },
  {
    path: 'step complete',
    where: 'both',
    args: ARGS,
    options: [{ flags: '--note <text>' }],
    async run(run, input) {
      await act(run, input.arg(0), async (acting) => {
        const { reach, renewal, params, key } = acting;
        const step = await stepOf(run, acting, input.arg(1));
        const body = { step, note: input.text('note') ?? '' };
        const answer = await reach.call(reach.routes.completeStep, { params, body }, key);
        return { answer, text: run.t('cli:did.complete', { step, contract: renewal.contractNumber }) };
      });
    },
  },
  {
    path: 'step skip',
    where: 'both',
    args: ARGS,
    options: [{ flags: '--reason <text>', required: true }],
    async run(run, input) {
      await act(run, input.arg(0), async (acting) => {
        const { reach, renewal, params, key } = acting;
        const step = await stepOf(run, acting, input.arg(1));
        const body = { step, reason: input.text('reason') ?? '' };
        const answer = await reach.call(reach.routes.skipStep, { params, body }, key);
        return { answer, text: run.t('cli:did.skip', { step, contract: renewal.contractNumber }) };
      });
    },
  },
  {
    path: 'step redo',
    where: 'both',
    args: ARGS,
    options: [{ flags: '--reason <text>', required: true }],
    async run(run, input) {
      await act(run, input.arg(0), async (acting) => {
        const { reach, renewal, params, key } = acting;
        const step = await stepOf(run, acting, input.arg(1));
        const body = { step, reason: input.text('reason') ?? '' };
        const answer = await reach.call(reach.routes.redoStep, { params, body }, key);
        return { answer, text: run.t('cli:did.redo', { step, contract: renewal.contractNumber }) };
      });
    },
  },
];
