import { LOCALES } from '../../domain/text.ts';
import type { Locale } from '../../domain/text.ts';
import type { Why } from '../../domain/renewal/effects.ts';
import type { TellEntries } from '../../operations/export/history-lines.ts';
import type { Database } from '../../schemas/connection.ts';
import { namesOf } from './renewals.ts';
import { tellerFor } from './say.ts';

/** Entries in all languages of the product. */
export function tellEntries(db: Database): TellEntries {
  return async (renewal, entries) => {
    const actors = entries.map(({ actor }) => actor);
    const told = await Promise.all(
      LOCALES.map(async (locale): Promise<[Locale, readonly string[]]> => {
        const teller = tellerFor(locale, await namesOf(db, renewal, actors, locale));
        return [locale, entries.map((entry) => teller.entry({ ...entry, why: entry.why as Why | null }))];
      }),
    );
    const texts = new Map(told);
    return entries.map((_, i) => ({ en: texts.get('en')?.[i] ?? '', 'zh-CN': texts.get('zh-CN')?.[i] ?? '' }));
  };
}
