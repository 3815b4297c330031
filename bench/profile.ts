import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The part of V8's CPU profile that is read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Profiles one thread between two moments: what starts up before is not in it. Leave `folder` out for no profile. */
export async function startProfile(folder: string | undefined, name: string): Promise<() => Promise<void>> {
  if (folder === undefined) return () => Promise.resolve();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile));
  };
}

export interface ProfileRow {
  readonly name: string;
  /** Share of all samples that were not idle, 0 to 1. */
  readonly share: number;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IDLE = new Set(['(idle)', '(program)', '(root)']);

/**
 * Where JavaScript spent its time, from a file or a folder of `--cpu-prof` files. By place: a package, one of our
 * folders, or Node itself. `functions` counts own time, `within` the time with everything called from there.
 */
export function readProfile(path: string): {
  readonly places: readonly ProfileRow[];
  readonly functions: readonly ProfileRow[];
  readonly within: readonly ProfileRow[];
} {
  const files = path.endsWith('.cpuprofile')
    ? [path]
    : readdirSync(path)
        .filter((name) => name.endsWith('.cpuprofile'))
        .map((name) => join(path, name));
  const places = new Map<string, number>();
  const functions = new Map<string, number>();
  const within = new Map<string, number>();
  for (const file of files) {
    const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
    const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
    const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
    for (const [i, sample] of profile.samples.entries()) {
      const frame = frames.get(sample);
      if (frame === undefined || IDLE.has(frame.functionName)) continue;
      const time = profile.timeDeltas[i] ?? 0;
      const place = placeOf(frame.functionName, frame.url);
      add(places, place, time);
      add(functions, nameOf(frame), time);
      const seen = new Set<string>();
      for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
        const above = frames.get(id);
        if (above !== undefined && !IDLE.has(above.functionName)) seen.add(nameOf(above));
      }
      for (const name of seen) add(within, name, time);
    }
  }
  const total = [...places.values()].reduce((sum, time) => sum + time, 0);
  return { places: shares(places, total), functions: shares(functions, total), within: shares(within, total) };
}

function nameOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  return `${functionName || '(anonymous)'} ${shortUrl(url)}`.trim();
}

function add(map: Map<string, number>, key: string, time: number): void {
  map.set(key, (map.get(key) ?? 0) + time);
}

function shares(map: ReadonlyMap<string, number>, total: number): readonly ProfileRow[] {
  return [...map].map(([name, time]) => ({ name, share: time / total })).sort((a, b) => b.share - a.share);
}

function shortUrl(url: string): string {
  return url
    .replace('file://', '')
    .replace(ROOT, '')
    .replace(/^.*node_modules\//, '');
}

function placeOf(name: string, url: string): string {
  if (name === '(garbage collector)') return 'garbage collector';
  const inPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (inPackage !== undefined) return inPackage;
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/');
  const path = shortUrl(url);
  return path === '' ? 'native and built-in' : path.split('/').slice(0, 2).join('/');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { places, functions, within } = readProfile(process.argv[2] ?? '.');
  const show = (rows: readonly ProfileRow[]) =>
    rows
      .slice(0, 40)
      .map(({ name, share }) => `${(share * 100).toFixed(1).padStart(5)} %  ${name}`)
      .join('\n');
  process.stdout.write(
    `by place\n${show(places)}\n\nby function, own time\n${show(functions)}\n\nby function, with what it calls\n${show(within)}\n`,
  );
}
