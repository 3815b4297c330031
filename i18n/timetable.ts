import type { Playbook } from '../domain/playbook/types.ts';
import type { TimelineEntry } from '../domain/playbook/index.ts';
import type { Translator } from './index.ts';
import type { Teller } from './story.ts';

/** The entries of a playbook's timetable in words. */
export interface EntryWords {
  /** Name of a stage; its id where the playbook has none of that name. */
  readonly stage: (id: string) => string;
  /** What happens: "Quote is due", "mail “Renewal ahead”". */
  readonly what: (entry: TimelineEntry) => string;
}

export function entryWords(t: Translator, teller: Teller, playbook: Playbook): EntryWords {
  const stages = new Map(playbook.stages.map((stage) => [stage.id, t.local(stage.name)]));
  const series = [...playbook.stages.flatMap((stage) => stage.steps), ...playbook.reminders];
  const steps = new Map(
    series.map((step) => [
      step.id,
      step.kind === 'outreach' ? teller.word('template', step.template) : t.local(step.name),
    ]),
  );
  const stage = (id: string): string => stages.get(id) ?? id;
  return {
    stage,
    what: (entry) => {
      if (entry.kind === 'stalled') return levelWords(t, playbook, entry);
      return t.code('cli', `timeline.${entry.kind}`, {
        step: entry.step === null ? '' : (steps.get(entry.step) ?? entry.step),
        stage: entry.stage === null ? '' : stage(entry.stage),
      });
    },
  };
}

/** The entries as they are told to others: with their words, and null where there is nothing to say. */
export function entryRows(entries: readonly TimelineEntry[], words: EntryWords) {
  return entries.map((entry) => ({
    stage: entry.stage,
    stageName: entry.stage === null ? null : words.stage(entry.stage),
    step: entry.step,
    kind: entry.kind,
    occurrence: entry.occurrence,
    date: entry.date,
    at: entry.at,
    text: words.what(entry),
    note: entry.note ?? null,
    when: entry.when ?? null,
    provisional: entry.provisional,
  }));
}

/** What a level of escalation does if nothing happens until then. */
function levelWords(t: Translator, playbook: Playbook, entry: TimelineEntry): string {
  const stage = playbook.stages.find((one) => one.id === entry.stage);
  const timeout = entry.step === 'timeout';
  const level = stage?.stalled.find((one) => `${one.at}%` === entry.step);
  const action = timeout ? stage?.timeout.action : level?.action;
  const when = timeout ? t('cli:timeline.timeout') : t('cli:timeline.idle', { percent: level?.at ?? 0 });
  const does =
    action?.kind === 'escalate'
      ? t('cli:timeline.escalate', { role: t.code('words', `role.${action.to}`) })
      : t('cli:timeline.warn');
  return `${when}${does}`;
}
