import type { FastifyInstance } from 'fastify';
import { MS_PER_MINUTE } from '../../domain/time/index.ts';
import { sweepExpired } from '../../operations/accounts/sweep.ts';
import type { ApiDeps } from '../deps.ts';

const EVERY_MS = 10 * MS_PER_MINUTE;

/** Removes what is over from time to time, while the server runs. */
export function sweepNowAndThen(app: FastifyInstance, deps: ApiDeps): void {
  let running: Promise<unknown> = Promise.resolve();
  const sweep = () => {
    // A database that is away is told of by those who need it; the next time does it all.
    running = sweepExpired(deps.context.db, deps.now()).catch(() => undefined);
  };
  const timer = setInterval(sweep, EVERY_MS);
  timer.unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    await running;
  });
}
