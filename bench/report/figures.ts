import { digits, showStat } from './stat.ts';
import type { Stat } from './stat.ts';

/** What design section 10 allows: a ratio at most, or a value at least. */
export interface Budget {
  readonly of: 'value' | 'ratio';
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** One line of the table. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: Stat;
  /** What it is compared with, in the same run. */
  readonly base?: Stat;
  readonly ratio?: Stat;
  readonly budget?: Budget;
}

export interface Part {
  readonly id: 'core' | 'engine' | 'import';
  readonly title: string;
  /** Sizes and what is compared, one sentence each. */
  readonly setup: readonly string[];
  readonly figures: readonly Figure[];
}

/** Whether a figure keeps its budget, by the median; undefined where it has none. */
export function keeps({ value, ratio, budget }: Figure): boolean | undefined {
  const measured = budget?.of === 'ratio' ? ratio?.median : value.median;
  if (budget === undefined || measured === undefined) return undefined;
  return measured <= (budget.atMost ?? Infinity) && measured >= (budget.atLeast ?? -Infinity);
}

/** One part as text: what was compared, and a table. */
export function showPart(part: Part): string {
  const rows = part.figures.map((figure) => [
    figure.name,
    figure.unit,
    showStat(figure.value),
    figure.base === undefined ? '' : showStat(figure.base),
    figure.ratio === undefined ? '' : showStat(figure.ratio),
    showBudget(figure),
  ]);
  const head = ['figure', 'unit', 'perennial', 'compared with', 'ratio', 'budget'];
  return [`${part.id}: ${part.title}`, ...part.setup.map((line) => `  ${line}`), '', table([head, ...rows])].join('\n');
}

function showBudget(figure: Figure): string {
  const { budget } = figure;
  if (budget === undefined) return '';
  const limit = budget.atMost === undefined ? `≥ ${digits(budget.atLeast ?? 0)}` : `≤ ${digits(budget.atMost)}`;
  return `${limit}${budget.of === 'ratio' ? ' ×' : ''} ${keeps(figure) === true ? 'kept' : 'MISSED'}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].map((text) => `  ${text}`).join('\n');
}
