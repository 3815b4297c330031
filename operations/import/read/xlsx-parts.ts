import { attribute, walkXml } from './xml.ts';

export interface Workbook {
  readonly sheets: readonly { readonly name: string; readonly relation: string; readonly hidden: boolean }[];
  readonly date1904: boolean;
}

export function readWorkbook(xml: string): Workbook {
  const sheets: Workbook['sheets'][number][] = [];
  let date1904 = false;
  walkXml(xml, {
    open(name, attributes) {
      if (name === 'workbookPr') {
        const flag = attribute(attributes, 'date1904');
        date1904 = flag === '1' || flag === 'true';
      } else if (name === 'sheet') {
        const state = attribute(attributes, 'state');
        sheets.push({
          name: unescapeText(attribute(attributes, 'name') ?? ''),
          relation: attribute(attributes, 'id') ?? '',
          hidden: state === 'hidden' || state === 'veryHidden',
        });
      }
    },
    close: () => undefined,
    text: () => undefined,
  });
  return { sheets, date1904 };
}

/** Relation id → path of the part inside the archive. Links to other files are left out: nothing outside is read. */
export function readRelations(xml: string): ReadonlyMap<string, string> {
  const targets = new Map<string, string>();
  walkXml(xml, {
    open(name, attributes) {
      if (name !== 'Relationship' || attribute(attributes, 'TargetMode') === 'External') return;
      const id = attribute(attributes, 'Id');
      const target = attribute(attributes, 'Target');
      if (id !== undefined && target !== undefined) {
        targets.set(id, target.startsWith('/') ? target.slice(1) : `xl/${target}`);
      }
    },
    close: () => undefined,
    text: () => undefined,
  });
  return targets;
}

/** Texts of the shared table, with runs of rich text joined and reading aids (phonetic runs) left out. */
export function readSharedStrings(xml: string): readonly string[] {
  const strings: string[] = [];
  let text = '';
  let inText = false;
  let phonetic = false;
  walkXml(xml, {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 't') inText = true;
      else if (name === 'rPh') phonetic = true;
    },
    close(name) {
      if (name === 'si') strings.push(unescapeText(text));
      else if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
    },
    text(raw) {
      if (inText && !phonetic) text += raw;
    },
  });
  return strings;
}

/** For each cell style: is its number format one of a date? */
export function readDateStyles(xml: string): readonly boolean[] {
  const custom = new Map<number, boolean>();
  const styles: boolean[] = [];
  let inCellFormats = false;
  walkXml(xml, {
    open(name, attributes) {
      if (name === 'numFmt') {
        custom.set(Number(attribute(attributes, 'numFmtId')), isDateFormat(attribute(attributes, 'formatCode') ?? ''));
      } else if (name === 'cellXfs') {
        inCellFormats = true;
      } else if (name === 'xf' && inCellFormats) {
        const id = Number(attribute(attributes, 'numFmtId') ?? '0');
        styles.push(custom.get(id) ?? isBuiltInDate(id));
      }
    },
    close(name) {
      if (name === 'cellXfs') inCellFormats = false;
    },
    text: () => undefined,
  });
  return styles;
}

/** 14–22 and 45–47 everywhere; 27–36 and 50–58 are dates in the Chinese, Japanese and Korean versions. */
function isBuiltInDate(id: number): boolean {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

/** A format code is one of a date when a day, month or year letter stands outside quotation marks and brackets. */
function isDateFormat(code: string): boolean {
  const bare = code.replace(/"[^"]*"|\\.|_.|\[[^\]]*\]/g, '').toLowerCase();
  return /[ymd]/.test(bare) && !/[0#?]\.?[0#?]*e[+-]/.test(bare);
}

/** SpreadsheetML writes control characters as `_x000D_`, and a real `_x` as `_x005F_x`. */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
