import type { Event, EventKind } from '../domain/renewal/facts.ts';
import type { Stamp } from '../operations/commands.ts';
import type { Told } from '../operations/tell.ts';
import type { Acting, Done } from './act.ts';
import type { Run } from './run.ts';

/** Tells a renewal a fact and says what came of it; `describe` is asked once it has been judged. */
export async function told<K extends EventKind>(
  run: Run,
  { context, renewal, stamp }: Acting,
  kind: K,
  body: Omit<Extract<Event, { kind: K }>, keyof Stamp | 'kind'>,
  describe: (
    now: Told['renewal'],
  ) =>
    | Pick<Done, 'text' | 'tellsEnd' | 'follows' | 'data'>
    | Promise<Pick<Done, 'text' | 'tellsEnd' | 'follows' | 'data'>>,
): Promise<Done> {
  const { tellRenewal } = await import('../operations/tell.ts');
  const { judged, renewal: now } = await tellRenewal(context, renewal._id, kind, body, stamp);
  const { text, tellsEnd = false, follows = [], data = {} } = await describe(now);
  return {
    answer: { repeated: false, phase: now.phase, stage: now.stage },
    text,
    tellsEnd,
    follows: judged ? follows : [run.style.warn(run.t('cli:told.waiting'))],
    data: { judged, atRisk: now.atRisk, ...data },
  };
}
