import type { Database } from '../../schemas/connection.ts';

/** Where jobs of an unreleased state of the product stood, with the files that they made. */
const OLD = 'auditJobs';
const WITH_IT = ['jobs', 'jobItems', 'exports.files', 'exports.chunks'];

/** Drops jobs of a form that nobody can do any more. Comes before the indexes: the old ones go with them. */
export async function dropOldJobs({ connection }: Pick<Database, 'connection'>): Promise<void> {
  const names = new Set((await connection.listCollections()).map(({ name }) => name));
  if (!names.has(OLD)) return;
  // The sign by which they are known comes last: broken off, it is begun again.
  for (const name of [...WITH_IT, OLD]) if (names.has(name)) await connection.dropCollection(name);
}
