import { SUPERSEDE_REASONS } from '../renewal/effects.ts';

const OUR_REASONS: readonly unknown[] = [...SUPERSEDE_REASONS, 'paused'];
/** An address, or anything that may be one. */
const ADDRESS = /\S@\S+\.\S/;

/**
 * Fields of a history entry's detail that hold what people wrote or who they are. They are sealed under the
 * client's key; everything else (kinds, ids, dates, amounts) stays readable after the key is erased.
 */
export const PERSONAL_FIELDS = [
  'note',
  'remarks',
  'notes',
  'reason',
  'comment',
  'summary',
  'promise',
  'nextStep',
  'competitor',
  'name',
  'clientName',
  'email',
  'phone',
  'address',
  'recipient',
] as const;

const personal: ReadonlySet<string> = new Set(PERSONAL_FIELDS);

/** What stands in place of a personal value: its ciphertext. */
export interface Sealed {
  readonly sealed: string;
}

/** What is shown for a value whose key was erased. */
export const ERASED = { erased: true } as const;

export function isSealed(value: unknown): value is Sealed {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] === 'sealed' && typeof (value as Sealed).sealed === 'string';
}

/**
 * Replaces the personal values in a detail, wherever they are nested: those of {@link PERSONAL_FIELDS}, and any
 * text with a mail address in it. `path` tells one place from another, so that a ciphertext can't be moved.
 */
export function sealPersonal(
  detail: Readonly<Record<string, unknown>>,
  seal: (value: unknown, path: string) => Sealed,
): Readonly<Record<string, unknown>> {
  return mapFields(detail, '', (key, value, path) => {
    if (isSealed(value)) throw new TypeError(`${path} looks sealed already`);
    if (value === null || value === undefined || value === '') return undefined;
    if (personal.has(key) && !isOurWord(key, value)) return seal(value, path);
    return typeof value === 'string' && ADDRESS.test(value) ? seal(value, path) : undefined;
  });
}

/** Words of the product in fields that otherwise hold people's own: reasons of superseded mail, names of stages. */
function isOurWord(key: string, value: unknown): boolean {
  if (key === 'reason') return OUR_REASONS.includes(value);
  return key === 'name' && typeof value === 'object' && value !== null && 'en' in value && 'zh-CN' in value;
}

/** The other way round. */
export function openPersonal(
  detail: Readonly<Record<string, unknown>>,
  open: (value: Sealed, path: string) => unknown,
): Readonly<Record<string, unknown>> {
  return mapFields(detail, '', (_key, value, path) => (isSealed(value) ? open(value, path) : undefined));
}

type FieldMap = (key: string, value: unknown, path: string) => unknown;

/** Rebuilds a detail; where `change` gives undefined the value is kept, or looked into where it is an object. */
function mapFields(
  fields: Readonly<Record<string, unknown>>,
  above: string,
  change: FieldMap,
): Record<string, unknown> {
  const mapped = Object.entries(fields).map(([key, value]) => {
    const path = above === '' ? key : `${above}.${key}`;
    return [key, mapValue(key, value, path, change)] as const;
  });
  return Object.fromEntries(mapped);
}

function mapValue(key: string, value: unknown, path: string, change: FieldMap): unknown {
  const changed = change(key, value, path);
  if (changed !== undefined) return changed;
  if (Array.isArray(value)) return value.map((item, i) => mapValue(key, item, `${path}.${i}`, change));
  if (typeof value === 'object' && value !== null) return mapFields({ ...value }, path, change);
  return value;
}

/** True where any value of a detail is sealed. */
export function hasSealed(value: unknown): boolean {
  if (isSealed(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasSealed);
}
