import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { excerpt, fileReason, PerennialError } from '../../domain/errors/index.ts';
import { UsageError } from '../failure.ts';
import { reasonOf } from '../files.ts';
import type { Run } from '../run.ts';

/** A token that `login` has kept. */
export interface Kept {
  readonly token: string;
  /** By which it is taken back; null where it was made elsewhere. */
  readonly tokenId: string | null;
  readonly email: string;
}

type Servers = Readonly<Record<string, Kept>>;

const TOKEN = /^prn_[\w-]{20,200}$/;

/** Addresses of servers are compared as they are written here. Throws `remote.url`. */
export function serverUrl(text: string): string {
  const refused = UsageError.of('remote.url', { value: excerpt(text) }, { field: '--server' });
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw refused;
  // A password in an address would stand in the list of processes.
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') throw refused;
  return url.href.replace(/\/+$/, '');
}

/**
 * The token for a server: of `--token-file`, PERENNIAL_TOKEN, PERENNIAL_TOKEN_FILE, else what `login` has kept. There
 * is no option for the token itself: everybody on a machine sees how its programs were called. Throws
 * `remote.token_needed`, `remote.token_form` and `cli.file`.
 */
export async function tokenFor(run: Run, url: string): Promise<string> {
  const given = await givenToken(run);
  if (given !== undefined) return given;
  const kept = (await keptServers(run))[url];
  if (kept === undefined) throw UsageError.of('remote.token_needed', { url });
  return kept.token;
}

/** A token that was given with the command; undefined where none was. */
export async function givenToken({ io, options }: Run): Promise<string | undefined> {
  const { tokenFile } = options;
  if (tokenFile === '-') return checked(await io.readIn(), '-');
  if (tokenFile !== undefined) return checked(await textOf(tokenFile), tokenFile);
  const { PERENNIAL_TOKEN: token, PERENNIAL_TOKEN_FILE: file } = io.env;
  if (token !== undefined && token.trim() !== '') return checked(token, 'PERENNIAL_TOKEN');
  if (file !== undefined && file.trim() !== '') return checked(await textOf(file.trim()), file.trim());
  return undefined;
}

function checked(text: string, source: string): string {
  const token = text.trim();
  if (!TOKEN.test(token)) throw UsageError.of('remote.token_form', { source: excerpt(source) });
  return token;
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw PerennialError.of('cli.file', { file: excerpt(file), reason: fileReason(reasonOf(error)) });
  });
}

/** In the folder where programs of one person keep their settings. */
export function keptIn({ io: { env } }: Run): string {
  const own = env['XDG_CONFIG_HOME']?.trim() || env['APPDATA']?.trim();
  const folder = own === undefined || own === '' ? join(env['HOME']?.trim() || homedir(), '.config') : own;
  return join(folder, 'perennial', 'servers.json');
}

export async function keptServers(run: Run): Promise<Servers> {
  const file = keptIn(run);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (reasonOf(error) === 'ENOENT') return '{}';
    throw PerennialError.of('cli.file', { file: excerpt(file), reason: fileReason(reasonOf(error)) });
  });
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? (read as Servers) : {};
  } catch {
    throw PerennialError.of('cli.file', { file: excerpt(file), reason: 'JSON' });
  }
}

/** Keeps a token, or forgets it. Nobody but the user may read the file, from its first moment on. */
export async function keep(run: Run, url: string, kept: Kept | null): Promise<string> {
  const { [url]: _before, ...others } = await keptServers(run);
  const file = keptIn(run);
  const text = `${JSON.stringify(kept === null ? others : { ...others, [url]: kept }, null, 2)}\n`;
  const fresh = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(fresh, text, { mode: 0o600 });
    await rename(fresh, file);
  } catch (error) {
    throw PerennialError.of('cli.file_write', { file: excerpt(file), reason: fileReason(reasonOf(error)) });
  }
  return file;
}
