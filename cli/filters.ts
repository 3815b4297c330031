import { listed } from '../api/client/caller.ts';
import { excerpt, PerennialError } from '../domain/errors/index.ts';
import { LOCALES } from '../domain/text.ts';
import { translator } from '../i18n/index.ts';
import { UsageError } from './failure.ts';
import type { Reach } from './reach/reach.ts';

const SHOWN = 20;

/** A value that is none of the known ones: they are listed, and it is a mistake in how the command was written. */
function unknown(value: string, option: string, known: readonly string[]): UsageError {
  const shown = known.length > SHOWN ? [...known.slice(0, SHOWN), '…'] : known;
  return UsageError.of('cli.choice', { value: excerpt(value), option, choices: shown.join(', ') || '@none' });
}

const key = (text: string) => text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();

/** The id of a stage of any published playbook, by its id or by its name in either language. */
export async function stageFilter(reach: Reach, text: string, option = '--stage'): Promise<string> {
  const { items: stages } = await reach.call(reach.routes.listStages, {});
  const shipped = (id: string) => LOCALES.map((locale) => translator(locale).code('words', `stage.${id}`));
  const found = stages.find(({ id, name }) =>
    [id, ...Object.values(name), ...shipped(id)].some((one) => key(one) === key(text)),
  );
  if (found !== undefined) return found.id;
  throw unknown(
    text,
    option,
    stages.map(({ id }) => id),
  );
}

/** The id of a member of the team, by e-mail, id or full name; `also` may stand there too. */
export async function personFilter(
  reach: Reach,
  text: string,
  option: string,
  also: readonly string[] = [],
): Promise<string> {
  const people = await reach.people();
  const exact = people.find(({ id, email }) => id === text || key(email) === key(text));
  if (exact !== undefined) return exact.id;
  const named = people.filter(({ name }) => key(name) === key(text));
  const [only] = named;
  const emails = named.map(({ email }) => email);
  if (only === undefined) throw unknown(text, option, [...people.map(({ email }) => email), ...also]);
  if (named.length === 1) return only.id;
  throw PerennialError.of('store.person_ambiguous', { who: excerpt(text), known: emails.slice(0, 5).join(', ') });
}

/** A client by id, or by the beginning of its name, else a part of it, where only one has it. */
export async function clientFilter(reach: Reach, text: string): Promise<string> {
  const { items: clients } = await listed(Infinity, (page) => reach.call(reach.routes.listClients, { query: page }));
  const exact = clients.find((client) => client.id === text || key(client.name) === key(text));
  if (exact) return exact.id;
  const beginning = clients.filter((client) => key(client.name).startsWith(key(text)));
  const found = beginning.length > 0 ? beginning : clients.filter((client) => key(client.name).includes(key(text)));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.id;
  const known = found.length > 0 ? found : clients;
  throw unknown(
    text,
    '--client',
    known.map(({ name }) => name),
  );
}
