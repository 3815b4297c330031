/**
 * JSON with one text for one value: keys sorted by code unit, no space, fields that are undefined left out.
 * Hashes and digests are taken over this text, so two machines agree on them.
 *
 * Throws on what JSON would silently change: NaN, infinities, functions, dates, maps.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON`);
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : canonicalObject(value);
    default:
      throw new TypeError(`${typeof value} has no JSON`);
  }
}

function canonicalObject(value: object): string {
  if (Array.isArray(value)) {
    return `[${value.map((item) => (item === undefined ? 'null' : canonicalJson(item))).join(',')}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError('only plain objects have canonical JSON');
  const fields = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${fields.join(',')}}`;
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * A JSON value as a database gives it back: fields that are undefined gone, halves of characters (which UTF-8
 * can't hold) replaced. Without this a hash taken before writing would not fit what is read later.
 */
export function storable<T>(value: T): T {
  return JSON.parse(canonicalJson(value), (_key, item: unknown) => {
    return typeof item === 'string' ? item.replace(LONE_SURROGATE, '\ufffd') : item;
  }) as T;
}
