import type { Database } from '../../schemas/connection.ts';
import type { SettingDoc } from '../../schemas/setting.ts';

/** How people reach the pages; the server says so when it starts, and whoever writes links into mails reads it. */
export async function rememberPublicUrl(db: Pick<Database, 'settings'>, url: string): Promise<void> {
  await db.settings.updateOne({ _id: 'public url' }, { $set: { value: url } }, { upsert: true });
}

/** Null where no server has ever started: then there is no page that a link could lead to. */
export async function knownPublicUrl(db: Pick<Database, 'settings'>): Promise<string | null> {
  const found = await db.settings.findOne({ _id: 'public url' }).lean<SettingDoc>();
  return typeof found?.value === 'string' ? found.value : null;
}
