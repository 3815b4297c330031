import type { Why } from '../../domain/renewal/effects.ts';
import type { Locale } from '../../domain/text.ts';
import { formats } from '../../i18n/format.ts';
import { translator } from '../../i18n/index.ts';
import { Teller } from '../../i18n/story.ts';
import type { Names } from '../../i18n/story.ts';

/** Tells codes in the caller's language. Times are in UTC, as everywhere in the API: a page turns them into its reader's zone. */
export function tellerFor(locale: Locale, names?: Names): Teller {
  return new Teller(translator(locale), formats(locale, 'UTC'), names);
}

export function whyOf(
  teller: Teller,
  why: Why,
): { rule: string; inputs: Record<string, string | number>; text: string } {
  return { rule: why.rule, inputs: { ...why.inputs }, text: teller.why(why) };
}

/** What a task asks for: the step's name where it is one of the playbook, else its kind. */
export function taskTitle(
  teller: Teller,
  { kind, step, stage }: { readonly kind: string; readonly step: string | null; readonly stage: string | null },
): string {
  if (['step', 'meeting', 'save action'].includes(kind) && step !== null) return teller.stage(step);
  const word = teller.word('task', kind);
  return kind === 'escalation' && stage !== null ? `${word} · ${teller.stage(stage)}` : word;
}
