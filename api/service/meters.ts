import { Gauge, Histogram, Registry } from 'prom-client';
import type { Instant } from '../../domain/time/index.ts';
import { toMs } from '../../domain/time/index.ts';
import { readFigures } from '../../operations/service/figures.ts';
import type { Figures } from '../../operations/service/figures.ts';
import type { AnsweredRequest, ApiDeps } from '../deps.ts';

/** Figures of the database are read at most so often, however many monitors ask. */
const KEPT_MS = 10_000;
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What a monitor reads, in the text form of Prometheus. No label holds anything of people or clients. */
export class Meters {
  readonly #registry = new Registry();
  readonly #deps: ApiDeps;
  readonly #duration: Histogram<'method' | 'route' | 'status'>;
  readonly #gauges: ReturnType<typeof gaugesIn>;
  #kept: { readonly at: Instant; readonly figures: Promise<Figures> } | undefined;

  constructor(deps: ApiDeps) {
    this.#deps = deps;
    this.#duration = new Histogram({
      name: 'perennial_http_request_seconds',
      help: 'Time from the first byte of a request to the end of its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers: [this.#registry],
    });
    this.#gauges = gaugesIn(this.#registry);
  }

  answered({ method, route, status, millis }: AnsweredRequest): void {
    // Paths that are none of ours are one series, not one for each guess.
    this.#duration.observe({ method, route: route === '' ? 'none' : route, status }, millis / 1000);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All series. Where the database does not answer, those of the engine are left out, and `perennial_up` says it. */
  async text(): Promise<string> {
    const gauges = this.#gauges;
    for (const gauge of Object.values(gauges)) gauge.reset();
    const figures = await this.#figures().catch(() => undefined);
    gauges.up.set(figures === undefined ? 0 : 1);
    if (figures !== undefined) {
      for (const [phase, count] of Object.entries(figures.phases)) gauges.renewals.set({ phase }, count);
      for (const [stage, count] of Object.entries(figures.stages)) gauges.stages.set({ stage }, count);
      for (const [state, count] of Object.entries(figures.sends)) gauges.sends.set({ state }, count);
      gauges.atRisk.set(figures.atRisk);
      gauges.paused.set(figures.paused);
      gauges.stalled.set(figures.stalled);
      gauges.openTasks.set(figures.openTasks);
      gauges.waitingApprovals.set(figures.waitingApprovals);
      gauges.unknownSends.set(figures.sends.unknown);
      gauges.overdueWakes.set(figures.overdueWakes);
      gauges.mailLate.set(figures.mailLateMs / 1000);
      for (const [state, count] of Object.entries(figures.inbox)) gauges.inbox.set({ state }, count);
      gauges.inboxLate.set(figures.inboxLateMs / 1000);
      for (const [state, count] of Object.entries(figures.deliveries)) gauges.deliveries.set({ state }, count);
      gauges.deliveryLate.set(figures.deliveryLateMs / 1000);
      gauges.channelsOff.set(figures.channelsOff);
      if (figures.failingWorkflows !== null) gauges.failingWorkflows.set(figures.failingWorkflows);
    }
    gauges.temporalUp.set(figures === undefined || figures.failingWorkflows === null ? 0 : 1);
    return this.#registry.metrics();
  }

  #figures(): Promise<Figures> {
    const now = this.#deps.now();
    const last = this.#kept;
    if (last !== undefined && Math.abs(toMs(now) - toMs(last.at)) < KEPT_MS) return last.figures;
    const figures = readFigures(this.#deps.context, now);
    this.#kept = { at: now, figures };
    // A monitor that asks again soon must not be told of a failure that is over.
    figures.catch(() => (this.#kept = undefined));
    return figures;
  }
}

function gaugesIn(registry: Registry) {
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `perennial_${name}`, help, labelNames, registers: [registry] });
  return {
    up: gauge('up', '1 while the database answers'),
    temporalUp: gauge('temporal_up', '1 while Temporal answers'),
    renewals: gauge('renewals', 'Renewals by phase', ['phase']),
    stages: gauge('renewals_open', 'Open renewals by stage in work', ['stage']),
    atRisk: gauge('renewals_at_risk', 'Renewals flagged as at risk'),
    paused: gauge('renewals_paused', 'Renewals that are paused'),
    stalled: gauge('renewals_stalled', 'Renewals that stand still'),
    openTasks: gauge('tasks_open', 'Open tasks of people'),
    waitingApprovals: gauge('approvals_waiting', 'Approvals that wait for a decision'),
    sends: gauge('sends', 'Mails in the send ledger by state', ['state']),
    unknownSends: gauge('sends_unknown', 'Mails of which nobody knows whether they arrived'),
    mailLate: gauge('mail_late_seconds', 'How long the oldest mail that is due has been waiting'),
    inbox: gauge('inbox', 'Events from outside by what became of them', ['state']),
    inboxLate: gauge('inbox_late_seconds', 'How long the oldest event has been waiting to be told'),
    deliveries: gauge('deliveries', 'Facts to outside by where they stand', ['state']),
    deliveryLate: gauge('delivery_late_seconds', 'How long the oldest fact to outside that is due has been waiting'),
    channelsOff: gauge('channels_off', 'Channels that were switched off because nothing got through'),
    overdueWakes: gauge('wakes_overdue', 'Renewals that should have looked a minute ago'),
    failingWorkflows: gauge('workflows_failing', 'Running workflows whose code fails (TemporalReportedProblems)'),
  };
}
