import type { RenewalState } from '../renewal/state.ts';
import { canonicalJson } from './canonical-json.ts';

/** Fingerprint of a whole state, to find a read model that differs from its workflow. Slow: not for the sandbox. */
export function digestOf(state: RenewalState): string {
  return fingerprint(canonicalJson(state));
}

/**
 * 64 bits of a text in hex: two FNV-1a sums with different starts. It finds accidents, not forgeries,
 * and needs no cryptography, which the core has none of.
 */
export function fingerprint(text: string): string {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + i), 0x01000193);
  }
  return [low, high].map((n) => (n >>> 0).toString(16).padStart(8, '0')).join('');
}
