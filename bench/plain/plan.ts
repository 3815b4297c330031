import { runForward } from '../../domain/renewal/run-forward.ts';
import type { Run } from '../../domain/renewal/run-forward.ts';
import type { Effect } from '../../domain/renewal/effects.ts';
import type { Playbook, Stage } from '../../domain/playbook/types.ts';
import type { Fact } from '../../domain/renewal/facts.ts';
import type { Snapshot } from '../../domain/renewal/snapshot.ts';
import { addMs, MS_PER_DAY } from '../../domain/time/index.ts';
import { ROLES } from '../../domain/people/types.ts';
import type { Role } from '../../domain/people/types.ts';
import type { CivilDate, Instant } from '../../domain/time/types.ts';
import { renewalId } from '../../workflows/renewal/messages.ts';
import { longAfter } from '../world.ts';
import type { PlainInput, PlainReminder, PlainRung, PlainStage } from './messages.ts';

/** What ends each stage of the script. */
const DONE_WHEN: Readonly<Record<string, Fact['kind']>> = {
  contact: 'communication logged',
  quote: 'quote issued',
  review: 'step completed',
  confirmation: 'quote accepted',
  payment: 'payment received',
};

/**
 * The dates that the plain workflow is started with: what the core does in this very scenario, run forward, so
 * that both send the same mails and open the same tasks on the same days.
 */
export function plainInput(snapshot: Snapshot, script: readonly Fact[], end: CivilDate, from: Instant): PlainInput {
  const { contract, client, playbook } = snapshot;
  if (playbook === null) throw new Error('the plain workflow needs a playbook to copy');
  const id = renewalId(contract.id, contract.term);
  const run = runForward({ renewalId: id, snapshot, from, until: longAfter(end), script });
  const opened = run.looks.find((look) => look.decision.state.phase === 'open');
  const last = run.looks.at(-1);
  if (opened === undefined || last === undefined) throw new Error('the renewal never opens');
  return {
    renewalId: id,
    contractId: contract.id,
    clientId: client.id,
    opensAt: opened.at,
    lapsesAt: script.length === 0 ? last.at : longAfter(end),
    reminders: effectsOf(run).flatMap(({ at, effect }) => reminderOf(at, effect)),
    stages: playbook.definition.stages.map((stage) => stageOf(stage, playbook.definition, run, script.length === 0)),
  };
}

function effectsOf(run: Run): readonly { readonly at: Instant; readonly effect: Effect }[] {
  return run.looks.flatMap(({ at, decision }) => decision.effects.map((effect) => ({ at, effect })));
}

function reminderOf(at: Instant, effect: Effect): readonly PlainReminder[] {
  if (effect.kind !== 'send outreach') return [];
  const { id, template, to } = effect;
  if (to === 'legal') throw new Error('the plain workflow writes no legal notices');
  return [{ id, template, role: to, at }];
}

function stageOf(stage: Stage, playbook: Playbook, run: Run, silent: boolean): PlainStage {
  const effects = effectsOf(run);
  return {
    id: stage.id,
    tasks: effects.flatMap(({ effect }) =>
      effect.kind === 'open task' && effect.stage === stage.id
        ? [{ step: effect.step, role: ownerOf(stage, effect.step), dueAt: effect.dueAt }]
        : [],
    ),
    doneWhen: DONE_WHEN[stage.id] ?? '',
    ladder: silent ? raised(stage, run) : planned(stage, playbook, run),
  };
}

function ownerOf(stage: Stage, step: string): Role {
  const found = stage.steps.find((one) => one.id === step);
  return found?.kind === 'task' ? (found.owner ?? stage.owner) : stage.owner;
}

/** Where nobody acts: the warnings and escalations that the core raises. */
function raised(stage: Stage, run: Run): readonly PlainRung[] {
  return effectsOf(run).flatMap(({ at, effect }): readonly PlainRung[] => {
    if (effect.kind === 'warn owner' && effect.stage === stage.id) return [{ at, level: stage.owner, warning: true }];
    if (effect.kind !== 'escalate' || effect.stage !== stage.id) return [];
    return [{ at, level: ROLES.find((role) => role === effect.level) ?? 'director', warning: false }];
  });
}

/** Where people act in time: the rungs stand ready, one timer at a time, and none is reached. */
function planned(stage: Stage, playbook: Playbook, run: Run): readonly PlainRung[] {
  const opened = run.looks.find((look) => look.decision.state.phase === 'open');
  const row = opened?.decision.view.rows.find((one) => one.stage === stage.id);
  if (row === undefined) throw new Error(`no stage ${stage.id} in ${playbook.id}`);
  const begin = `${row.start}T10:00:00.000Z` as Instant;
  const days = (Number(new Date(row.end)) - Number(new Date(row.start))) / MS_PER_DAY;
  const rungs = stage.stalled.map(({ at, action }) => ({
    at: addMs(begin, ((days * at) / 100) * MS_PER_DAY),
    level: action.kind === 'escalate' ? action.to : stage.owner,
    warning: action.kind !== 'escalate',
  }));
  return [...rungs, { at: addMs(begin, 4 * days * MS_PER_DAY), level: 'director', warning: false }];
}
