import type { SmtpBehaviour } from '../../embedded/index.ts';
import { PerennialError } from '../../domain/errors/index.ts';
import type { SampleContract } from '../../operations/import/sample.ts';
import type { Part, Stack } from '../helpers/stack.ts';
import type { Callers } from './stack-walk.ts';

/** Moments between two kills, at most. */
const SPREAD = 10;

/** Kills parts at moments that the dice choose among those it is told of, and starts them again at once. */
export class Killer {
  kills = 0;
  readonly #stack: Stack;
  readonly #parts: readonly Part[];
  readonly #rounds: number;
  readonly #pick: (below: number) => number;
  #events = 0;
  #next: number;
  #killing: Promise<void> = Promise.resolve();

  constructor(stack: Stack, parts: readonly Part[], rounds: number, pick: (below: number) => number) {
    this.#stack = stack;
    this.#parts = parts;
    this.#rounds = rounds;
    this.#pick = pick;
    this.#next = 1 + pick(SPREAD);
  }

  /** One of the moments at which a kill may fall. */
  readonly moment = (): void => {
    this.#events += 1;
    if (this.#events >= this.#next && this.kills < this.#rounds) this.#strike();
  };

  /** The same, as a mail server's behaviour. */
  readonly mailMoment = (): SmtpBehaviour => {
    this.moment();
    return 'ok';
  };

  /** Kills what is left to kill, and resolves when everything is up again. */
  async done(): Promise<void> {
    await this.#killing;
    while (this.kills < this.#rounds) {
      this.#strike();
      await this.#killing;
    }
  }

  #strike(): void {
    this.kills += 1;
    this.#next = Infinity;
    this.#killing = this.#killing.then(async () => {
      for (const part of this.#parts) await this.#stack.kill(part);
      for (const part of this.#parts) await this.#stack.start(part);
      this.#next = this.#events + 1 + this.#pick(SPREAD);
    });
  }
}

/**
 * Imports contracts in several files, each again and again until it is taken, as a person would. Gives how many
 * imports were begun. Every failure must be one that a person understands.
 */
export async function importUntilTaken(
  stack: Stack,
  contracts: readonly SampleContract[],
  files: number,
  callers: Callers,
  moment: () => void,
): Promise<number> {
  const size = Math.ceil(contracts.length / files);
  let begun = 0;
  for (let i = 0; i < contracts.length; i += size) {
    for (let taken = false; !taken; ) {
      begun += 1;
      const importing = stack.importContracts(contracts.slice(i, i + size)).then(
        () => true,
        (error: unknown) => {
          if (!isClear(error)) callers.bewildered.push(describe(error));
          return false;
        },
      );
      moment();
      taken = await importing;
    }
  }
  return begun;
}

function isClear(error: unknown): boolean {
  return error instanceof PerennialError && error.problems.every(({ code }) => code === 'cli.service_silent');
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.stack ?? error.message} ${String(error.cause)}` : String(error);
}
