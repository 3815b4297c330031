import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Database } from '../../schemas/connection.ts';
import type { PlaybookDoc } from '../../schemas/playbook.ts';

/** The newest version of a playbook, and how many versions there are. */
export interface PlaybookWithCount {
  readonly playbook: PlaybookDoc;
  readonly versions: number;
}

/** The newest version of each playbook, by id. There are a handful: no pages. */
export async function newestPlaybooks(db: Pick<Database, 'playbooks'>): Promise<readonly PlaybookWithCount[]> {
  const rows = await db.playbooks.aggregate<{ readonly _id: string; readonly key: string; readonly versions: number }>([
    { $sort: { version: 1 } },
    { $group: { _id: '$id', key: { $last: '$_id' }, versions: { $sum: 1 } } },
    { $sort: { _id: 1 } },
  ]);
  const docs = await Promise.all(rows.map(({ key }) => db.playbooks.findOne({ _id: key }).lean<PlaybookDoc>()));
  return docs.flatMap((playbook, i) => (playbook === null ? [] : [{ playbook, versions: rows[i]?.versions ?? 1 }]));
}

export type VersionLine = Pick<PlaybookDoc, 'version' | 'digest' | 'status' | 'publishedAt'>;

/** All versions of a playbook, the newest first. Throws `resource.not_found`. */
export async function playbookVersions(db: Pick<Database, 'playbooks'>, id: string): Promise<readonly VersionLine[]> {
  const docs = await db.playbooks
    .find({ id }, { version: 1, digest: 1, status: 1, publishedAt: 1 })
    .sort({ version: -1 })
    .lean<VersionLine[]>();
  if (docs.length === 0) throw playbookMissing(id);
  return docs;
}

/** One version, the newest where none is named. Throws `resource.not_found`. */
export async function readPlaybook(
  db: Pick<Database, 'playbooks'>,
  id: string,
  version: number | 'latest' = 'latest',
): Promise<PlaybookDoc> {
  const found = await newestPlaybook(db, id, version);
  if (found === null) throw playbookMissing(version === 'latest' ? id : `${id}@${version}`);
  return found;
}

/** As {@link readPlaybook}; null where there is none. */
export async function newestPlaybook(
  db: Pick<Database, 'playbooks'>,
  id: string,
  version: number | 'latest' = 'latest',
): Promise<PlaybookDoc | null> {
  const which = version === 'latest' ? { id } : { id, version };
  return db.playbooks.findOne(which).sort({ version: -1 }).lean<PlaybookDoc>();
}

function playbookMissing(id: string): PerennialError {
  return PerennialError.of('resource.not_found', { kind: '@kind.playbook', id: excerpt(id) });
}
