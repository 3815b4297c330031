import type { SmtpBehaviour } from '../../embedded/index.ts';
import { PerennialError } from '../../domain/errors/index.ts';
import type { SampleContract } from '../../operations/import/sample.ts';
import type { Part, Stack } from '../helpers/stack.ts';
import type { Callers } from './stack-walk.ts';

/** Moments between two kills, at most. */
const SPREAD = 10;

/**
 * Kills parts at moments that the dice choose among those it is told of, all of them at once, and starts them again
 * in an order that the dice choose as well.
 */
export class Killer {
  kills = 0;
  /** In which order the parts came back, each time. */
  readonly orders: string[] = [];
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
      await Promise.all(this.#parts.map((part) => this.#stack.kill(part)));
      await this.#startAll();
      this.#next = this.#events + 1 + this.#pick(SPREAD);
    });
  }

  async #startAll(): Promise<void> {
    const order = this.#parts.map((part) => ({ part, at: this.#pick(1000) })).toSorted((a, b) => a.at - b.at);
    // A worker that finds no mail server looks again after five minutes, which no test can wait for.
    if (this.#parts.includes('mail')) await this.#stack.start('mail');
    const worker: Promise<void>[] = [];
    for (const { part } of order) {
      // A worker waits for its services, so nobody waits for a worker.
      if (part === 'worker') worker.push(this.#stack.start(part));
      else if (part !== 'mail') await this.#stack.start(part);
    }
    await Promise.all(worker);
    this.orders.push(order.map(({ part }) => part).join(' '));
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
    for (let taken = false; !taken;) {
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
