import { isPortFree } from './port-book.ts';
import type { PortBook, PortName } from './port-book.ts';
import { superviseChild } from './supervised-child.ts';
import type { ChildSpec, SupervisedChild } from './supervised-child.ts';

const ATTEMPTS = 3;

/**
 * Starts a child on ports from the book. Between choosing a port and listening on it another program can take it: then
 * the child ends, the port is found taken, and others are chosen.
 * @throws what {@link superviseChild} and {@link PortBook.choose} throw.
 */
export async function startOnPorts<Names extends readonly PortName[]>(
  book: PortBook,
  names: Names,
  spec: (...ports: { [K in keyof Names]: number }) => ChildSpec | Promise<ChildSpec>,
): Promise<{ readonly child: SupervisedChild; readonly used: { [K in keyof Names]: number } }> {
  for (let attempt = 1; ; attempt += 1) {
    const used = (await chooseAll(book, names)) as { [K in keyof Names]: number };
    try {
      return { child: await superviseChild(await spec(...used)), used };
    } catch (error) {
      const free = await Promise.all([...used].map((port) => isPortFree(port)));
      if (attempt === ATTEMPTS || free.every(Boolean)) throw error;
    }
  }
}

async function chooseAll(book: PortBook, names: readonly PortName[]): Promise<number[]> {
  const ports: number[] = [];
  // One after the other: the book must know the first when it chooses the second.
  for (const name of names) ports.push(await book.choose(name, serviceOf(name)));
  return ports;
}

function serviceOf(name: PortName) {
  return name === 'temporal-ui' ? 'temporal' : name;
}
