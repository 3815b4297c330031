import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/live.ts';
import { bindStream, Streamed } from '../http/streamed.ts';
import { liveOf } from '../live/index.ts';

export const liveRoutes: readonly BoundRoute[] = [
  bindStream(contracts.live, async ({ deps, principal, query, headers }) => {
    const last = headers['last-event-id'];
    const after = typeof last === 'string' && last !== '' ? last : query.after;
    const reader = await liveOf(deps).read(principal, after);
    return new Streamed(reader, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // Proxies that collect an answer before they pass it on would keep it for ever.
      'x-accel-buffering': 'no',
    });
  }),
];
