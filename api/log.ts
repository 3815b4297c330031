import { join } from 'node:path';
import { destination, pino } from 'pino';
import { PerennialError } from '../domain/errors/index.ts';
import { openLog } from '../embedded/supervisor/service-log.ts';
import type { ApiDeps } from './deps.ts';

export interface ApiLog extends Required<Pick<ApiDeps, 'onFault' | 'onAnswered'>> {
  readonly path: string;
  close(): void;
}

/**
 * Lines of JSON in `logs/api.log`: one for each request, and one for each fault of ours. What people sent stands in none:
 * no body, no query, no address, no path with its values. A fault is told by its kind and where in the code it was; its
 * message, which may quote a record, only with PERENNIAL_DEBUG.
 */
export function openApiLog(dataDir: string, env: Readonly<Record<string, string | undefined>>): ApiLog {
  const file = openLog(join(dataDir, 'logs', 'api.log'));
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination({ fd: file.fd, sync: true }));
  const telling = (env['PERENNIAL_DEBUG'] ?? '') !== '';
  return {
    path: file.path,
    onAnswered: (line) => log.info(line, 'answered'),
    onFault: ({ requestId, route, error }) => log.error({ requestId, route, ...kindOf(error, telling) }, 'fault'),
    close: () => file.close(),
  };
}

function kindOf(error: unknown, telling: boolean): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error && ['string', 'number'].includes(typeof error.code) ? { code: error.code } : {};
  const codes = error instanceof PerennialError ? { codes: error.problems.map((one) => one.code) } : {};
  // The stack begins with the message, which may have several lines.
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    ...code,
    ...codes,
    at: frames.slice(0, 12).map((line) => line.trim()),
    ...(telling ? { message: error.message } : {}),
  };
}
