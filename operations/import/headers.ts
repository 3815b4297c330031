import { excerpt, problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { Locale } from '../../domain/text.ts';
import { CONTRACT_FIELDS, ERROR_COLUMNS, TEAM_FIELDS } from './fields.ts';
import type { ContractField, FieldSpec, TeamField } from './fields.ts';
import { readUnit } from './header-unit.ts';
import type { HeaderUnit } from './header-unit.ts';

export type ImportKind = 'contracts' | 'team';

/** One column and what it is read as. */
export interface ColumnMapping {
  readonly header: string;
  /** Counted from 1. */
  readonly column: number;
  readonly field: ContractField | TeamField;
  /** By its name, or because the user said so. */
  readonly how: 'name' | 'chosen';
  readonly unit: HeaderUnit;
}

/** How a header was read, to be shown before anything is stored. */
export interface Mapping {
  readonly kind: ImportKind;
  readonly columns: readonly ColumnMapping[];
  /** Headers that mean nothing to us; their cells are not imported. */
  readonly ignored: readonly string[];
  /** The language most headers are written in. */
  readonly locale: Locale;
}

/** `{ header: field }`; a field of null leaves the column out. */
export type MappingOverrides = Readonly<Record<string, string | null>>;

const normalize = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\-_.·*#:'"/]/g, '');

type Aliases = ReadonlyMap<string, string>;

function aliasTable(fields: Readonly<Record<string, FieldSpec>>): Aliases {
  const table = new Map<string, string>();
  for (const [name, spec] of Object.entries(fields)) {
    table.set(normalize(name), name);
    for (const alias of spec.aliases) if (normalize(alias) !== '') table.set(normalize(alias), name);
  }
  return table;
}

const TABLES = {
  contracts: { fields: CONTRACT_FIELDS as Readonly<Record<string, FieldSpec>>, aliases: aliasTable(CONTRACT_FIELDS) },
  team: { fields: TEAM_FIELDS as Readonly<Record<string, FieldSpec>>, aliases: aliasTable(TEAM_FIELDS) },
} as const;

const OURS = new Set(ERROR_COLUMNS.map(normalize));

/** Splits `金额(万元)` into `金额` and its unit. */
function splitUnit(header: string): { name: string; unit: HeaderUnit } {
  const plain = header.normalize('NFKC').trim();
  const match =
    /^(.*?)\s*[([【{]([^)\]】}]*)[)\]】}]\s*\*?$/.exec(plain) ?? /^(.*金额|amount)\s*[/:,]\s*(.+)$/i.exec(plain);
  return match?.[1] ? { name: match[1], unit: readUnit(match[2] ?? '') } : { name: plain, unit: {} };
}

function fieldOf(aliases: Aliases, header: string): { field: string; unit: HeaderUnit } | undefined {
  const whole = aliases.get(normalize(header));
  const { name, unit } = splitUnit(header);
  const field = whole ?? aliases.get(normalize(name));
  return field === undefined ? undefined : { field, unit };
}

/** Chooses the kind by what the header can be read as: an end date or an amount is never in a team table. */
export function guessKind(header: readonly string[], overrides: MappingOverrides = {}): ImportKind | undefined {
  const found = (kind: ImportKind) => {
    const fields = new Set<string | undefined>(header.map((h) => fieldOf(TABLES[kind].aliases, h)?.field));
    for (const chosen of Object.values(overrides)) if (chosen !== null) fields.add(chosen);
    return fields;
  };
  const contract = found('contracts');
  const team = found('team');
  if (contract.has('number') || contract.has('endDate') || contract.has('amount')) return 'contracts';
  if (team.has('email') && (team.has('roles') || team.has('manager'))) return 'team';
  if (contract.has('client')) return 'contracts';
  return undefined;
}

export interface MappingResult {
  readonly mapping: Mapping;
  /** `csv.header_missing`, `csv.header_duplicate`, `csv.header_unknown`, `field.forbidden`; empty = usable. */
  readonly problems: readonly Problem[];
}

export interface HeaderPlace {
  readonly file: string;
  readonly row: number;
  readonly sheet?: string;
}

/**
 * Reads a header row of the given kind. Names in both languages are known by an alias list; `overrides` go first.
 */
export function mapHeader(
  kind: ImportKind,
  header: readonly string[],
  overrides: MappingOverrides,
  place: HeaderPlace,
): MappingResult {
  const { fields, aliases } = TABLES[kind];
  const locale = languageOf(header);
  const problems: Problem[] = [];
  const columns: ColumnMapping[] = [];
  const ignored: string[] = [];
  const byField = new Map<string, ColumnMapping>();
  for (const [chosen, to] of Object.entries(overrides)) {
    if (to !== null && !Object.hasOwn(fields, to)) {
      const params = { value: excerpt(to), field: 'field', choices: Object.keys(fields).join(', ') };
      problems.push(problem('field.choice', params, { ...place, field: chosen }));
    }
    if (header.some((h) => h.trim() === chosen.trim())) continue;
    const found = excerpt(header.join(', '));
    problems.push(problem('csv.header_unknown', { value: excerpt(chosen), found }, place));
  }
  for (const [i, text] of header.entries()) {
    const name = text.trim();
    if (name === '' || OURS.has(normalize(name))) continue;
    const override = overrides[name] ?? overrides[text];
    const skipped = overrides[name] === null || overrides[text] === null;
    const guess = skipped ? undefined : (chosenField(override, name, fields) ?? fieldOf(aliases, name));
    if (guess === undefined) {
      ignored.push(name);
      continue;
    }
    const how = typeof override === 'string' ? 'chosen' : 'name';
    const column: ColumnMapping = {
      header: name,
      column: i + 1,
      field: guess.field as ColumnMapping['field'],
      how,
      unit: guess.unit,
    };
    const at = { ...place, column: i + 1, field: name };
    const before = byField.get(guess.field);
    if (guess.field === 'tenant') {
      problems.push(problem('field.forbidden', { value: excerpt(name) }, at));
    } else if (before) {
      const params = { field: `@field.${guess.field}`, first: before.column, second: i + 1 };
      problems.push(problem('csv.header_duplicate', params, at));
    } else {
      byField.set(guess.field, column);
      columns.push(column);
    }
  }
  for (const [name, spec] of Object.entries(fields)) {
    if (spec.required !== true || byField.has(name)) continue;
    const label = spec.label[locale];
    problems.push(problem('csv.header_missing', { field: `@field.${name}`, header: label }, place));
  }
  return { mapping: { kind, columns, ignored, locale }, problems };
}

function chosenField(
  override: string | null | undefined,
  header: string,
  fields: Readonly<Record<string, FieldSpec>>,
): { field: string; unit: HeaderUnit } | undefined {
  if (typeof override !== 'string' || !Object.hasOwn(fields, override)) return undefined;
  return { field: override, unit: splitUnit(header).unit };
}

function languageOf(header: readonly string[]): Locale {
  const named = header.filter((h) => h.trim() !== '' && !OURS.has(normalize(h)));
  const chinese = named.filter((h) => /\p{Script=Han}/u.test(h)).length;
  return chinese * 2 >= named.length && chinese > 0 ? 'zh-CN' : 'en';
}

/** The fields of a kind with their names, for a chooser. */
export function fieldsOf(kind: ImportKind): Readonly<Record<string, FieldSpec>> {
  return TABLES[kind].fields;
}
