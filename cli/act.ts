import { PerennialError } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import type { Person } from '../domain/people/types.ts';
import type { Accepted, Stamp } from '../operations/commands.ts';
import type { OperationsContext } from '../operations/context.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import { UsageError } from './failure.ts';
import type { Run } from './run.ts';

/** What a command on a renewal works with. */
export interface Acting {
  readonly context: OperationsContext;
  readonly renewal: RenewalDoc;
  readonly person: Person;
  readonly stamp: Stamp;
}

/** What was done, for people; the answer is added to it for scripts. */
export interface Done {
  readonly answer: Pick<Accepted, 'repeated' | 'phase' | 'stage'>;
  readonly text: string;
  /** What follows from it, one line each. */
  readonly follows?: readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Carries out one command of a person on one renewal: finds both, does it, and says what came of it and
 * where to look next.
 */
export async function act(run: Run, target: string, work: (acting: Acting) => Promise<Done>): Promise<void> {
  const email = run.options.as;
  // Said before anything is opened: it is the mistake that is made most.
  if (email === undefined) throw UsageError.of('cli.actor_missing');
  await run.withContext(async (context) => {
    const { findActor, findRenewal } = await import('../operations/find.ts');
    const { listPeople } = await import('../operations/store/queries.ts');
    const [person, renewal] = await Promise.all([findActor(context.db, email), findRenewal(context.db, target)]);
    const stamp: Stamp = { id: run.io.newId(), at: run.io.now(), by: { kind: 'person', id: person.id } };
    const done = await work({ context, renewal, person, stamp }).catch(async (error: unknown) => {
      throw error instanceof PerennialError ? withNames(error, await listPeople(context.db)) : error;
    });
    const { answer } = done;
    const result = {
      accepted: true,
      repeated: answer.repeated,
      command: stamp.id,
      renewal: renewal._id,
      contract: renewal.contractNumber,
      phase: answer.phase,
      stage: answer.stage,
      ...done.data,
    };
    run.print(result, () =>
      [`${run.style.good('✓')} ${done.text}`, ...(done.follows ?? []).map((line) => `  ${line}`)].join('\n'),
    );
    run.say(run.style.dim(`→ perennial renewal show ${renewal.contractNumber}`));
  });
}

/** People stand in errors by id; a reader knows them by name. */
function withNames(error: PerennialError, people: readonly Person[]): PerennialError {
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
    return { ...p, params };
  });
  return error instanceof UsageError ? new UsageError(problems) : new PerennialError(problems);
}
