import { PerennialError } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import { termLines } from './render/terms.ts';
import { asTyped, UsageError } from './failure.ts';
import type { Reach } from './reach/reach.ts';
import type { Run } from './run.ts';
import type { Renewal } from './seen.ts';
import { optionOf } from './values.ts';

/** What a command on a renewal works with. */
export interface Acting {
  readonly reach: Reach;
  readonly renewal: Renewal;
  /** The path of its commands. */
  readonly params: { readonly renewalId: string };
  /** Names the command: it counts once, however often it is sent. */
  readonly key: string;
}

/** What was done, for people; the answer is added to it for scripts. */
export interface Done {
  readonly answer: {
    readonly factId: string;
    readonly repeated?: boolean;
    readonly phase: string;
    readonly stage: string | null;
  };
  readonly text: string;
  /** Whether `text` tells the outcome where the command ends the renewal. */
  readonly tellsEnd?: boolean;
  /** What follows from it, one line each. */
  readonly follows?: readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Carries out one command of a person on one renewal: finds it, does it, and says what came of it and where to look
 * next.
 */
export async function act(run: Run, target: string, work: (acting: Acting) => Promise<Done>): Promise<void> {
  await run.reachActing(async (reach) => {
    const renewal = await reach.find(target);
    const acting: Acting = { reach, renewal, params: { renewalId: renewal.id }, key: run.io.newId() };
    const done = await work(acting).catch(async (error: unknown) => {
      // A contract's number means its latest term: whoever is refused may have meant the one before.
      const { earlier } = renewal;
      for (const line of termLines(run, { ...renewal, earlier, later: null })) run.say(run.style.dim(line));
      throw error instanceof PerennialError ? asTyped(await withNames(error, reach)) : error;
    });
    const { answer } = done;
    const end = answer.phase === 'closed' && renewal.phase !== 'closed' ? await endOf(acting) : undefined;
    const result = {
      accepted: true,
      repeated: answer.repeated ?? false,
      command: answer.factId,
      renewal: renewal.id,
      contract: renewal.contractNumber,
      phase: answer.phase,
      stage: answer.stage,
      ...done.data,
      ...end,
    };
    const follows = [...(done.follows ?? []), ...(end === undefined ? [] : endLines(run, end, done.tellsEnd === true))];
    run.print(result, () => [`${run.style.good('✓')} ${done.text}`, ...follows.map((line) => `  ${line}`)].join('\n'));
    // The contract's number means its next term now.
    const shown = end?.nextTerm == null ? renewal.contractNumber : renewal.id;
    run.say(run.style.dim(`→ perennial renewal show ${shown}`));
  });
}

interface End {
  readonly outcome: string | null;
  /** Id of the renewal of the next term. */
  readonly nextTerm: string | null;
}

async function endOf({ reach, params }: Acting): Promise<End> {
  const { outcome, later } = await reach.call(reach.routes.getRenewal, { params });
  return { outcome, nextTerm: later?.id ?? null };
}

function endLines({ t }: Run, { outcome, nextTerm }: End, told: boolean): readonly string[] {
  return [
    ...(outcome === null || told ? [] : [t('cli:ended', { outcome: t.code('words', `outcome.${outcome}`) })]),
    ...(nextTerm === null ? [] : [t('cli:ended.next', { id: nextTerm })]),
  ];
}

/** People stand in errors by id; a reader knows them by name. */
async function withNames(error: PerennialError, reach: Reach): Promise<PerennialError> {
  // Where even that is refused or gone, the first error is the one to tell.
  const people = await reach.people().catch(() => []);
  const names = new Map(people.map((person) => [person.id, `${person.name} <${person.email}>`]));
  const named = (value: string | number) =>
    typeof value === 'string'
      ? value
          .split(', ')
          .map((part) => names.get(part) ?? part)
          .join(', ')
      : value;
  const problems = error.problems.map((p): Problem => {
    const params = Object.fromEntries(Object.entries(p.params).map(([key, value]) => [key, named(value)]));
    // Whoever typed an option knows it by that name.
    const field = p.place?.field === undefined ? undefined : optionOf(p.place.field);
    if (field === undefined) return { ...p, params };
    return { ...p, params: 'field' in params ? { ...params, field } : params, place: { ...p.place, field } };
  });
  return error instanceof UsageError ? new UsageError(problems) : new PerennialError(problems);
}
