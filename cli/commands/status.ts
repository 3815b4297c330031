import type { Oversight } from '../../operations/oversight.ts';
import type { Overview } from '../../operations/watch.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { CommandSpec } from '../command-spec.ts';
import { namesFrom } from '../names.ts';
import { section } from '../render/fields.ts';
import { countLines } from '../render/counts.ts';
import { checkLines } from '../render/oversight.ts';
import type { Run } from '../run.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'status',
    async run(run) {
      await run.withContext(async (context) => {
        const { overview } = await import('../../operations/watch.ts');
        const { readOversight } = await import('../../operations/oversight.ts');
        const now = run.io.now();
        const [seen, temporal, oversight] = await Promise.all([
          overview(context.db, now),
          answers(context),
          readOversight(context.db, now),
        ]);
        const { services } = context;
        const data = {
          services: {
            mongodb: { answers: true, uri: masked(context.config.mongodbUri) },
            temporal: {
              answers: temporal,
              address: context.config.temporal.address,
              ui: services?.temporal.uiUrl ?? null,
            },
            api: { url: services?.api?.url ?? null },
            mail: { caught: services?.mail.caught ?? false },
            startedBy: services === undefined ? null : 'perennial up',
          },
          worker: { late: seen.overdueWakes },
          oversight,
          counts: seen.counts,
          openTasks: seen.openTasks,
          waitingApprovals: seen.waitingApprovals,
          sends: seen.sends,
          next: seen.nextWakes.map(({ _id, contractNumber, wakeAt }) => ({
            renewal: _id,
            contract: contractNumber,
            at: wakeAt,
          })),
        };
        run.print(data, () => render(run, context, seen, temporal, oversight));
      });
    },
  },
];

async function answers(context: OperationsContext): Promise<boolean> {
  return context.temporal().then(
    () => true,
    () => false,
  );
}

function masked(uri: string | null): string | null {
  return uri === null ? null : uri.replaceAll(/\/\/[^@/\s]*@/g, '//••••@');
}

function render(run: Run, context: OperationsContext, seen: Overview, temporal: boolean, oversight: Oversight): string {
  const { t, style, formats } = run;
  const light = (good: boolean, text: string) => (good ? `${style.good('●')} ${text}` : `${style.bad('✗')} ${text}`);
  const ui = context.services?.temporal.uiUrl;
  const api = context.services?.api?.url;
  const services = [
    light(true, `MongoDB  ${style.dim(masked(context.config.mongodbUri) ?? '')}`),
    light(
      temporal,
      `Temporal  ${style.dim([context.config.temporal.address, ui].filter((part) => part !== undefined && part !== null).join('  '))}`,
    ),
    ...(api === undefined ? [] : [light(true, `API  ${style.dim(api)}`)]),
    light(
      seen.overdueWakes === 0,
      seen.overdueWakes === 0 ? t('cli:status.worker_good') : t('cli:status.worker_late', { count: seen.overdueWakes }),
    ),
    ...checkLines(run, oversight).map(({ good, text }) => light(good, text)),
    context.services?.mail.caught === true
      ? light(true, t('cli:status.mail_caught'))
      : light(true, t('cli:status.mail_real')),
  ];
  const teller = run.teller(namesFrom(run, {}));
  const wakes = seen.nextWakes.slice(0, 5).map((row) => {
    const next = row.view.next;
    const what = next === null ? '' : teller.note(`next.${next.what}`, next.params);
    const at = next?.at ?? row.wakeAt;
    return `${at === null ? '' : style.dim(formats.stamp(at))}  ${style.accent(row.contractNumber)} ${row.clientName}${t('cli:colon')}${what}`;
  });
  return [
    section(run, t('cli:status.services'), services),
    section(run, t('cli:status.renewals'), countLines(run, seen)),
    section(run, t('cli:status.wakes'), wakes),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
