import { randomUUID } from 'node:crypto';
import type { ExecutionContext, TestFn } from 'ava';
import type { Command, Event } from '../../domain/renewal/facts.ts';
import type { RenewalState } from '../../domain/renewal/state.ts';
import type { RenewalView } from '../../domain/renewal/view.ts';
import type { Instant } from '../../domain/time/types.ts';
import { signalEvent } from '../../operations/signal-event.ts';
import { commands, RENEWAL_WORKFLOW, stateQuery, viewQuery } from '../../workflows/renewal/messages.ts';
import type { CommandAnswer, RenewalInput, RenewalResult } from '../../workflows/renewal/messages.ts';
import { eventsOf, openRehearsalServer, openRenewalWorker, persistently, within } from '../helpers/rehearsal.ts';
import type { HistoryEvent, RehearsalServer, RenewalWorker, RenewalWorkerOptions } from '../helpers/rehearsal.ts';
import { at } from '../helpers/world.ts';
import type { WorldOptions } from '../helpers/world.ts';
import { fakeActivities, FakeWorld } from './fake-world.ts';

export interface ServerContext {
  readonly server: RehearsalServer;
}

/** One server for the file. */
export function withServer(test: TestFn<ServerContext>, dynamicConfig: readonly string[] = []): void {
  test.before(async (t) => {
    t.context = { server: await openRehearsalServer(dynamicConfig) };
  });
  test.after.always(async (t) => {
    await closeServer(t.context.server);
  });
}

/** Far beyond the end of every renewal in the tests. */
export const LATER = at('2041-01-02');

/** One renewal on its way, with a clock that is moved by hand. */
export class Run {
  readonly worker: RenewalWorker;
  readonly id: string;

  constructor(worker: RenewalWorker, id: string) {
    this.worker = worker;
    this.id = id;
  }

  static async start(worker: RenewalWorker, input: RenewalInput): Promise<Run> {
    const { rehearsal, taskQueue } = worker;
    const args: [RenewalInput] = [input];
    await rehearsal.start(RENEWAL_WORKFLOW, { workflowId: input.renewalId, taskQueue, args });
    return new Run(worker, input.renewalId);
  }

  /** True while the renewal lives. */
  forwardTo(when: Instant): Promise<boolean> {
    return this.#within(`the clock to ${when}`, this.worker.rehearsal.forwardTo(this.id, when));
  }

  /** Moves the clock to the command's own time, then hands it over and waits for the answer. */
  async command(command: Command): Promise<CommandAnswer> {
    await this.forwardTo(command.at);
    return this.send(command);
  }

  /** Hands a command over now. */
  send(command: Command, updateId: string = randomUUID()): Promise<CommandAnswer> {
    const definition = commands[command.kind] as (typeof commands)['resumed'];
    const args: [Extract<Command, { kind: 'resumed' }>] = [command as Extract<Command, { kind: 'resumed' }>];
    const handle = this.worker.rehearsal.getHandle(this.id);
    return this.#within(
      `an answer to ${command.kind}`,
      persistently(() => handle.executeUpdate(definition, { args, updateId })),
    );
  }

  async event(event: Event): Promise<boolean> {
    await this.forwardTo(event.at);
    return this.signal(event);
  }

  signal(event: Event): Promise<boolean> {
    return signalEvent(this.worker.client, this.id, event);
  }

  state(): Promise<RenewalState> {
    return this.#within(
      'the state',
      persistently(() => this.worker.rehearsal.getHandle(this.id).query(stateQuery)),
    );
  }

  view(): Promise<RenewalView | null> {
    return this.#within(
      'the view',
      persistently(() => this.worker.rehearsal.getHandle(this.id).query(viewQuery)),
    );
  }

  /** What Temporal's web page shows of the renewal. */
  async details(): Promise<string> {
    const handle = this.worker.rehearsal.getHandle(this.id);
    const ask = () => handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    return (await this.#within('the details', persistently(ask))).currentDetails ?? '';
  }

  /** Runs to the end and gives the outcome. */
  async end(): Promise<RenewalResult> {
    await this.forwardTo(LATER);
    return this.result();
  }

  result(): Promise<RenewalResult> {
    return this.#within('the end', this.worker.rehearsal.getHandle(this.id).result() as Promise<RenewalResult>);
  }

  events(): Promise<readonly HistoryEvent[]> {
    return eventsOf(this.worker.rehearsal, this.id);
  }

  #within<T>(what: string, promise: Promise<T>): Promise<T> {
    return within(this.worker, this.id, what, promise);
  }
}

export interface FakeRun {
  readonly run: Run;
  readonly world: FakeWorld;
  readonly worker: RenewalWorker;
}

/**
 * A renewal on a world in memory. Tests share the worker of their file, each with its own contract; one that
 * asks for another kind of worker gets its own, on a task queue of its own.
 */
export async function startFake(
  t: ExecutionContext<ServerContext>,
  options: WorldOptions = {},
  more?: Partial<RenewalWorkerOptions>,
): Promise<FakeRun> {
  const { server } = t.context;
  const world = new FakeWorld(options);
  const worker = await (more === undefined
    ? sharedWorker(server)
    : openRenewalWorker({ server, activities: fakeActivities(), ...more }));
  if (more !== undefined) t.teardown(() => worker.stop());
  return { run: await Run.start(worker, world.input), world, worker };
}

const shared = new Map<RehearsalServer, Promise<RenewalWorker>>();

export function sharedWorker(server: RehearsalServer): Promise<RenewalWorker> {
  const known = shared.get(server) ?? openRenewalWorker({ server, activities: fakeActivities() });
  shared.set(server, known);
  return known;
}

/** As {@link startFake} outside of a test, on the shared worker. */
export async function openFake(server: RehearsalServer, options: WorldOptions = {}): Promise<FakeRun> {
  const world = new FakeWorld(options);
  const worker = await sharedWorker(server);
  return { run: await Run.start(worker, world.input), world, worker };
}

/** Ends what the tests of a file used. */
export async function closeServer(server: RehearsalServer): Promise<void> {
  await (await shared.get(server))?.stop();
  await server.close();
}
