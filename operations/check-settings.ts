import { PerennialError, problem } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import { temporalConfig } from '../temporal.config.ts';
import type { TemporalConfig } from '../temporal.config.ts';
import type { Environment } from './context.ts';

/**
 * The settings of a start, checked before anything is started or written.
 * @param found what others found wrong in the same environment
 * @throws PerennialError with every bad setting at once
 */
export function checkSettings(env: Environment, found: readonly Problem[]): TemporalConfig {
  const problems = [...found];
  let config: TemporalConfig | undefined;
  try {
    config = temporalConfig(env);
  } catch (error) {
    if (!(error instanceof PerennialError)) throw error;
    problems.push(...error.problems);
  }
  const address = env['TEMPORAL_ADDRESS']?.trim() ?? '';
  const name = 'PERENNIAL_CODEC_KEYS';
  // A server of others is worked with by others, who must be able to read what we write.
  if (address !== '' && !env[name]?.trim()) {
    problems.push(problem('settings.codec_keys_missing', { name, address }, { field: name }));
  }
  if (config === undefined || problems.length > 0) throw new PerennialError(problems);
  return config;
}
