import type { RowStatus } from '../../domain/renewal/view.ts';
import type { Translator } from '../../i18n/index.ts';
import type { Style } from './style.ts';
import type { Cell } from './table.ts';

const SIGNS: Readonly<Record<RowStatus, string>> = {
  'not started': '○',
  'in progress': '◐',
  'waiting for approval': '◔',
  'waiting for client': '◔',
  overdue: '▲',
  done: '●',
  skipped: '◌',
};

/** Sign, word and colour together: none of them is needed to understand the others. */
export function statusCell(status: RowStatus, t: Translator, style: Style): Cell {
  const text = `${SIGNS[status]} ${t.code('words', `status.${status}`)}`;
  switch (status) {
    case 'done':
      return { text, paint: style.good };
    case 'overdue':
      return { text, paint: style.bad };
    case 'in progress':
      return { text, paint: style.accent };
    case 'waiting for approval':
    case 'waiting for client':
      return { text, paint: style.warn };
    case 'not started':
    case 'skipped':
      return { text, paint: style.dim };
    default: {
      const never: never = status;
      throw new Error(`unknown status ${String(never)}`);
    }
  }
}
