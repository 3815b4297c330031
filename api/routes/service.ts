import { PerennialError, problem } from '../../domain/errors/index.ts';
import { toMs } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/index.ts';
import { checkHealth } from '../../operations/service/health.ts';
import type { HealthCheck } from '../../operations/service/health.ts';
import { bindOpen, bindPublic } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/service.ts';
import type { ApiDeps } from '../deps.ts';

export const serviceRoutes: readonly BoundRoute[] = [
  bindPublic(contracts.livez, async () => ({ live: true as const })),

  bindOpen(contracts.readyz, async ({ deps, now, principal }) => {
    const checks = await recentHealth(deps, now);
    const open = principal?.rights.may('read Service') === true;
    if (checks.some(({ ok, needed }) => needed && !ok)) throw notReady(open ? checks : []);
    return { ready: true as const, ...(open ? { checks: checks.map((check) => ({ ...check })) } : {}) };
  }),
];

const TITLES: Readonly<Record<HealthCheck['name'], string>> = {
  mongodb: 'MongoDB',
  temporal: 'Temporal',
  worker: 'worker',
  mail: 'mail',
  inbox: 'inbox',
};

/** Strangers learn that it is so, not what is broken. */
function notReady(checks: readonly HealthCheck[]): PerennialError {
  const broken = checks.filter(({ ok, needed }) => needed && !ok);
  return new PerennialError([
    problem('service.not_ready'),
    ...broken.map(({ name }) =>
      name === 'worker' ? problem('service.no_worker') : problem('service.away', { service: TITLES[name] }),
    ),
  ]);
}

/** Anybody may ask, and as often as they like: the services behind are asked once a second. */
const KEPT_MS = 1000;
const kept = new WeakMap<ApiDeps, { readonly at: Instant; readonly checks: Promise<readonly HealthCheck[]> }>();

function recentHealth(deps: ApiDeps, now: Instant): Promise<readonly HealthCheck[]> {
  const last = kept.get(deps);
  if (last !== undefined && Math.abs(toMs(now) - toMs(last.at)) < KEPT_MS) return last.checks;
  const checks = checkHealth(deps.context, now);
  kept.set(deps, { at: now, checks });
  return checks;
}
