import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { Unzip, UnzipInflate } from 'fflate';

/**
 * Takes chosen files out of a zip into `folder`, as executables. Only the names in `take` are ever written, so an
 * entry's own path cannot lead outside. Chunks are inflated as they are read: 150 MB do not stand in memory.
 * @throws Error when the zip is damaged or lacks one of the files.
 */
export async function takeFromZip(
  zip: string,
  folder: string,
  take: readonly { readonly entry: RegExp; readonly to: string }[],
): Promise<void> {
  for (const { to } of take) await mkdir(dirname(join(folder, to)), { recursive: true });
  const missing = new Set(take.map(({ to }) => to));
  const writers: WriteStream[] = [];
  let failure: Error | undefined;

  const unzip = new Unzip();
  unzip.register(UnzipInflate);
  unzip.onfile = (entry) => {
    const wanted = take.find((item) => item.entry.test(entry.name));
    if (wanted === undefined || !missing.delete(wanted.to)) return;
    const writer = createWriteStream(join(folder, wanted.to), { mode: 0o755 });
    writer.on('error', (error) => (failure ??= error));
    writers.push(writer);
    entry.ondata = (error, chunk, final) => {
      if (error !== null) failure ??= error;
      else if (final) writer.end(chunk);
      else writer.write(chunk);
    };
    entry.start();
  };

  for await (const chunk of createReadStream(zip, { highWaterMark: 1 << 18 })) {
    unzip.push(chunk as Buffer);
    await Promise.all(writers.filter((writer) => writer.writableNeedDrain).map((writer) => once(writer, 'drain')));
    if (failure !== undefined) throw failure;
  }
  unzip.push(new Uint8Array(0), true);
  if (missing.size > 0) throw new Error(`the archive lacks ${[...missing].join(', ')}`);
  const unfinished = writers.find((writer) => !writer.writableEnded);
  if (unfinished !== undefined) throw new Error('the archive is cut short');
  await Promise.all(writers.map((writer) => finished(writer)));
}
