import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { isPublicAddress } from './addresses.ts';
import { isAllowedAddress } from './allowance.ts';
import type { Allowance } from './allowance.ts';

/** Why an address that somebody gave is not called. */
export type Refusal = 'form' | 'scheme' | 'credentials' | 'port' | 'name' | 'address';

/** Gives the addresses of a name. Throws where it has none. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

export const resolveName: Resolve = (name) => lookup(name, { all: true, order: 'verbatim' });

const PORTS = new Set(['', '443', '8443']);
const LONGEST = 2048;
/** How long one waits for the addresses of a name before it is saved; when it is called they are asked for anew. */
const PATIENCE_MS = 2000;

/** Names that are served within one network or one machine only (RFC 6761, 6762, 8375, and by custom). */
const INNER = new Set([
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'arpa',
  'test',
  'invalid',
  'onion',
  'alt',
]);

/**
 * Reads an address that a person gave: https, a public name or address, one of two ports, nothing hidden in it. What
 * the deployment allows by name or network may be plain http and have any port. Where the name leads is looked at when
 * it is called, and by {@link refuseInnerAddress} before it is saved.
 */
export function readOutsideUrl(text: string, allowance: Allowance): URL | Refusal {
  // Parsers drop or mend these, each in its own way.
  if (text.length > LONGEST || !/^https?:\/\/[^/\\?#]/i.test(text) || /[\s\\\p{Cc}\p{Cf}]/u.test(text)) {
    return /^https?:/i.test(text) || !/^[a-z][a-z0-9+.-]*:/i.test(text) ? 'form' : 'scheme';
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return 'form';
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/?#]*@/i.test(text)) return 'credentials';
  const host = hostOf(url);
  if (allowance.names.has(host) || isAllowedAddress(allowance, host)) return url;
  if (url.protocol !== 'https:') return 'scheme';
  if (!PORTS.has(url.port)) return 'port';
  if (isIP(host) !== 0) return isPublicAddress(host) ? url : 'address';
  return isPublicName(host) ? url : 'name';
}

/** The name or address that a URL leads to, without brackets and without the point that ends a full name. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function isPublicName(host: string): boolean {
  const labels = host.split('.');
  return labels.length > 1 && labels.every((label) => label !== '') && !INNER.has(labels.at(-1) ?? '');
}

/** The first address of a name that may not be called; undefined where all may. */
export function innerAddress(
  name: string,
  addresses: readonly LookupAddress[],
  allowance: Allowance,
): string | undefined {
  if (allowance.names.has(name.replace(/\.$/, '').toLowerCase())) return undefined;
  // One of several is enough: which of them is called is not for the name to choose.
  return addresses.find(({ address }) => !isPublicAddress(address) && !isAllowedAddress(allowance, address))?.address;
}

/**
 * Refuses what may not be called, before it is saved. A name that nobody knows yet is taken.
 *
 * Throws `url.forbidden`.
 */
export async function checkOutsideUrl(
  text: string,
  field: string,
  { allowance, resolve = resolveName }: { readonly allowance: Allowance; readonly resolve?: Resolve },
): Promise<URL> {
  const url = readOutsideUrl(text, allowance);
  if (typeof url === 'string') throw forbidden(text, url, field);
  const host = hostOf(url);
  if (isIP(host) !== 0) return url;
  const addresses = await within(PATIENCE_MS, resolve(host)).catch(() => []);
  if (innerAddress(host, addresses, allowance) !== undefined) throw forbidden(text, 'address', field);
  return url;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_done, failed) => {
    timer = setTimeout(() => failed(new Error('too late')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function forbidden(text: string, refusal: Refusal, field: string): PerennialError {
  // What follows the host is often a secret.
  const shown = URL.canParse(text) ? new URL(text).host : text;
  return PerennialError.of('url.forbidden', { url: excerpt(shown), reason: `@url.${refusal}` }, { field });
}
