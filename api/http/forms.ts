import { PerennialError } from '../../domain/errors/index.ts';

const FIELDS_MAX = 50;

/** A form as browsers send it. A field given twice, bytes that are no UTF-8 and broken escapes are refused. */
export function parseStrictForm(body: Buffer): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  const text = decode(body);
  for (const part of text === '' ? [] : text.split('&')) {
    const cut = part.indexOf('=');
    const name = unescaped(cut === -1 ? part : part.slice(0, cut));
    if (fields.has(name) || fields.size >= FIELDS_MAX) throw PerennialError.of('request.malformed');
    // Browsers send line ends as CR LF.
    fields.set(name, unescaped(cut === -1 ? '' : part.slice(cut + 1)).replaceAll('\r\n', '\n'));
  }
  return Object.fromEntries(fields);
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw PerennialError.of('request.malformed');
  }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw PerennialError.of('request.malformed');
  }
}
