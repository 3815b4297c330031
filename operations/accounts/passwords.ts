import { hash, verify } from '@node-rs/argon2';
import { PerennialError } from '../../domain/errors/index.ts';
import { textKey } from '../../schemas/keys.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';

/** Length is what makes a password hard to guess; a rule about signs only makes it hard to remember. */
export const PASSWORD_MIN = 12;
/** Longer ones are cut nowhere and refused: hashing a novel is a way to keep a server busy. */
const PASSWORD_MAX = 512;

/** Argon2id as OWASP asks for it: 19 MiB, two passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Throws `account.password_short` and `account.password_common`, at the field that it came in. */
export function checkPassword(
  password: string,
  about: { readonly email: string; readonly name: string },
  field = 'password',
): void {
  const length = Array.from(password).length;
  if (length < PASSWORD_MIN || length > PASSWORD_MAX) {
    throw PerennialError.of('account.password_short', { length, min: PASSWORD_MIN, max: PASSWORD_MAX }, { field });
  }
  const plain = textKey(password).replaceAll(/\s/g, '');
  const own = [about.email, about.email.split('@')[0] ?? '', about.name].map((text) =>
    textKey(text).replaceAll(/\s/g, ''),
  );
  const repeats = new Set(plain).size < 4;
  if (
    repeats ||
    COMMON_PASSWORDS.has(plain) ||
    own.some((text) => text.length > 3 && plain.replaceAll(text, '').length < 6)
  ) {
    throw PerennialError.of('account.password_common', {}, { field });
  }
}

export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), COST);
}

let nobody: Promise<string> | undefined;

/** Whether it is the password. An account that has none, or is not there, takes as long: the time tells nothing. */
export async function isPassword(passwordHash: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody has this password');
  const against = passwordHash ?? (await nobody);
  // A character may take two units; what is longer than any password of ours is none.
  const fits = await verify(against, password.slice(0, 2 * PASSWORD_MAX).normalize('NFKC'));
  return fits && passwordHash !== null;
}
