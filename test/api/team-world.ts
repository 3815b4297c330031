import type { ExecutionContext } from 'ava';
import { textKey } from '../../schemas/keys.ts';
import { ensureIndexes } from '../../schemas/indexes.ts';
import { openContext } from '../../operations/context.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { PEOPLE } from '../helpers/world.ts';
import { openTestMongo } from '../helpers/services.ts';
import type { TestMongo } from '../helpers/services.ts';
import { giveAccounts, openApi } from './api-world.ts';
import type { Answer, Api } from './api-world.ts';

export interface TeamContext {
  readonly mongo: TestMongo;
  readonly closing: (() => Promise<void>)[];
}

let databases = 0;

/** The API on a database of its own with the team of the test world; no engine runs. */
export async function teamApi(
  t: ExecutionContext<TeamContext>,
  env: Readonly<Record<string, string>> = {},
): Promise<Api & { readonly context: OperationsContext }> {
  const uri = new URL(t.context.mongo.uri);
  uri.pathname = `/team-${(databases += 1)}`;
  const context = await openContext({ env: { ...env, MONGODB_URI: uri.href }, dataDir: t.context.mongo.dataDir });
  await ensureIndexes(context.db);
  await context.db.people.insertMany(
    Object.values(PEOPLE).map(({ id, ...person }) => ({
      manager: null,
      ...person,
      _id: id,
      emailKey: textKey(person.email),
    })),
  );
  const api = await openApi(context);
  t.context.closing.push(
    () => api.close(),
    () => context.close(),
  );
  return api;
}

export async function openTeamContext(): Promise<TeamContext> {
  return { mongo: await openTestMongo(), closing: [] };
}

export async function closeTeamContext({ mongo, closing }: TeamContext): Promise<void> {
  for (const close of closing) await close();
  await mongo.close();
}

/** Accounts for the team, `ops` as administrator and `zhao` as auditor. */
export async function accountsOfTeam(api: Api): Promise<void> {
  const mail = (ids: readonly string[]) => ids.map((id) => PEOPLE[id]?.email ?? '');
  await giveAccounts(api.context, mail(['li', 'wang', 'chen', 'gm', 'sun', 'zhou']));
  await giveAccounts(api.context, mail(['ops']), ['admin']);
  await giveAccounts(api.context, mail(['zhao']), ['auditor']);
}

export function mailOf(id: string): string {
  return PEOPLE[id]?.email ?? '';
}

export function codeOf(answer: Answer): unknown {
  return (answer.body as { readonly code?: unknown } | undefined)?.code;
}
