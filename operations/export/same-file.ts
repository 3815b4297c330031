import { unzipSync } from 'fflate';

const MAX_COMPARED = 20 * 1024 * 1024;

/** The same bytes, or workbooks with the same parts: when a workbook was zipped stands in its bytes too. */
export function saysTheSame(there: Buffer, bytes: Uint8Array): boolean {
  if (there.equals(bytes)) return true;
  const [before, now] = [partsOf(there), partsOf(bytes)];
  if (before === undefined || now === undefined) return false;
  const names = Object.keys(now).filter((name) => name !== 'docProps/core.xml');
  const same = (name: string) => Buffer.from(before[name] ?? []).equals(Buffer.from(now[name] ?? []));
  return names.every(same) && Object.keys(before).length === Object.keys(now).length;
}

/** Undefined where it is no zip, or one that is too large to be a list of ours. */
function partsOf(bytes: Uint8Array): Record<string, Uint8Array> | undefined {
  if (bytes.length > MAX_COMPARED || bytes[0] !== 0x50 || bytes[1] !== 0x4b) return undefined;
  try {
    return unzipSync(bytes, { filter: ({ originalSize }) => originalSize <= MAX_COMPARED });
  } catch {
    return undefined;
  }
}
