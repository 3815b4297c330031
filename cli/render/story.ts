import { ERASED } from '../../domain/history/index.ts';
import type { ReadEntry } from '../../domain/history/index.ts';
import type { Teller } from '../../i18n/story.ts';
import type { Run } from '../run.ts';

type Told = Parameters<Teller['entry']>[0];

/** What a line is made of: an entry as it is stored, or as the API tells it. */
export type Story = Pick<ReadEntry, 'seq' | 'at' | 'kind' | 'name' | 'actor' | 'stage' | 'detail' | 'why'> & {
  readonly unreadable?: true | undefined;
};

interface Also {
  /** The reason behind each line. */
  readonly reasons?: boolean;
  /** Whose history it is, where lines of several stand together. */
  readonly subject?: string;
}

/** Lines of history as a person would tell them, the reason behind each in grey. */
export function storyLines(run: Run, teller: Teller, entries: readonly Story[], also: Also = {}): readonly string[] {
  return entries.map((entry) => {
    const line = entry.unreadable === true ? undefined : storyLine(run, teller, entry, also);
    return (
      line ?? run.style.bad(`${' '.repeat(STAMP)}  ✗ ${run.t('cli:history.unreadable', { seq: String(entry.seq) })}`)
    );
  });
}

/** Width of a time. */
const STAMP = 16;

/** Undefined where an edited entry holds values that nobody could tell, such as a currency that does not exist. */
function storyLine(run: Run, teller: Teller, entry: Story, also: Also): string | undefined {
  const { style, formats } = run;
  try {
    const told = readable(entry);
    // One entry is one line, however many its remark has.
    const line = teller.entry(told).replaceAll(/\s*\n\s*/g, ' ');
    const text = entry.kind === 'refused' ? style.warn(line) : line;
    const sign = { fact: '•', refused: '✗', effect: '→', transition: '◆' }[entry.kind];
    const reason = also.reasons === true && told.why !== null && entry.kind !== 'refused' ? teller.why(told.why) : '';
    // Some lines say their reason themselves.
    const why = reason === '' || text.includes(reason) ? '' : style.dim(`  ${reason}`);
    const subject = also.subject === undefined ? '' : `${also.subject}  `;
    return `${style.dim(formats.stamp(entry.at))}  ${subject}${sign} ${text}${why}`;
  } catch {
    return undefined;
  }
}

/** What was erased is left out of the sentence; the entry itself stays. */
function readable(entry: Story): Told {
  const fields = (record: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(record).filter(([, value]) => JSON.stringify(value) !== JSON.stringify(ERASED)));
  const why =
    entry.why === null
      ? null
      : {
          rule: entry.why.rule,
          inputs: Object.fromEntries(
            Object.entries(fields(entry.why.inputs)).flatMap(([name, value]) =>
              typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [],
            ),
          ),
        };
  return {
    kind: entry.kind,
    name: entry.name,
    actor: entry.actor,
    stage: entry.stage,
    detail: fields(entry.detail),
    why,
  };
}
