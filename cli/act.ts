import { PerennialError } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import type { Person } from '../domain/people/types.ts';
import type { Accepted, Stamp } from '../operations/commands.ts';
import type { OperationsContext } from '../operations/context.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import { termLines } from './render/terms.ts';
import { asTyped, UsageError } from './failure.ts';
import type { Run } from './run.ts';
import { optionOf } from './values.ts';

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
  /** Whether `text` tells the outcome where the command ends the renewal. */
  readonly tellsEnd?: boolean;
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
      await sayTerm(run, context, renewal);
      throw error instanceof PerennialError ? asTyped(withNames(error, await listPeople(context.db))) : error;
    });
    const { answer } = done;
    const end = answer.phase === 'closed' && renewal.phase !== 'closed' ? await endOf(context, renewal) : undefined;
    const result = {
      accepted: true,
      repeated: answer.repeated,
      command: stamp.id,
      renewal: renewal._id,
      contract: renewal.contractNumber,
      phase: answer.phase,
      stage: answer.stage,
      ...done.data,
      ...end,
    };
    const follows = [...(done.follows ?? []), ...(end === undefined ? [] : endLines(run, end, done.tellsEnd === true))];
    run.print(result, () => [`${run.style.good('✓')} ${done.text}`, ...follows.map((line) => `  ${line}`)].join('\n'));
    // The contract's number means its next term now.
    const shown = end?.nextTerm == null ? renewal.contractNumber : renewal._id;
    run.say(run.style.dim(`→ perennial renewal show ${shown}`));
  });
}

/** A contract's number means its latest term: whoever is refused may have meant the one before. */
async function sayTerm(run: Run, { db }: OperationsContext, renewal: RenewalDoc): Promise<void> {
  const { neighbourTerms } = await import('../operations/find.ts');
  const { earlier } = await neighbourTerms(db, renewal);
  for (const line of termLines(run, renewal, { earlier, later: null })) run.say(run.style.dim(line));
}

interface End {
  readonly outcome: string | null;
  /** Id of the renewal of the next term. */
  readonly nextTerm: string | null;
}

async function endOf({ db }: OperationsContext, renewal: RenewalDoc): Promise<End> {
  const { neighbourTerms } = await import('../operations/find.ts');
  const [now, { later }] = await Promise.all([
    db.renewals.findOne({ _id: renewal._id }, { outcome: 1 }).lean<Pick<RenewalDoc, 'outcome'>>(),
    neighbourTerms(db, renewal),
  ]);
  return { outcome: now?.outcome ?? null, nextTerm: later?.id ?? null };
}

function endLines({ t }: Run, { outcome, nextTerm }: End, told: boolean): readonly string[] {
  return [
    ...(outcome === null || told ? [] : [t('cli:ended', { outcome: t.code('words', `outcome.${outcome}`) })]),
    ...(nextTerm === null ? [] : [t('cli:ended.next', { id: nextTerm })]),
  ];
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
    // Whoever typed an option knows it by that name.
    const field = p.place?.field === undefined ? undefined : optionOf(p.place.field);
    if (field === undefined) return { ...p, params };
    return { ...p, params: 'field' in params ? { ...params, field } : params, place: { ...p.place, field } };
  });
  return error instanceof UsageError ? new UsageError(problems) : new PerennialError(problems);
}
