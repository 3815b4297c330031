import { createInstance } from 'i18next';
import type { i18n } from 'i18next';
import type { Locale, LocalText } from '../domain/text.ts';
import type { Catalogues, Params, TextKey } from './catalogue.ts';
import * as en from './en/index.ts';
import * as zh from './zh-CN/index.ts';

export type { Catalogues, Params, TextKey } from './catalogue.ts';
export { chooseLocale, parseLocale } from './language.ts';

/** Texts of one language. */
export interface Translator {
  readonly locale: Locale;
  /** The text of a key; `count` among the params picks the plural. */
  (key: TextKey, params?: Params): string;
  /** The text of a code that may be unknown: then the code itself, made readable. */
  code(catalogue: keyof Catalogues, code: string, params?: Params): string;
  has(catalogue: keyof Catalogues, code: string): boolean;
  /** Our language of a text that exists in both. */
  local(text: LocalText): string;
}

const instances = new Map<Locale, i18n>();

function instance(locale: Locale): i18n {
  const known = instances.get(locale);
  if (known) return known;
  const made = createInstance({
    lng: locale,
    fallbackLng: false,
    resources: { [locale]: locale === 'en' ? en : zh },
    // Codes contain dots and colons of their own, so the key is never taken apart.
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    interpolation: { prefix: '{', suffix: '}', escapeValue: false },
    // A missing value stays visible, like in `fill` of the domain.
    missingInterpolationHandler: (_text: string, match: RegExpExecArray) => match[0],
  });
  void made.init();
  instances.set(locale, made);
  return made;
}

/** Texts in `locale`. Cheap: the catalogue of a language is loaded once. */
export function translator(locale: Locale): Translator {
  const engine = instance(locale);
  const text = (ns: string, key: string, params: Params = {}): string =>
    locale === 'zh-CN' ? spaced(engine.t(key, { ns, ...marked(params) })) : engine.t(key, { ns, ...params });
  const has = (ns: string, key: string): boolean => engine.exists(key, { ns });
  const t = (key: TextKey, params?: Params): string => {
    const cut = key.indexOf(':');
    return text(key.slice(0, cut), key.slice(cut + 1), params);
  };
  return Object.assign(t, {
    locale,
    has,
    code: (ns: keyof Catalogues, code: string, params: Params = {}): string =>
      has(ns, code) ? text(ns, code, params) : readable(code, params),
    local: (both: LocalText): string => both[locale],
  });
}

const EDGE = '\u2063';

/** Marks where a value begins and ends in its sentence. */
function marked(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? EDGE + value + EDGE : value]),
  );
}

/** A blank where a Latin name meets Chinese: 由 Li Ting 批准. Inside a value everything stays as it was written. */
function spaced(text: string): string {
  return text
    .replaceAll(/(?<=[A-Za-z])\u2063+(?=\p{Script=Han})|(?<=\p{Script=Han})\u2063+(?=[A-Za-z])/gu, ' ')
    .replaceAll(EDGE, '');
}

/** `stage.begun` with params → "stage begun (stage: quote)": a code without a text is still understood. */
export function readable(code: string, params: Params = {}): string {
  const words = code.replaceAll(/[._]/g, ' ');
  const values = Object.entries(params).map(([name, value]) => `${name}: ${value}`);
  return values.length === 0 ? words : `${words} (${values.join(', ')})`;
}
