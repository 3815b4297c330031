import type { LocalText } from '../domain/text.ts';
import { LOCALES } from '../domain/text.ts';
import { translator } from '../i18n/index.ts';
import type { Translator } from '../i18n/index.ts';

/** Something that is chosen by its id, or by its name in either language. */
export interface Choice {
  readonly id: string;
  readonly name: LocalText;
}

/** How names are compared: `not-saved`, `not saved` and `Not Saved` are one. */
const key = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '');

/** Codes with their names out of the vocabulary that is given. */
export function wordChoices(vocabulary: string, codes: readonly string[]): readonly Choice[] {
  const word = (locale: (typeof LOCALES)[number], code: string) =>
    translator(locale).code('words', `${vocabulary}.${code}`);
  return codes.map((id) => ({ id, name: { en: word('en', id), 'zh-CN': word('zh-CN', id) } }));
}

/** The id that a person means; undefined where it is none of the choices. */
export function choiceOf(text: string, choices: readonly Choice[]): string | undefined {
  const wanted = key(text);
  const found =
    choices.find(({ id }) => key(id) === wanted) ??
    choices.find(({ name }) => LOCALES.some((locale) => key(name[locale]) === wanted));
  return found?.id;
}

/** `call (电话)`: the ids that can be typed anywhere, with their names for the reader. */
export function choiceList(t: Translator, choices: readonly Choice[]): string {
  return choices
    .map(({ id, name }) => {
      const shown = t.local(name);
      if (key(shown) === key(id)) return id;
      return t.locale === 'zh-CN' ? `${id}（${shown}）` : `${id} (${shown})`;
    })
    .join(t('cli:list.comma'));
}
