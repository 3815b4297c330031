import { createHash } from 'node:crypto';

/** The version of a representation, as `ETag` says it. */
export function versionOf(text: string): string {
  return `"${createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, 24)}"`;
}

/** Whether a list of versions names this one. For reading a weak one will do: the bytes are the same anyway. */
export function names(header: string, version: string, weakWillDo: boolean): boolean {
  return header.split(',').some((part) => {
    const one = part.trim();
    return one === '*' || one === version || (weakWillDo && one === `W/${version}`);
  });
}
