import { LOCALES } from '../domain/text.ts';
import type { Locale } from '../domain/text.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** `zh`, `zh_CN.UTF-8`, `zh-Hans` → zh-CN; `en…` → en; anything else is not a language of ours. */
export function parseLocale(text: string): Locale | undefined {
  const lower = text.toLowerCase();
  if (/^zh(?![a-z])/.test(lower)) return 'zh-CN';
  if (/^en(?![a-z])/.test(lower)) return 'en';
  return LOCALES.find((locale) => locale.toLowerCase() === lower);
}

/** `--lang`, PERENNIAL_LANG, then the system's language as POSIX orders it; English where nothing is said. */
export function chooseLocale(option: string | undefined, env: Env): Locale {
  for (const wish of [option, env['PERENNIAL_LANG']]) {
    const locale = wish === undefined ? undefined : parseLocale(wish);
    if (locale) return locale;
  }
  const system = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '');
  return (system === undefined ? undefined : parseLocale(system)) ?? 'en';
}
