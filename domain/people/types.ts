import type { Locale } from '../text.ts';
import type { ZoneId } from '../time/types.ts';

/** The roles of the team. `sales-rep` of a renewal is the owner of its client. */
export const ROLES = [
  'sales-rep',
  'sales-manager',
  'director',
  'general-manager',
  'legal',
  'finance',
  'client-rep',
  'ops',
] as const;
export type Role = (typeof ROLES)[number];

/** A member of the team. `id` is ours; the e-mail is how the person is named on the command line. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  /** Person id of the superior: rep → manager → director. */
  readonly manager?: string;
  readonly locale: Locale;
  readonly zone: ZoneId;
  readonly active: boolean;
  /** While the person is away: who stands in, the end of the chain where substitutes are away themselves. */
  readonly substitute?: string;
}

/** Who did something. The engine's own acts carry the rule in their reason. */
export type Actor =
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'client'; readonly id: string }
  | { readonly kind: 'system'; readonly id: string }
  | { readonly kind: 'engine' };
