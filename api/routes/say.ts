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
