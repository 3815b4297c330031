/**
 * A walk over the tags of one part of a workbook. It knows what SpreadsheetML uses (elements, attributes, text,
 * CDATA, the five entities, character references) and nothing that could reach outside: DOCTYPE is refused before.
 */
export interface XmlHandler {
  /** `name` comes without its namespace prefix; `attributes` is the raw text between the name and the `>`. */
  open(name: string, attributes: string): void;
  close(name: string): void;
  text(raw: string): void;
}

export class XmlError extends Error {}

export function walkXml(xml: string, handler: XmlHandler): void {
  let at = 0;
  for (;;) {
    const tag = xml.indexOf('<', at);
    if (tag < 0) return;
    if (tag > at) handler.text(decodeXml(xml.slice(at, tag)));
    const second = xml[tag + 1];
    if (second === '!') {
      at = skipMarkup(xml, tag, handler);
    } else if (second === '?') {
      at = endOf(xml, '?>', tag);
    } else {
      const end = endOf(xml, '>', tag);
      if (second === '/') handler.close(localName(xml.slice(tag + 2, end - 1).trimEnd()));
      else openTag(xml.slice(tag + 1, end - 1), handler);
      at = end;
    }
  }
}

function skipMarkup(xml: string, tag: number, handler: XmlHandler): number {
  if (xml.startsWith('<![CDATA[', tag)) {
    const end = endOf(xml, ']]>', tag);
    handler.text(xml.slice(tag + 9, end - 3));
    return end;
  }
  if (xml.startsWith('<!--', tag)) return endOf(xml, '-->', tag);
  throw new XmlError('declaration');
}

function endOf(xml: string, mark: string, from: number): number {
  const end = xml.indexOf(mark, from);
  if (end < 0) throw new XmlError('unfinished tag');
  return end + mark.length;
}

function openTag(inside: string, handler: XmlHandler): void {
  const empty = inside.endsWith('/');
  const body = empty ? inside.slice(0, -1) : inside;
  const space = body.search(/\s/);
  const name = localName(space < 0 ? body : body.slice(0, space));
  handler.open(name, space < 0 ? '' : body.slice(space));
  if (empty) handler.close(name);
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

const patterns = new Map<string, RegExp>();

/** The value of one attribute, decoded; the prefix of a namespaced attribute is not part of its name. */
export function attribute(attributes: string, name: string): string | undefined {
  let pattern = patterns.get(name);
  if (!pattern) {
    pattern = new RegExp(`[\\s:]${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    patterns.set(name, pattern);
  }
  const match = pattern.exec(attributes);
  const value = match?.[1] ?? match?.[2];
  return value === undefined ? undefined : decodeXml(value);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-z]+);/g, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
