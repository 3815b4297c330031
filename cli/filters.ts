import type { Database } from '../schemas/connection.ts';
import type { ClientDoc } from '../schemas/client.ts';
import type { PlaybookDoc } from '../schemas/playbook.ts';
import { excerpt, PerennialError } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import { LOCALES } from '../domain/text.ts';
import { translator } from '../i18n/index.ts';
import { UsageError } from './failure.ts';

const SHOWN = 20;

/** A value that is none of the known ones: they are listed, and it is a mistake in how the command was written. */
function unknown(value: string, option: string, known: readonly string[]): UsageError {
  const listed = known.length > SHOWN ? [...known.slice(0, SHOWN), '…'] : known;
  return UsageError.of('cli.choice', { value: excerpt(value), option, choices: listed.join(', ') || '@none' });
}

const key = (text: string) => text.normalize('NFKC').trim().toLowerCase();

/** The id of a stage of any published playbook, by its id or by its name in either language. */
export async function stageFilter(db: Pick<Database, 'playbooks'>, text: string, option = '--stage'): Promise<string> {
  const playbooks = await db.playbooks.find({}).sort({ version: -1 }).lean<PlaybookDoc[]>();
  const stages = playbooks.flatMap(({ definition }) => definition.stages);
  const shipped = (id: string) => LOCALES.map((locale) => translator(locale).code('words', `stage.${id}`));
  const found = stages.find(({ id, name }) =>
    [id, ...Object.values(name), ...shipped(id)].some((one) => key(one) === key(text)),
  );
  if (found !== undefined) return found.id;
  throw unknown(text, option, [...new Set(stages.map(({ id }) => id))]);
}

/** The id of a member of the team, by e-mail, id or full name; `also` may stand there too. */
export async function personFilter(
  db: Database,
  text: string,
  option: string,
  also: readonly string[] = [],
): Promise<string> {
  const { findPerson, listPeople } = await import('../operations/store/queries.ts');
  try {
    return (await findPerson(db, text)).id;
  } catch (error) {
    const missing = error instanceof PerennialError && error.problems.every(isMissing);
    if (!missing) throw error;
    const people = await listPeople(db);
    throw unknown(text, option, [...people.map(({ email }) => email), ...also]);
  }
}

const isMissing = ({ code }: Problem) => code === 'store.person_missing';

/** A client by id, or by the beginning of its name, else a part of it, where only one has it. */
export async function clientFilter(db: Pick<Database, 'clients'>, text: string): Promise<string> {
  const clients = await db.clients.find({}, { name: 1 }).sort({ name: 1 }).lean<Pick<ClientDoc, '_id' | 'name'>[]>();
  const exact = clients.find((client) => client._id === text || key(client.name) === key(text));
  if (exact) return exact._id;
  const beginning = clients.filter((client) => key(client.name).startsWith(key(text)));
  const found = beginning.length > 0 ? beginning : clients.filter((client) => key(client.name).includes(key(text)));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only._id;
  const known = found.length > 0 ? found : clients;
  throw unknown(
    text,
    '--client',
    known.map(({ name }) => name),
  );
}
