import type { Playbook, SavePlanSet } from '../domain/playbook/types.ts';
import type { LocalText } from '../domain/text.ts';
import type { Names } from '../i18n/story.ts';
import type { Run } from './run.ts';
import type { Words } from './seen.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Names for ids: of people, of the client's contacts, of stages, steps and measures. */
export function namesFrom(
  run: Pick<Run, 't'>,
  known: {
    readonly people?: readonly Named[];
    readonly client?: { readonly contacts: readonly Named[] } | null;
    readonly words?: Words;
    readonly playbooks?: readonly Playbook[];
    readonly savePlanSets?: readonly SavePlanSet[];
    readonly rows?: readonly { readonly stage: string; readonly name: LocalText }[];
  },
): Names {
  const people = new Map<string, string>([
    ...(known.people ?? []).map((person) => [person.id, person.name] as const),
    ...(known.client?.contacts ?? []).map((contact) => [contact.id, contact.name] as const),
  ]);
  const playbooks = [...(known.playbooks ?? []), ...(known.words?.playbook ? [known.words.playbook] : [])];
  const named: (readonly [string, LocalText])[] = [
    ...playbooks
      .flatMap((playbook): Stages => playbook.stages)
      .flatMap((stage) => [
        [stage.id, stage.name] as const,
        // Mails have no names.
        ...stage.steps.flatMap((step) => (step.name == null ? [] : [[step.id, step.name] as const])),
      ]),
    ...[...(known.savePlanSets ?? []).flatMap((set) => set.plans), ...(known.words?.causes ?? [])].flatMap((plan) =>
      plan.actions.map((action) => [action.id, action.name] as const),
    ),
    ...(known.rows ?? []).map((row) => [row.stage, row.name] as const),
  ];
  const stages = new Map(named.map(([id, name]) => [id, run.t.local(name)]));
  return { person: (id) => people.get(id), stage: (id) => stages.get(id) };
}

type Stages = readonly {
  readonly id: string;
  readonly name: LocalText;
  readonly steps: readonly { readonly id: string; readonly name?: LocalText | null }[];
}[];
