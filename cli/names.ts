import type { Person } from '../domain/people/types.ts';
import type { Client } from '../domain/people/contract.ts';
import type { Playbook, SavePlanSet } from '../domain/playbook/types.ts';
import type { ProcessRow } from '../domain/renewal/view.ts';
import type { LocalText } from '../domain/text.ts';
import type { Names } from '../i18n/story.ts';
import type { Run } from './run.ts';

/** Names for ids: of people, of the client's contacts, of stages and steps. */
export function namesFrom(
  run: Run,
  known: {
    readonly people?: readonly Person[];
    readonly client?: Client | null;
    readonly playbook?: Playbook | null;
    readonly playbooks?: readonly Playbook[];
    readonly savePlanSets?: readonly SavePlanSet[];
    readonly rows?: readonly ProcessRow[];
  },
): Names {
  const people = new Map<string, string>([
    ...(known.people ?? []).map((person) => [person.id, person.name] as const),
    ...(known.client?.contacts ?? []).map((contact) => [contact.id, contact.name] as const),
  ]);
  const named: (readonly [string, LocalText])[] = [
    ...[...(known.playbooks ?? []), ...(known.playbook ? [known.playbook] : [])]
      .flatMap((playbook) => playbook.stages)
      .flatMap((stage) => [
        [stage.id, stage.name] as const,
        ...stage.steps.flatMap((step) => (step.kind === 'outreach' ? [] : [[step.id, step.name] as const])),
      ]),
    ...(known.savePlanSets ?? []).flatMap((set) =>
      set.plans.flatMap((plan) => plan.actions.map((action) => [action.id, action.name] as const)),
    ),
    ...(known.rows ?? []).map((row) => [row.stage, row.name] as const),
  ];
  const stages = new Map(named.map(([id, name]) => [id, run.t.local(name)]));
  return { person: (id) => people.get(id), stage: (id) => stages.get(id) };
}
