import { isIP } from 'node:net';
import { excerpt, PerennialError, problem } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import { ALLOW_VARIABLE, allowanceOf } from '../operations/outside/allowance.ts';
import { API_DEFAULTS } from './deps.ts';
import type { ApiSettings } from './deps.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where to listen. */
export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

export interface ListenSettings extends Omit<ApiSettings, 'publicUrl'> {
  /** Null: this machine only, at the port that the data folder remembers. */
  readonly http: HttpAddress | null;
  /** Null: the address that is listened on. */
  readonly publicUrl: string | null;
}

/**
 * The settings of the HTTP side, from PERENNIAL_HTTP, PERENNIAL_PUBLIC_URL, PERENNIAL_TRUSTED_PROXIES, PERENNIAL_RATE
 * and PERENNIAL_OUTSIDE_ALLOW.
 * Throws {@link PerennialError} with every bad one at once. A server that others reach must say how: its address stands
 * in mails and links, and decides from where browsers may change things.
 */
export function apiSettings(env: Environment): ListenSettings {
  const problems: Problem[] = [];
  const read = <T>(name: string, parse: (value: string) => T | Problem): T | null => {
    const value = env[name]?.trim() ?? '';
    if (value === '') return null;
    const parsed = parse(value);
    if (!isProblem(parsed)) return parsed;
    problems.push({ ...parsed, place: { field: name } });
    return null;
  };
  const http = read('PERENNIAL_HTTP', addressOf);
  const publicUrl = read('PERENNIAL_PUBLIC_URL', publicUrlOf);
  const trustedProxies = read('PERENNIAL_TRUSTED_PROXIES', proxiesOf);
  const ratePerMinute = read('PERENNIAL_RATE', rateOf);
  const outside = read(ALLOW_VARIABLE, allowanceOf);
  if (http !== null && publicUrl === null && problems.length === 0 && !isThisMachine(http.host)) {
    problems.push(
      problem('settings.pair', { name: 'PERENNIAL_HTTP', other: 'PERENNIAL_PUBLIC_URL' }, { field: 'PERENNIAL_HTTP' }),
    );
  }
  if (problems.length > 0) throw new PerennialError(problems);
  return {
    ...API_DEFAULTS,
    http,
    publicUrl,
    trustedProxies: trustedProxies ?? API_DEFAULTS.trustedProxies,
    ratePerMinute: ratePerMinute ?? API_DEFAULTS.ratePerMinute,
    outside: outside ?? API_DEFAULTS.outside,
  };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'severity' in value;
}

const ADDRESS = /^(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/;

function addressOf(value: string): HttpAddress | Problem {
  const [, six, name, digits] = ADDRESS.exec(value) ?? [];
  const host = six ?? name;
  const port = Number(digits);
  return host !== undefined && port >= 1 && port <= 65_535
    ? { host, port }
    : problem('settings.address', { name: 'PERENNIAL_HTTP', value: excerpt(value) });
}

/** Browsers keep our cookie to TLS or to the own machine, so another address without TLS could sign nobody in. */
function publicUrlOf(value: string): string | Problem {
  const url = URL.canParse(value) ? new URL(value) : null;
  const bare = url !== null && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isThisMachine(url.hostname));
  return bare && safe
    ? url.origin
    : problem('settings.public_url', { name: 'PERENNIAL_PUBLIC_URL', value: excerpt(value) });
}

function proxiesOf(value: string): readonly string[] | Problem {
  const list = value.split(',').map((one) => one.trim());
  const wrong = list.find((one) => {
    const [address = '', bits, rest] = one.split('/');
    const longest = isIP(address) === 6 ? 128 : 32;
    const named = ['loopback', 'linklocal', 'uniquelocal'].includes(one);
    const masked = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest);
    return !named && (isIP(address) === 0 || !masked || rest !== undefined);
  });
  return wrong === undefined
    ? list
    : problem('settings.proxies', { name: 'PERENNIAL_TRUSTED_PROXIES', value: excerpt(wrong) });
}

function rateOf(value: string): number | Problem {
  const rate = Number(value);
  const params = { name: 'PERENNIAL_RATE', value: excerpt(value), min: 1, max: 1_000_000 };
  return /^\d{1,7}$/.test(value) && rate >= params.min && rate <= params.max
    ? rate
    : problem('settings.number', params);
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(host) || host === '::1' || host === '[::1]';
}
