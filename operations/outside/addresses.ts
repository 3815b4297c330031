import { BlockList, isIP } from 'node:net';

/**
 * Which addresses of the internet nobody but ourselves may be behind. The lists follow the special-purpose registries of
 * IANA; what they call not globally reachable is refused, and so is the platform address of Azure, which is public in
 * form only.
 */
const NOT_PUBLIC_4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Within 2000::/3, which holds all that is public; whatever lies outside of it is refused without a list. */
const NOT_PUBLIC_6: readonly (readonly [string, number])[] = [
  // Protocol assignments, Teredo among them: they carry an IPv4 address within.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4, the same.
  ['2002::', 16],
  ['3fff::', 20],
];

const blocked4 = listOf('ipv4', NOT_PUBLIC_4);
const blocked6 = listOf('ipv6', NOT_PUBLIC_6);
const global6 = listOf('ipv6', [['2000::', 3]]);
const mapped = listOf('ipv6', [['::ffff:0:0', 96]]);
/** How networks without IPv4 reach it (RFC 6052): the last four bytes say whom. */
const translated = listOf('ipv6', [['64:ff9b::', 96]]);

function listOf(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, bits] of subnets) list.addSubnet(net, bits, family);
  return list;
}

/** True for an address anybody on the internet reaches; false for every other one and for what is none. */
export function isPublicAddress(address: string): boolean {
  const bare = withoutZone(address);
  if (isIP(bare) === 4) return !blocked4.check(bare, 'ipv4');
  if (isIP(bare) !== 6) return false;
  const within = ipv4Within(bare);
  if (within !== undefined) return isPublicAddress(within);
  return global6.check(bare, 'ipv6') && !blocked6.check(bare, 'ipv6');
}

/** The IPv4 address that an IPv6 one stands for, where it is nothing else: mapped, or translated by the network. */
export function ipv4Within(address: string): string | undefined {
  if (!mapped.check(address, 'ipv6') && !translated.check(address, 'ipv6')) return undefined;
  const [high = 0, low = 0] = lastWords(address);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The last 32 bits, as two numbers. */
function lastWords(address: string): readonly number[] {
  // The address of a URL is written in one way only: eight groups in hex, the longest run of zeros left out.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [left = '', right] = text.split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)));
  const before = words(left);
  const after = right === undefined ? [] : words(right);
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after].slice(-2);
}

export function withoutZone(address: string): string {
  return address.split('%')[0] ?? '';
}
