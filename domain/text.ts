/** The languages every text for people exists in. */
export const LOCALES = ['en', 'zh-CN'] as const;
export type Locale = (typeof LOCALES)[number];

/** One text in both languages. */
export type LocalText = Readonly<Record<Locale, string>>;

/** Fills `{name}` placeholders; an unknown placeholder stays visible, so that a missing value is never hidden. */
export function fill(template: string, params: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : String(value);
  });
}
