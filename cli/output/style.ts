import { createColors } from 'picocolors';
import type { CliIo } from '../io.ts';

type Paint = (text: string) => string;

/** Colours by meaning. Colour never says anything that a word or sign beside it does not say too. */
export interface Style {
  readonly colour: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly warn: Paint;
  readonly bad: Paint;
  readonly accent: Paint;
}

/** https://no-color.org: any non-empty NO_COLOR turns colours off; FORCE_COLOR turns them on without a terminal. */
export function styleFor(io: CliIo, stream: 'out' | 'err'): Style {
  const { NO_COLOR, FORCE_COLOR, TERM } = io.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== '';
  const colour = (NO_COLOR === undefined || NO_COLOR === '') && (forced || (io.tty[stream] && TERM !== 'dumb'));
  const c = createColors(colour);
  return { colour, bold: c.bold, dim: c.dim, good: c.green, warn: c.yellow, bad: c.red, accent: c.cyan };
}
