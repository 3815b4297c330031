import { PerennialError } from '../../domain/errors/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { CommandSpec } from '../command-spec.ts';
import { namesFrom } from '../names.ts';
import { section } from '../render/fields.ts';
import { countLines } from '../render/counts.ts';
import { checkLines } from '../render/oversight.ts';
import type { Reach } from '../reach/reach.ts';
import type { Run } from '../run.ts';
import type { Overview } from '../seen.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'status',
    where: 'both',
    async run(run) {
      await run.reach(async (reach) => {
        const [seen, services] = await Promise.all([
          reach.call(reach.routes.overview, {}),
          reach.context === null ? servicesThere(run, reach) : servicesHere(run, reach.context),
        ]);
        const { counts, openTasks, waitingApprovals, sends, engine } = seen;
        const data = {
          services: services.data,
          worker: { late: engine?.overdueWakes ?? null },
          oversight: engine?.oversight ?? null,
          counts,
          openTasks,
          waitingApprovals,
          sends,
          next: seen.next.map(({ renewalId, contractNumber, at }) => ({
            renewal: renewalId,
            contract: contractNumber,
            at,
          })),
        };
        run.print(data, () => render(run, seen, services));
      });
    },
  },
];

/** What a command works with: for scripts, and a line each. */
interface Services {
  readonly data: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
  readonly mail: readonly string[];
}

function light({ style }: Run, good: boolean, text: string): string {
  return good ? `${style.good('●')} ${text}` : `${style.bad('✗')} ${text}`;
}

async function servicesHere(run: Run, context: OperationsContext): Promise<Services> {
  const { services, config } = context;
  const { style, t } = run;
  const temporal = await answers(context);
  const ui = services?.temporal.uiUrl ?? null;
  const api = services?.api?.url ?? null;
  const where = [config.temporal.address, ui].filter((part) => part !== null).join('  ');
  const caught = services?.mail.caught ?? false;
  return {
    data: {
      mongodb: { answers: true, uri: masked(config.mongodbUri) },
      temporal: { answers: temporal, address: config.temporal.address, ui },
      api: { url: api },
      mail: { caught },
      startedBy: services === undefined ? null : 'perennial up',
    },
    lines: [
      light(run, true, `MongoDB  ${style.dim(masked(config.mongodbUri) ?? '')}`),
      light(run, temporal, `Temporal  ${style.dim(where)}`),
      ...(api === null ? [] : [light(run, true, `API  ${style.dim(api)}`)]),
    ],
    mail: [light(run, true, t(caught ? 'cli:status.mail_caught' : 'cli:status.mail_real'))],
  };
}

/** A server says of its services what the reader may know. */
async function servicesThere(run: Run, reach: Reach): Promise<Services> {
  const { readyz } = await import('../../api/contracts/service.ts');
  const ready = await reach.call(readyz, {}).then(
    ({ checks = [] }) => ({ ok: true, checks }),
    (error: unknown) => {
      const notReady = error instanceof PerennialError && error.problems[0]?.code === 'service.not_ready';
      if (notReady) return { ok: false, checks: [] };
      throw error;
    },
  );
  const shown = `API  ${run.style.dim(reach.url ?? '')}`;
  return {
    data: { api: { url: reach.url }, ready: ready.ok, checks: ready.checks },
    lines: [
      light(run, ready.ok, shown),
      ...ready.checks.map(({ name, ok, millis }) => light(run, ok, `${name}  ${run.style.dim(`${millis} ms`)}`)),
    ],
    mail: [],
  };
}

async function answers(context: OperationsContext): Promise<boolean> {
  return context.temporal().then(
    () => true,
    () => false,
  );
}

function masked(uri: string | null): string | null {
  return uri === null ? null : uri.replaceAll(/\/\/[^@/\s]*@/g, '//••••@');
}

function render(run: Run, seen: Overview, { lines, mail }: Services): string {
  const { t, style, formats } = run;
  const { engine } = seen;
  const late = engine?.overdueWakes ?? 0;
  const services = [
    ...lines,
    ...(engine === null
      ? []
      : [
          light(
            run,
            late === 0,
            late === 0 ? t('cli:status.worker_good') : t('cli:status.worker_late', { count: late }),
          ),
          ...checkLines(run, engine.oversight).map(({ good, text }) => light(run, good, text)),
        ]),
    ...mail,
  ];
  const teller = run.teller(namesFrom(run, {}));
  const wakes = seen.next.slice(0, 5).map(({ at, step, contractNumber, clientName }) => {
    const what = step === null ? '' : teller.note(`next.${step.what}`, step.params);
    return `${style.dim(formats.stamp(step?.at ?? at))}  ${style.accent(contractNumber)} ${clientName}${t('cli:colon')}${what}`;
  });
  return [
    section(run, t('cli:status.services'), services),
    section(run, t('cli:status.renewals'), countLines(run, seen)),
    section(run, t('cli:status.wakes'), wakes),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
