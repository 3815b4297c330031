import { textWidth } from '../output/width.ts';
import type { Run } from '../run.ts';

/** A title and its lines; nothing at all without lines. */
export function section(run: Run, title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return [run.style.bold(title), ...lines.map((line) => `  ${line}`)].join('\n');
}

/** Labels and values in two columns. */
export function fieldLines(run: Run, fields: readonly (readonly [label: string, value: string])[]): readonly string[] {
  const width = Math.max(0, ...fields.map(([label]) => textWidth(label)));
  return fields.map(([label, value]) => `${run.style.dim(label + ' '.repeat(width - textWidth(label)))}  ${value}`);
}
