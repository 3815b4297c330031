import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { LIVE_DEFAULTS, LiveHub } from './hub.ts';
import type { LiveSettings } from './hub.ts';

const hubs = new WeakMap<ApiDeps, LiveHub>();

/** The streams of a server: made with it, ended before it stops. */
export function serveLive(app: FastifyInstance, deps: ApiDeps, settings: Partial<LiveSettings> = {}): LiveHub {
  const hub = new LiveHub(deps, { ...LIVE_DEFAULTS, ...settings });
  hubs.set(deps, hub);
  app.addHook('preClose', () => hub.close());
  return hub;
}

export function liveOf(deps: ApiDeps): LiveHub {
  const hub = hubs.get(deps);
  if (hub === undefined) throw new Error('the server has no live streams');
  return hub;
}

export { LIVE_TYPES } from '../../operations/live/events.ts';
