/** Enough for every test file at the number of rounds that the gate plays. */
const FILE_MS = 10 * 60_000;
/** What one more round may take on a slow machine: everything killed and started again, with work in between. */
const STACK_ROUND_MS = 90_000;
/** One more worker that loads, works and is killed. */
const KILL_ROUND_MS = 10_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** How long one test file may take, in milliseconds: the more rounds of faults are asked for, the longer. */
export function limitMs(env: Environment = process.env): number {
  const rounds = (name: string) => Number(env[name] ?? 0);
  return FILE_MS + rounds('PERENNIAL_STACK_ROUNDS') * STACK_ROUND_MS + rounds('PERENNIAL_KILL_ROUNDS') * KILL_ROUND_MS;
}
