import type { LocalText } from '../domain/text.ts';
import type { Choice } from './choices.ts';
import type { Words } from './seen.ts';

const key = (text: string) => text.normalize('NFKC').trim().toLowerCase();

type Stage = NonNullable<Words['playbook']>['stages'][number];

/**
 * The id of a stage or step that is named as people read it, in either language; any other word as it is: the core
 * knows stages, steps and open tasks by their ids. Steps of the stage in work go before those of others.
 */
export function stepId(playbook: Words['playbook'], stageInWork: string | null, text: string): string {
  const wanted = key(text);
  const named = (one: Choice) =>
    key(one.id) === wanted || Object.values(one.name).some((name: string) => key(name) === wanted);
  const stages = playbook?.stages ?? [];
  const inOrder = [...stages.filter(({ id }) => id === stageInWork), ...stages];
  const found = stages.find(named) ?? inOrder.flatMap(takenSteps).find(named);
  return found?.id ?? text;
}

/** Stages, and the steps in them that a command takes. */
export function stepChoices(playbook: Words['playbook']): readonly Choice[] {
  return (playbook?.stages ?? []).flatMap((stage) => [{ id: stage.id, name: stage.name }, ...takenSteps(stage)]);
}

/** Mails go by themselves. */
function takenSteps({ steps }: Stage): readonly Choice[] {
  return steps.flatMap(({ id, kind, name }): readonly { id: string; name: LocalText }[] =>
    kind === 'outreach' || name === null ? [] : [{ id, name }],
  );
}
