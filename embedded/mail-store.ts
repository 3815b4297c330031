import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { indexFile, mailFolder } from './mail-inbox.ts';
import type { CaughtMail } from './mail-inbox.ts';

export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** The writing side of the inbox: one per data folder. */
export interface MailStore {
  /** Keeps one message; when it resolves, file and index line are on the disk. Every copy is kept, duplicates too. */
  keep(raw: Buffer, envelope: Envelope): Promise<CaughtMail>;
  close(): Promise<void>;
}

/** Opens `<dataDir>/mail`, counting on from the messages already there. */
export async function openMailStore(dataDir: string): Promise<MailStore> {
  const folder = mailFolder(dataDir);
  await mkdir(folder, { recursive: true });
  let sequence = await lastSequence(folder);
  const index = await openIndex(indexFile(dataDir));
  let writing = Promise.resolve();

  return {
    async keep(raw, envelope) {
      sequence += 1;
      const id = `${String(sequence).padStart(6, '0')}-${randomBytes(4).toString('hex')}`;
      await writeDurably(join(folder, `${id}.eml`), raw);
      const mail = await describe(id, raw, envelope);
      // One line after the other, so that lines never mix.
      const written = writing.then(async () => {
        await index.appendFile(`${JSON.stringify(mail)}\n`);
        await index.datasync();
      });
      writing = written.catch(() => undefined);
      await written;
      return mail;
    },
    async close() {
      await writing;
      await index.close();
    },
  };
}

async function describe(id: string, raw: Buffer, envelope: Envelope): Promise<CaughtMail> {
  const parsed = await simpleParser(raw);
  return {
    id,
    receivedAt: new Date().toISOString(),
    messageId: parsed.messageId ?? '',
    from: parsed.from?.text ?? envelope.from,
    to: envelope.to,
    subject: parsed.subject ?? '',
    size: raw.length,
    hasCalendar: parsed.attachments.some(({ contentType }) => /^(text\/calendar|application\/ics)$/i.test(contentType)),
  };
}

async function lastSequence(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).map((name) => Number(/^(\d+)-[0-9a-f]+\.eml$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

async function openIndex(file: string): Promise<FileHandle> {
  const before = await readFile(file).catch(() => Buffer.alloc(0));
  const handle = await open(file, 'a');
  // A process killed while writing left half a line: ours must not be glued to it.
  if (before.length > 0 && before.at(-1) !== 0x0a) await handle.appendFile('\n');
  return handle;
}

async function writeDurably(file: string, contents: Buffer): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(contents);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
