import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { choiceList } from '../choices.ts';
import { taskStep } from '../render/renewal.ts';
import type { Run } from '../run.ts';
import { stepChoices, stepId } from '../step-id.ts';

const ARGS = [{ name: 'renewal' }, { name: 'step' }] as const;

/** The id of what is meant: a stage, a step, or an open task by what `renewal show` calls it. Throws `step.unknown`. */
async function stepOf(run: Run, { db }: OperationsContext, renewal: RenewalDoc, text: string): Promise<string> {
  const { pinnedPlaybook } = await import('../../operations/renewal-page.ts');
  const { listTasks } = await import('../../operations/store/queries.ts');
  const [playbook, { items: tasks }] = await Promise.all([
    pinnedPlaybook(db, renewal),
    listTasks(db, { renewalId: renewal._id, limit: 1000 }),
  ]);
  const step = stepId(playbook, renewal.stage, text);
  const choices = stepChoices(playbook);
  const known = [...choices.map(({ id }) => id), ...tasks.flatMap((task) => [task._id, taskStep(task)])];
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
    args: ARGS,
    options: [{ flags: '--note <text>' }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const step = await stepOf(run, context, renewal, input.arg(1));
        const { completeStep } = await import('../../operations/commands.ts');
        const answer = await completeStep(context, renewal._id, { step, note: input.text('note') ?? '' }, stamp);
        return { answer, text: run.t('cli:did.complete', { step, contract: renewal.contractNumber }) };
      });
    },
  },
  {
    path: 'step skip',
    args: ARGS,
    options: [{ flags: '--reason <text>', required: true }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const step = await stepOf(run, context, renewal, input.arg(1));
        const { skipStep } = await import('../../operations/commands.ts');
        const answer = await skipStep(context, renewal._id, { step, reason: input.text('reason') ?? '' }, stamp);
        return { answer, text: run.t('cli:did.skip', { step, contract: renewal.contractNumber }) };
      });
    },
  },
  {
    path: 'step redo',
    args: ARGS,
    options: [{ flags: '--reason <text>', required: true }],
    async run(run, input) {
      await act(run, input.arg(0), async ({ context, renewal, stamp }) => {
        const step = await stepOf(run, context, renewal, input.arg(1));
        const { redoStep } = await import('../../operations/commands.ts');
        const answer = await redoStep(context, renewal._id, { step, reason: input.text('reason') ?? '' }, stamp);
        return { answer, text: run.t('cli:did.redo', { step, contract: renewal.contractNumber }) };
      });
    },
  },
];
