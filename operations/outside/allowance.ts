import { BlockList, isIP } from 'node:net';
import { excerpt, problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import { ipv4Within, withoutZone } from './addresses.ts';

/** Places of one's own network that may be reached although strangers could not: named by whoever runs the deployment. */
export interface Allowance {
  /** Names of hosts, in lower case. They may lead anywhere. */
  readonly names: ReadonlySet<string>;
  readonly networks: BlockList;
}

export const NOTHING_ALLOWED: Allowance = { names: new Set(), networks: new BlockList() };

const NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
export const ALLOW_VARIABLE = 'PERENNIAL_OUTSIDE_ALLOW';

/** Reads names, addresses and networks with commas between: `crm.corp.example,10.20.0.0/16`. */
export function allowanceOf(text: string): Allowance | Problem {
  const names = new Set<string>();
  const networks = new BlockList();
  for (const entry of text.split(',').map((one) => one.trim().toLowerCase())) {
    if (!addNetwork(networks, entry)) {
      // A name whose last part is a number would be read as an address.
      const isName = NAME.test(entry) && !/(^|\.)(\d+|0x[0-9a-f]*)$/.test(entry);
      if (!isName) return problem('settings.outside_allow', { name: ALLOW_VARIABLE, value: excerpt(entry) });
      names.add(entry);
    }
  }
  return { names, networks };
}

function addNetwork(networks: BlockList, entry: string): boolean {
  const [address = '', bits, rest] = entry.split('/');
  const version = isIP(address);
  const longest = version === 6 ? 128 : 32;
  if (version === 0 || rest !== undefined) return false;
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > longest)) return false;
  networks.addSubnet(address, bits === undefined ? longest : Number(bits), version === 6 ? 'ipv6' : 'ipv4');
  return true;
}

/** Whether an address lies in one of the networks, however it is written. */
export function isAllowedAddress({ networks }: Allowance, address: string): boolean {
  const bare = withoutZone(address);
  if (isIP(bare) === 4) return networks.check(bare, 'ipv4');
  if (isIP(bare) !== 6) return false;
  const within = ipv4Within(bare);
  return networks.check(bare, 'ipv6') || (within !== undefined && networks.check(within, 'ipv4'));
}
