import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { YAMLMap } from 'yaml';
import type { Place, Problem } from '../../domain/errors/index.ts';
import { excerpt, problem } from '../../domain/errors/index.ts';
import type { RawDay, RawFile } from './file-rows.ts';

const ROOT_FIELDS = ['covers', 'days'];
const DAY_FIELDS = ['date', 'kind', 'name', 'name_zh'];
const NAME_FIELDS = ['en', 'zh-CN'];

/**
 * Rows of a YAML file:
 * `covers: [2027]` and `days: [{ date: 2027-01-01, kind: off, name: { en: New Year's Day, zh-CN: 元旦 } }]`.
 */
export function readYaml(text: string, file: string): RawFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const placeAt = (offset: number, field?: string): Place => {
    const { line, col } = lines.linePos(offset);
    return field === undefined ? { file, line, column: col } : { file, line, column: col, field };
  };
  const placeOf = (node: unknown, field?: string): Place => placeAt(startOf(node), field);
  const problems: Problem[] = document.errors.map((error) => {
    const detail = excerpt(error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? error.code);
    return problem('calendar.file_syntax', { detail }, placeAt(error.pos[0]));
  });
  if (problems.length > 0) return { days: [], covers: [], problems };

  const root = document.contents;
  const list = isMap(root) ? root.get('days', true) : undefined;
  if (!isMap(root) || !isSeq(list)) {
    const place = placeOf(list ?? root, 'days');
    return {
      days: [],
      covers: [],
      problems: [problem('calendar.columns', { column: 'days', found: foundIn(root) }, place)],
    };
  }
  const unknownFields = (map: YAMLMap, known: readonly string[]) => {
    for (const { key } of map.items) {
      const name = textOf(key);
      if (known.includes(name)) continue;
      problems.push(problem('calendar.field', { value: excerpt(name), known: known.join(', ') }, placeOf(key)));
    }
  };
  unknownFields(root, ROOT_FIELDS);

  const days: RawDay[] = [];
  for (const item of list.items) {
    if (!isMap(item)) {
      problems.push(problem('calendar.columns', { column: 'date', found: excerpt(textOf(item)) }, placeOf(item)));
      continue;
    }
    unknownFields(item, DAY_FIELDS);
    const name = item.get('name', true);
    if (isMap(name)) unknownFields(name, NAME_FIELDS);
    const line = placeOf(item).line ?? 1;
    days.push({
      line,
      date: textOf(item.get('date', true)),
      kind: textOf(item.get('kind', true)),
      name: isMap(name) ? textOf(name.get('en', true)) : textOf(name),
      nameZh: isMap(name) ? textOf(name.get('zh-CN', true)) : textOf(item.get('name_zh', true)),
      placeOf: (field) => placeOf(item.get(field, true) ?? item, field),
    });
  }
  const covers = root.get('covers', true);
  const years = isSeq(covers) ? covers.items : covers === undefined ? [] : [covers];
  return { days, covers: years.map((node) => ({ text: textOf(node), place: placeOf(node, 'covers') })), problems };
}

function startOf(node: unknown): number {
  if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
    return Number(node.range[0]);
  }
  return 0;
}

/** The text as it stands in the file: 20270101 and 2027-01-01 are both dates here, whatever YAML makes of them. */
function textOf(node: unknown): string {
  if (!isScalar(node) || node.value === null) return '';
  return typeof node.value === 'string' ? node.value : (node.source ?? '');
}

function foundIn(root: unknown): string {
  return isMap(root) ? excerpt(root.items.map(({ key }) => textOf(key)).join(', ')) : '–';
}
