import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';

/** How long the vendor may take to answer at all; a network without Internet must not hold up the next source. */
export const CONNECT_DEADLINE_MS = 5_000;
/** A transfer that gives no byte for so long has failed. */
const STALL_DEADLINE_MS = 30_000;

/**
 * Downloads `url` into `file`. `onBytes` hears the bytes so far and the total where the server says it.
 * @throws Error with the network's reason: no answer in time, an HTTP status, a stalled transfer.
 */
export async function download(
  url: string,
  file: string,
  onBytes: (done: number, total: number | undefined) => void,
  connectMs = CONNECT_DEADLINE_MS,
): Promise<void> {
  const controller = new AbortController();
  const deadline = startDeadline(controller, connectMs, 'no answer');
  const handle = await open(file, 'w');
  try {
    const answer = await fetch(url, { signal: controller.signal });
    if (!answer.ok || answer.body === null) throw new Error(`HTTP ${answer.status} for ${url}`);
    const length = Number(answer.headers.get('content-length') ?? Number.NaN);
    const total = Number.isFinite(length) ? length : undefined;
    let done = 0;
    deadline.extend(STALL_DEADLINE_MS, 'the transfer stalled');
    for await (const chunk of answer.body) {
      await handle.write(chunk);
      done += chunk.byteLength;
      deadline.extend(STALL_DEADLINE_MS, 'the transfer stalled');
      onBytes(done, total);
    }
    if (total !== undefined && done !== total && !answer.headers.has('content-encoding')) {
      throw new Error(`the transfer ended after ${done} of ${total} bytes`);
    }
  } finally {
    deadline.clear();
    await handle.close();
  }
}

/** The first word of a small text file at `url`: how vendors publish a checksum. */
export async function fetchWord(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(CONNECT_DEADLINE_MS) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status} for ${url}`);
  return (await answer.text()).trim().split(/\s/)[0] ?? '';
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** What went wrong, in one line; `fetch` hides the real reason ("ENOTFOUND host") in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const text = cause instanceof Error && cause.message !== '' ? cause.message : error.message;
  const line = text.split('\n')[0]?.trim() ?? '';
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

function startDeadline(controller: AbortController, ms: number, what: string) {
  const arm = (after: number, reason: string) =>
    setTimeout(() => controller.abort(new Error(`${reason} within ${after / 1000} s`)), after);
  let timer = arm(ms, what);
  return {
    extend(after: number, reason: string) {
      clearTimeout(timer);
      timer = arm(after, reason);
    },
    clear: () => clearTimeout(timer),
  };
}
