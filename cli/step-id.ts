import type { Playbook } from '../domain/playbook/types.ts';
import type { LocalText } from '../domain/text.ts';
import type { Choice } from './choices.ts';

const key = (text: string) => text.normalize('NFKC').trim().toLowerCase();

/**
 * The id of a stage or step that is named as people read it, in either language; any other word as it is: the core
 * knows stages, steps and open tasks by their ids. Steps of the stage in work go before those of others.
 */
export function stepId(playbook: Playbook | null, stageInWork: string | null, text: string): string {
  const wanted = key(text);
  const named = (one: { readonly id: string; readonly name: LocalText }) =>
    key(one.id) === wanted || Object.values(one.name).some((name) => key(name) === wanted);
  const stages = playbook?.stages ?? [];
  const inOrder = [...stages.filter(({ id }) => id === stageInWork), ...stages];
  const found =
    stages.find(named) ??
    inOrder.flatMap((stage) => stage.steps.flatMap((step) => (step.kind === 'outreach' ? [] : [step]))).find(named);
  return found?.id ?? text;
}

/** Stages, and the steps in them that a command takes. */
export function stepChoices(playbook: Playbook | null): readonly Choice[] {
  return (playbook?.stages ?? []).flatMap((stage) => [
    { id: stage.id, name: stage.name },
    ...stage.steps.flatMap((step) => (step.kind === 'outreach' ? [] : [{ id: step.id, name: step.name }])),
  ]);
}
