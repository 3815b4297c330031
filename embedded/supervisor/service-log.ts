import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const ROTATE_AT_BYTES = 16 << 20;

export interface ServiceLog {
  readonly path: string;
  readonly fd: number;
  /** The last line in which this run complains, else its last line; one line of at most 300 characters. */
  lastWords(): string;
  close(): void;
}

/** Opens a log for one run of a service. A large one from before is put aside as `….1`. */
export function openLog(path: string): ServiceLog {
  mkdirSync(dirname(path), { recursive: true });
  if (sizeOf(path) > ROTATE_AT_BYTES) renameSync(path, `${path}.1`);
  const from = sizeOf(path);
  const fd = openSync(path, 'a', 0o600);
  return {
    path,
    fd,
    lastWords() {
      const lines = readFileSync(path).subarray(from).toString('utf8').split('\n').map(readable);
      const said = lines.filter((line) => line.text !== '');
      const line = said.findLast((entry) => entry.complaint) ?? said.at(-1);
      return line === undefined ? '' : line.text.slice(0, 300);
    },
    close: () => closeSync(fd),
  };
}

/** mongod writes JSON lines, in which severity E and F and the attribute `error` are what matters. */
function readable(line: string): { readonly text: string; readonly complaint: boolean } {
  const text = line.trim();
  if (!text.startsWith('{')) return { text, complaint: /\berror\b|\bfatal\b|\bfailed\b/i.test(text) };
  try {
    const entry: unknown = JSON.parse(text);
    if (typeof entry !== 'object' || entry === null || !('msg' in entry)) return { text, complaint: false };
    const attributes = 'attr' in entry ? ` ${JSON.stringify(entry.attr)}` : '';
    const severity = 's' in entry ? entry.s : 'I';
    return { text: `${String(entry.msg)}${attributes}`, complaint: severity === 'E' || severity === 'F' };
  } catch {
    return { text, complaint: false };
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
