import { watch } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { excerpt, PerennialError } from '../domain/errors/index.ts';

/** One caught mail, as a line of `<data>/mail/index.jsonl`. */
export interface CaughtMail {
  /** `<seq>-<shortid>`; also the name of the message's file. Sorting by id is sorting by arrival. */
  readonly id: string;
  /** ISO UTC. */
  readonly receivedAt: string;
  /** With its angle brackets; empty when the message has none. */
  readonly messageId: string;
  /** The sender a reader sees, else the envelope's. */
  readonly from: string;
  /** The envelope's recipients: who really gets it, hidden copies included. */
  readonly to: readonly string[];
  readonly subject: string;
  /** Bytes of the raw message. */
  readonly size: number;
  readonly hasCalendar: boolean;
}

/** A caught mail with its contents. Attachments are given by name; the raw message has their bytes. */
export interface MailContents extends CaughtMail {
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly string[];
  readonly raw: string;
}

export function mailFolder(dataDir: string): string {
  return join(dataDir, 'mail');
}

export function indexFile(dataDir: string): string {
  return join(mailFolder(dataDir), 'index.jsonl');
}

/** All caught mails, oldest first; readable while another process runs the services. */
export async function readInbox(dataDir: string): Promise<CaughtMail[]> {
  try {
    return toMails(await readFile(indexFile(dataDir), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * One caught mail with its contents.
 * @throws PerennialError `mail.not_found`.
 */
export async function readMail(dataDir: string, id: string): Promise<MailContents> {
  const mail = (await readInbox(dataDir)).find((entry) => entry.id === id);
  if (mail === undefined) throw PerennialError.of('mail.not_found', { id: excerpt(id) });
  const raw = await readFile(join(mailFolder(dataDir), `${mail.id}.eml`));
  const parsed = await simpleParser(raw);
  return {
    ...mail,
    text: parsed.text ?? '',
    html: parsed.html === undefined || parsed.html === false ? '' : parsed.html,
    attachments: parsed.attachments.map((attachment) => attachment.filename ?? attachment.contentType),
    // Bytes as they came; a message may use any charset, so latin1 keeps each byte one character.
    raw: raw.toString('latin1'),
  };
}

/**
 * Tells of each mail caught from now on (with `from: 'start'`, of the earlier ones first), once and in order. Works
 * from any process. Returns the function that ends it.
 */
export function watchInbox(
  dataDir: string,
  onMail: (mail: CaughtMail) => void,
  options: { readonly from?: 'now' | 'start' } = {},
): () => void {
  mkdirSync(mailFolder(dataDir), { recursive: true });
  let ended = false;
  let offset: number | undefined = options.from === 'start' ? 0 : undefined;
  let reading = Promise.resolve();
  const look = () => {
    // One reading at a time: two would both begin at the same offset and tell of a mail twice.
    reading = reading.then(async () => {
      if (ended) return;
      const { lines, end } = await readFrom(indexFile(dataDir), offset);
      offset = end;
      for (const mail of toMails(lines)) if (!ended) onMail(mail);
    });
  };
  look();
  const watcher = watch(mailFolder(dataDir), look);
  // Some file systems (network, containers) tell nothing.
  const patrol = setInterval(look, 1_000).unref();
  return () => {
    ended = true;
    watcher.close();
    clearInterval(patrol);
  };
}

/** Whole lines after `offset` bytes; with no offset only where the file ends now. */
async function readFrom(file: string, offset: number | undefined): Promise<{ lines: string; end: number }> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (offset === undefined || size <= offset) return { lines: '', end: offset ?? size };
  const handle = await open(file);
  try {
    const bytes = Buffer.alloc(size - offset);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
    const whole = bytes.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    return { lines: bytes.subarray(0, whole).toString('utf8'), end: offset + whole };
  } finally {
    await handle.close();
  }
}

function toMails(lines: string): CaughtMail[] {
  return lines.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as CaughtMail];
    } catch {
      // An empty line, or one that a killed process did not finish: that mail was never acknowledged.
      return [];
    }
  });
}
