import type { LineCounter, Node } from 'yaml';
import { problem, warning } from '../../errors/index.ts';
import type { ErrorCode, Place, Problem } from '../../errors/index.ts';

export const MAX_PROBLEMS = 100;

/** Keys and list positions from the top of the document: `['stages', 0, 'due']`. */
export type Path = readonly (string | number)[];

/** `stages[0].due`; keys with blanks stand as they are written. */
export function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part + 1}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** Collects the problems of one document and knows where everything stands in its text. */
export class ReadContext {
  readonly problems: Problem[] = [];
  /** Nodes that are already reported: readers skip them in silence. */
  readonly spoilt = new Set<Node>();
  readonly source: string;
  readonly #file: string | undefined;
  readonly #lines: LineCounter;
  /** Start of every value read, so that later checks on the compiled value find their line again. */
  readonly #offsets = new Map<string, number>();

  constructor(source: string, lines: LineCounter, file: string | undefined) {
    this.source = source;
    this.#lines = lines;
    this.#file = file;
  }

  remember(path: Path, offset: number): void {
    this.#offsets.set(pathText(path), offset);
  }

  /** Place of a character of the text, from 0. */
  placeAt(offset: number, path?: Path): Place {
    const { line, col } = this.#lines.linePos(offset);
    return {
      ...(this.#file === undefined ? {} : { file: this.#file }),
      line,
      column: col,
      ...(path === undefined || path.length === 0 ? {} : { field: pathText(path) }),
    };
  }

  /** Place of a value by its path; the nearest enclosing value where the path itself is not written. */
  placeOf(path: Path): Place {
    for (let length = path.length; length >= 0; length--) {
      const offset = this.#offsets.get(pathText(path.slice(0, length)));
      if (offset !== undefined) return this.placeAt(offset, path);
    }
    return this.placeAt(0, path);
  }

  report(code: ErrorCode, params: Problem['params'], offset: number, path?: Path): undefined {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem(code, params, this.placeAt(offset, path)));
    return undefined;
  }

  warn(code: ErrorCode, params: Problem['params'], offset: number, path?: Path): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(warning(code, params, this.placeAt(offset, path)));
  }
}
