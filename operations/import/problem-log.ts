import type { Problem } from '../../domain/errors/index.ts';
import { LIMITS } from './limits.ts';

/** The problems of one import: all are counted, so many are kept, and the errors of each row stay together. */
export class ProblemLog {
  readonly #kept: Problem[] = [];
  readonly #errors = new Map<number, Problem[]>();
  #total = 0;

  add(problems: readonly Problem[], row: number): void {
    for (const problem of problems) {
      this.#total++;
      if (this.#kept.length < LIMITS.reportedProblems) this.#kept.push(problem);
      if (problem.severity !== 'error') continue;
      const known = this.#errors.get(row);
      if (known) known.push(problem);
      else this.#errors.set(row, [problem]);
    }
  }

  /** In the order of the file. */
  get list(): readonly Problem[] {
    const at = (p: Problem) => p.place?.row ?? 0;
    return [...this.#kept].sort((a, b) => at(a) - at(b));
  }

  get leftOut(): number {
    return this.#total - this.#kept.length;
  }

  get wrongRows(): number {
    return this.#errors.size;
  }

  isWrong(row: number): boolean {
    return this.#errors.has(row);
  }

  errorsOf(row: number): readonly Problem[] {
    return this.#errors.get(row) ?? [];
  }
}
