import type { z } from 'zod';
import { PerennialError } from '../../domain/errors/index.ts';
import type { RouteContract } from '../contract.ts';

/**
 * An answer as the contract wants it. Fields that it does not name are left out: a newer server may say more. Throws
 * `remote.foreign` where it is no answer of ours, and `remote.version` where it is one of another contract.
 */
export function checkedAnswer(contract: RouteContract, text: string, url: string): unknown {
  const value = contract.status === 204 ? undefined : parsed(text, url);
  let given = contract.response.safeParse(value);
  // Each round takes away what a level did not know; there are only so many levels.
  for (let round = 0; round < 32 && !given.success; round += 1) {
    if (!given.error.issues.every((issue) => leaveOut(value, issue))) break;
    given = contract.response.safeParse(value);
  }
  if (given.success) return given.data;
  const where = given.error.issues[0]?.path.map(String).join('.') ?? '';
  throw PerennialError.of('remote.version', { url, what: `${contract.id} ${where}`.trim() });
}

/** Whether it was a field too many, which is gone now. */
function leaveOut(value: unknown, issue: z.core.$ZodIssue): boolean {
  if (issue.code !== 'unrecognized_keys') return false;
  const at = issue.path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key as string] : undefined), value);
  if (!isRecord(at)) return false;
  for (const key of issue.keys) delete at[key];
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function parsed(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw PerennialError.of('remote.foreign', { url });
  }
}
