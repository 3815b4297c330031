import type { Locale, LocalText } from '../../domain/text.ts';
import type { Money } from '../../domain/money/types.ts';
import { formatMoney } from '../../domain/money/index.ts';
import type { CivilDate, WallTime } from '../../domain/time/types.ts';
import { formatDate } from '../format.ts';
import { MAIL_VARIABLES, VARIABLE_PATHS } from '../model.ts';
import { isAllowedLink } from './markdown.ts';
import type { MailModel, VariableKind, VariablePath } from '../model.ts';

/** What the template sees: texts in the recipient's language, and numbers for conditions. */
export type Scope = Readonly<Record<string, Readonly<Record<string, string | number>>>>;

/**
 * Formats the model for one reader. Values that are absent, null, blank or not a number are left out of
 * `scope`, so that they count as missing everywhere. `links` are the addresses of our own among them.
 */
export function toScope(
  model: MailModel,
  locale: Locale,
): { scope: Scope; known: ReadonlySet<VariablePath>; links: ReadonlySet<string> } {
  const scope = bare<Record<string, string | number>>();
  const known = new Set<VariablePath>();
  const links = new Set<string>();
  for (const path of VARIABLE_PATHS) {
    const [group = '', field = ''] = path.split('.');
    const fields = (scope[group] ??= bare<string | number>());
    const given = (model as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>)[group]?.[field];
    if (given === undefined || given === null) continue;
    const value = present(MAIL_VARIABLES[path].kind, given, locale);
    if (value === null) continue;
    fields[field] = value;
    known.add(path);
    if (MAIL_VARIABLES[path].kind === 'link') links.add(String(value));
  }
  return { scope, known, links };
}

/** Without a prototype, so that no template can reach `constructor` and the like. */
function bare<V>(): Record<string, V> {
  return Object.create(null) as Record<string, V>;
}

function present(kind: VariableKind, given: unknown, locale: Locale): string | number | null {
  switch (kind) {
    case 'text':
      return cleanText(typeof given === 'string' ? given : (given as LocalText)[locale]);
    case 'date':
      return formatDate(given as CivilDate, locale);
    case 'time':
      return cleanText(given as WallTime);
    case 'money':
      return formatMoney(given as Money, locale);
    case 'link':
      return isAllowedLink(given as string) ? (given as string) : null;
    case 'number':
      return Number.isFinite(given) ? (given as number) : null;
    default: {
      const never: never = kind;
      throw new Error(`unknown kind ${String(never)}`);
    }
  }
}

/** Null where nothing visible is left. Control characters, text-direction overrides and half characters go. */
function cleanText(text: string): string | null {
  const clean = text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\n\P{Cc}]|[\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, ' ')
    .trim();
  return clean === '' ? null : clean;
}
