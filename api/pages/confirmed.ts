import { createHash } from 'node:crypto';
import { PerennialError } from '../../domain/errors/index.ts';
import { addMs, fromMs, MS_PER_HOUR, toMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import { formSeal, isFormSeal } from '../../operations/links/signed-token.ts';
import type { KeyRing } from '../../operations/temporal/key-ring.ts';

/** A page left open over a working day still counts. */
const FORM_MS = 12 * MS_PER_HOUR;

/** What stands between a page and its form: whose link it is, who reads it, and what was shown. */
export interface Shown {
  readonly linkId: string;
  readonly readerId: string;
  /** Everything that the reader agrees to by pressing the button. */
  readonly figures: unknown;
}

/**
 * A value for the form of a page, which nobody else can make: with it comes back only who was shown these figures. Each
 * page has one of its own, so that a form sent twice is known as one.
 */
export function formToken(ring: KeyRing, shown: Shown, now: Instant): string {
  const until = toMs(addMs(now, FORM_MS)).toString(36);
  return `${until}.${digestOf(shown)}.${formSeal(ring, sealed(shown, until))}`;
}

/**
 * Throws `link.form` for a form that no page of ours has made, or one that is too old, and `link.outdated` where what the
 * page has shown is not what holds now.
 *
 * @returns a name of this form, the same each time it is sent
 */
export function checkFormToken(ring: KeyRing, token: string, shown: Shown, now: Instant): string {
  const [, until = '', digest = '', seal = ''] = /^([0-9a-z]{6,11})\.([\w-]{22})\.([\w-]{22})$/.exec(token) ?? [];
  const about = `${shown.linkId}\n${shown.readerId}\n${until}\n${digest}`;
  if (until === '' || !isFormSeal(ring, seal, about)) throw PerennialError.of('link.form');
  if (fromMs(Number.parseInt(until, 36)) <= now) throw PerennialError.of('link.form');
  if (digest !== digestOf(shown)) throw PerennialError.of('link.outdated');
  return createHash('sha256').update(token).digest('base64url').slice(0, 12);
}

function sealed(shown: Shown, until: string): string {
  return `${shown.linkId}\n${shown.readerId}\n${until}\n${digestOf(shown)}`;
}

function digestOf({ figures }: Shown): string {
  return createHash('sha256').update(JSON.stringify(figures)).digest('base64url').slice(0, 22);
}
