import type { Cell, RawRow, SheetCell } from '../table.ts';
import { unescapeText } from './xlsx-parts.ts';
import { attribute, walkXml, XmlError } from './xml.ts';

export interface SheetContext {
  readonly strings: readonly string[];
  readonly dateStyles: readonly boolean[];
  /** Called for each finished row; throws to stop at a limit. */
  readonly onRow: (row: RawRow) => void;
}

/** Reads the cells of one worksheet. Values of formulas are the cached ones; errors stay visible as errors. */
export function readSheetRows(xml: string, context: SheetContext): void {
  let row = 0;
  let column = 0;
  let cells: Cell[] = [];
  let type = 'n';
  let style = 0;
  let formula = false;
  let value: string | undefined;
  let collect: 'v' | 't' | undefined;
  let phonetic = false;
  let inCell = false;

  const finishCell = () => {
    const cell = toCell(type, style, value, formula, context);
    while (cells.length < column - 1) cells.push('');
    cells[column - 1] = cell;
  };

  walkXml(xml, {
    open(name, attributes) {
      if (name === 'row') {
        const number = Number(attribute(attributes, 'r') ?? row + 1);
        if (!Number.isSafeInteger(number) || number <= row) throw new XmlError(`row ${number} after row ${row}`);
        row = number;
        column = 0;
        cells = [];
      } else if (name === 'c') {
        const place = attribute(attributes, 'r');
        const at = place === undefined ? column + 1 : columnOf(place);
        if (at <= column || at > 16_384) throw new XmlError(`cell ${place ?? ''} out of order`);
        column = at;
        type = attribute(attributes, 't') ?? 'n';
        style = Number(attribute(attributes, 's') ?? '0');
        formula = false;
        value = undefined;
        inCell = true;
      } else if (inCell) {
        if (name === 'f') formula = true;
        else if (name === 'v') [collect, value] = ['v', ''];
        else if (name === 't' && !phonetic) [collect, value] = ['t', value ?? ''];
        else if (name === 'rPh') phonetic = true;
      }
    },
    close(name) {
      if (name === 'row') {
        context.onRow({ row, cells });
      } else if (name === 'c') {
        finishCell();
        inCell = false;
      } else if (name === 'v' || name === 't') {
        collect = undefined;
      } else if (name === 'rPh') {
        phonetic = false;
      }
    },
    text(raw) {
      if (collect !== undefined) value = (value ?? '') + raw;
    },
  });
}

/** `AB12` → 28. */
function columnOf(place: string): number {
  let column = 0;
  for (const char of place) {
    const code = char.charCodeAt(0);
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return column;
}

function toCell(type: string, style: number, value: string | undefined, formula: boolean, context: SheetContext): Cell {
  if (value === undefined || value === '') return '';
  const mark = formula ? ({ formula: true } as const) : {};
  const make = (kind: SheetCell['kind'], text: string): SheetCell => ({ kind, text, ...mark });
  switch (type) {
    case 's': {
      const text = context.strings[Number(value)];
      if (text === undefined) throw new XmlError(`shared text ${value}`);
      return text;
    }
    case 'str':
    case 'inlineStr': {
      const text = unescapeText(value);
      return formula ? make('text', text) : text;
    }
    case 'b':
      return make('boolean', value === '1' || value === 'true' ? 'true' : 'false');
    case 'e':
      return make('error', value);
    case 'd':
      // An ISO date as text; its time of day means nothing here.
      return make('text', value.slice(0, 10));
    case 'n':
      return make(context.dateStyles[style] === true ? 'date' : 'number', value);
    default:
      throw new XmlError(`cell type ${type}`);
  }
}
