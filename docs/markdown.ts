import type { LocalText } from '../domain/text.ts';

/** A row of a table; texts may hold anything but line breaks. */
export type Row = readonly string[];

export function table(header: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** One arrow of a state diagram; `[*]` is the begin or the end. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
}

/** A Mermaid state diagram. Names with spaces or hyphens get an id that Mermaid can read. */
export function stateDiagram(states: readonly string[], arrows: readonly Arrow[]): string {
  const id = (state: string) => (state === '[*]' ? state : state.replaceAll(/[ -]/g, '_'));
  const named = states.map((state) => `  state "${state}" as ${id(state)}`);
  const drawn = arrows.map(
    ({ from, to, label }) => `  ${id(from)} --> ${id(to)}${label === undefined ? '' : `: ${label}`}`,
  );
  return ['```mermaid', 'stateDiagram-v2', ...named, ...drawn, '```'].join('\n');
}

export function bothLanguages(text: LocalText): string {
  return `${text.en} · ${text['zh-CN']}`;
}
