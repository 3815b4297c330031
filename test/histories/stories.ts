import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { civilDate } from '../../domain/time/civil.ts';
import { SAVE_PLAN_WORKFLOW, savePlanCommands } from '../../workflows/save-plan/messages.ts';
import type { SavePlanInput } from '../../workflows/save-plan/messages.ts';
import type { RehearsalServer } from '../helpers/rehearsal.ts';
import { at, command } from '../helpers/world.ts';
import { openFake } from '../workflows/run.ts';
import type { FakeRun } from '../workflows/run.ts';
import { AUTO_RENEWING, smoothly } from '../workflows/stories.ts';

/** One workflow whose histories are kept with each release. */
export interface Story {
  readonly name: string;
  /** True where it needs a server that suggests a new history early. */
  readonly continued: boolean;
  /** Plays it and gives the ids of the workflows to keep. */
  readonly play: (
    server: RehearsalServer,
  ) => Promise<{ readonly opened: FakeRun; readonly workflowIds: readonly string[] }>;
}

const amended = (end: string) => ({ endDate: civilDate(end), noticeDate: null, reason: 'agreed' });
const whole = async (opened: FakeRun) => {
  await opened.run.end();
  return { opened, workflowIds: [opened.run.id] };
};

async function smooth(server: RehearsalServer) {
  const opened = await openFake(server);
  for (const fact of smoothly()) await opened.run.command(fact);
  return whole(opened);
}

export const STORIES: readonly Story[] = [
  { name: 'renewed', continued: false, play: smooth },
  { name: 'lapsed', continued: false, play: async (server) => whole(await openFake(server)) },
  { name: 'auto-renewing', continued: false, play: async (server) => whole(await openFake(server, AUTO_RENEWING)) },
  { name: 'continued', continued: true, play: smooth },
  {
    name: 'amended-and-paused',
    continued: false,
    play: async (server) => {
      const opened = await openFake(server);
      const { run } = opened;
      await run.command(command('dates amended', at('2037-06-07'), 'li', amended('2038-06-30')));
      await run.command(
        command('paused', at('2038-03-05'), 'li', { reason: 'holidays', until: civilDate('2038-03-15') }),
      );
      await run.send(command('paused', at('2038-03-05'), 'wang', { reason: 'again', until: null }));
      await run.command(command('dates amended', at('2038-04-05'), 'li', amended('2038-05-31')));
      return whole(opened);
    },
  },
  {
    name: 'save-plan',
    continued: false,
    play: async (server) => {
      const opened = await openFake(server);
      const { run, world, worker } = opened;
      const when = at('2038-02-03');
      await run.command(command('risk flagged', when, 'li', { cause: 'price', note: '' }));
      const savePlanId = `${run.id}/save/1`;
      const { renewalId, contractId, term } = world.input;
      const input: SavePlanInput = { savePlanId, renewalId, contractId, term, cause: 'price', openedAt: when };
      const { rehearsal, taskQueue } = worker;
      const plan = await rehearsal.start(SAVE_PLAN_WORKFLOW, { workflowId: savePlanId, taskQueue, args: [input] });
      await rehearsal.forwardTo(savePlanId, at('2038-02-04'));
      const by = { kind: 'person', id: 'li' } as const;
      const done = {
        id: 'act_1',
        at: at('2038-02-04'),
        by,
        kind: 'action completed',
        action: 'review-usage',
        note: '',
      } as const;
      await plan.executeUpdate(savePlanCommands['action completed'], { args: [done] });
      const closed = {
        id: 'act_2',
        at: at('2038-02-04'),
        by,
        kind: 'plan closed',
        outcome: 'saved',
        note: 'stays',
      } as const;
      await plan.executeUpdate(savePlanCommands['plan closed'], { args: [closed] });
      await plan.result();
      const whole = await run.end();
      if (whole.outcome !== 'lapsed') throw new Error(whole.outcome);
      return { opened, workflowIds: [run.id, savePlanId] };
    },
  },
];

export const HISTORIES = fileURLToPath(new URL('.', import.meta.url));

export interface KeptHistory {
  /** `v0.1.0/renewed.1.json` */
  readonly name: string;
  readonly workflowId: string;
  readonly history: unknown;
}

/** All histories of all releases. */
export function keptHistories(): readonly KeptHistory[] {
  const versions = readdirSync(HISTORIES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return versions.flatMap((version) =>
    readdirSync(join(HISTORIES, version.name))
      .filter((file) => file.endsWith('.json'))
      .map((file) => {
        const kept = JSON.parse(readFileSync(join(HISTORIES, version.name, file), 'utf8')) as Omit<KeptHistory, 'name'>;
        return { name: `${version.name}/${file}`, ...kept };
      }),
  );
}
