import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import type { SourceKind } from './progress.ts';
import { findBinary } from './sources/find-binary.ts';
import { MONGOD_BINARY } from './sources/mongod-binary.ts';
import { accepts } from './supervisor/tcp-probe.ts';
import { startOnPorts } from './supervisor/start-on-ports.ts';
import { superviseChild } from './supervisor/supervised-child.ts';
import type { ChildSpec, SupervisedChild } from './supervisor/supervised-child.ts';
import type { ServerOptions } from './temporal-server.ts';

export interface MongoServer {
  /** Names the database `perennial`; direct, because the one member is the whole set and its port may change. */
  readonly uri: string;
  readonly source: SourceKind;
  readonly child: SupervisedChild;
}

const REPLICA_SET = 'rs0';
const CACHE_GIGABYTES = '0.5';

/**
 * mongod as a replica set of one (transactions need one) with its data in `<dataDir>/mongo`, on 127.0.0.1 only.
 * Resolves when it is primary.
 * @throws PerennialError of the areas `services.binary_missing`, `services.start_…`, `services.port_…`.
 */
export async function startMongoServer(options: ServerOptions): Promise<MongoServer> {
  const { dataDir, env, ports, onProgress, onEvent } = options;
  const grace = options.graceMs === undefined ? {} : { graceMs: options.graceMs };
  const binary = await findBinary(MONGOD_BINARY, { env, onProgress });
  const folder = join(dataDir, 'mongo');
  await mkdir(folder, { recursive: true });

  onProgress({ service: 'mongo', source: binary.source, phase: 'start' });
  const { child, used } = await startOnPorts(ports, ['mongo'], async (port) => {
    const spec: ChildSpec = {
      service: 'mongo',
      program: binary.path,
      args: serverArguments(folder, port),
      env: { ...env, ...binary.env },
      dataDir,
      ...grace,
      isReady: () => accepts(port),
      onEvent: () => undefined,
    };
    if (isMoved(folder, port)) await moveMember(spec, port);
    let set = false;
    return {
      ...spec,
      args: [...spec.args, '--replSet', REPLICA_SET],
      isReady: async () => {
        // The driver waits half a second after a refused connection, so the plain socket is asked first.
        if (!(await accepts(port))) return false;
        return withAdmin(port, async (admin) => {
          set ||= await ensureReplicaSet(admin, folder, port);
          return set && (await admin.command({ hello: 1 }))['isWritablePrimary'] === true;
        });
      },
      onEvent,
    };
  });
  writeFileSync(memberFile(folder), String(used[0]));
  onProgress({ service: 'mongo', source: binary.source, phase: 'ready' });
  const uri = `mongodb://127.0.0.1:${used[0]}/perennial?replicaSet=${REPLICA_SET}&directConnection=true`;
  return { uri, source: binary.source, child };
}

function serverArguments(folder: string, port: number): string[] {
  return [
    ['--dbpath', folder],
    ['--port', String(port)],
    ['--bind_ip', '127.0.0.1'],
    ['--wiredTigerCacheSizeGB', CACHE_GIGABYTES],
    ['--oplogSize', '256'],
    ['--quiet', ...(process.platform === 'win32' ? [] : ['--nounixsocket'])],
    ['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    // Asked to stop, it would wait 15 s for clients to move to another member; there is none.
    ['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
  ].flat();
}

/** Notes the port under which the set knows its member. */
function memberFile(folder: string): string {
  return join(folder, 'member-port');
}

function isMoved(folder: string, port: number): boolean {
  try {
    return readFileSync(memberFile(folder), 'utf8').trim() !== String(port);
  } catch {
    // No note: a new folder.
    return false;
  }
}

/**
 * Tells the stored set its member's new port, with the server running outside the set. Inside it, the member would first
 * ask at its old port whether that is itself, and wait half a minute for a stranger who does not answer there.
 */
async function moveMember(spec: ChildSpec, port: number): Promise<void> {
  const child = await superviseChild(spec);
  try {
    await withAdmin(port, (_admin, client) =>
      client
        .db('local')
        .collection<{ _id: string }>('system.replset')
        .updateOne({ _id: REPLICA_SET }, { $set: { 'members.0.host': `127.0.0.1:${port}` }, $inc: { version: 1 } }),
    );
  } finally {
    await child.stop();
  }
}

async function withAdmin<T>(
  port: number,
  work: (admin: mongo.Db, client: mongo.MongoClient) => Promise<T>,
): Promise<T> {
  const client = new mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 500,
    connectTimeoutMS: 500,
    maxPoolSize: 1,
    monitorCommands: false,
  });
  try {
    return await work(client.db('admin'), client);
  } finally {
    await client.close();
  }
}

/** Makes the set, or tells a set from an earlier start that its member now has this port. False: ask again. */
async function ensureReplicaSet(admin: mongo.Db, folder: string, port: number): Promise<boolean> {
  // Another program's mongod may listen here while ours is about to give up on the port.
  const { parsed } = await admin.command({ getCmdLineOpts: 1 });
  if (parsed?.storage?.dbPath !== folder) return false;

  const host = `127.0.0.1:${port}`;
  const current = await currentConfig(admin);
  if (current === undefined) {
    await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
    return true;
  }
  if (current.members[0]?.['host'] === host) return true;
  const members = current.members.slice(0, 1).map((member) => ({ ...member, host }));
  // Forced: a member that does not find itself in the set can be no primary, and only a primary may ask politely.
  await admin.command({ replSetReconfig: { ...current.config, version: current.version + 1, members }, force: true });
  return true;
}

interface SetConfig {
  readonly config: mongo.Document;
  readonly version: number;
  readonly members: readonly mongo.Document[];
}

async function currentConfig(admin: mongo.Db): Promise<SetConfig | undefined> {
  try {
    const config = (await admin.command({ replSetGetConfig: 1 }))['config'] as mongo.Document;
    return { config, version: Number(config['version']), members: config['members'] as mongo.Document[] };
  } catch (error) {
    // 94: NotYetInitialized
    if (error instanceof mongo.MongoServerError && error.code === 94) return undefined;
    throw error;
  }
}
