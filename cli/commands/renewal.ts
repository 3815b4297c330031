import { setTimeout as pause } from 'node:timers/promises';
import { listed } from '../../api/client/caller.ts';
import type { Told } from '../../api/client/caller.ts';
import { PerennialError, problem } from '../../domain/errors/index.ts';
import type { ErrorCode } from '../../domain/errors/index.ts';
import { UsageError } from '../failure.ts';
import type { ProblemJson } from '../failure.ts';
import type { CommandSpec, ExitCode } from '../command-spec.ts';
import { namesFrom } from '../names.ts';
import { progressBar } from '../output/progress.ts';
import type { Verification } from '../../operations/witness/verify-all.ts';
import type { Reach, Routes } from '../reach/reach.ts';
import { renderRenewal } from '../render/renewal.ts';
import { storyLines } from '../render/story.ts';
import { termLines } from '../render/terms.ts';
import type { Run } from '../run.ts';
import type { Entry, Renewal, RenewalPage } from '../seen.ts';
import { numberValue } from '../values.ts';

const RENEWAL = [{ name: 'renewal' }] as const;

export const commands: readonly CommandSpec[] = [
  { path: 'renewal' },
  {
    path: 'renewal show',
    where: 'both',
    args: RENEWAL,
    async run(run, input) {
      await run.reach(async (reach) => {
        const page = await pageOf(reach, await reach.find(input.arg(0)));
        if (run.options.json) run.print(pageJson(page), () => '');
        else run.print(page, () => renderRenewal(run, page));
      });
    },
  },
  {
    path: 'renewal history',
    where: 'both',
    args: RENEWAL,
    options: [{ flags: '--limit <number>', fallback: '50' }],
    async run(run, input) {
      const limit = numberValue(input.text('limit') ?? '50', '--limit', 1, 1000);
      await run.reach(async (reach) => {
        const renewal = await named(run, reach, input.arg(0));
        const { routes } = reach;
        const params = { renewalId: renewal.id };
        const [entries, people, words, client] = await Promise.all([
          lastEntries(reach, renewal.id, limit),
          reach.people(),
          reach.call(routes.renewalWords, { params }),
          reach.client(renewal.clientId),
        ]);
        const teller = run.teller(namesFrom(run, { people, words, client, rows: renewal.rows }));
        run.print({ renewal: renewal.id, items: entries }, () =>
          entries.length === 0
            ? run.t('cli:history.none')
            : storyLines(run, teller, entries, { reasons: true }).join('\n'),
        );
      });
    },
  },
  {
    path: 'renewal verify',
    where: 'both',
    args: [{ name: 'renewal', optional: true }],
    options: [{ flags: '--all' }],
    async run(run, input): Promise<ExitCode> {
      const one = input.optionalArg(0);
      if ((one === undefined) === !input.flag('all')) {
        throw UsageError.of(one === undefined ? 'cli.one_of' : 'cli.exclusive', {
          first: '<renewal>',
          second: '--all',
        });
      }
      return verify(run, one);
    },
  },
];

interface Verified {
  readonly renewal: string;
  readonly ok: boolean;
  readonly entries: number;
  readonly problems: readonly ProblemJson[];
}

const LINES = 20;
const ENTRIES = 60;

async function pageOf(reach: Reach, renewal: Renewal): Promise<RenewalPage> {
  const { routes } = reach;
  const params = { renewalId: renewal.id };
  const query = { limit: LINES };
  const [contract, client, people, words, approvals, tasks, communications, sends, history] = await Promise.all([
    reach.call(routes.getContract, { params: { contractId: renewal.contractId } }),
    reach.client(renewal.clientId),
    reach.people(),
    reach.call(routes.renewalWords, { params }),
    reach.call(routes.renewalApprovals, { params }),
    reach.call(routes.renewalTasks, { params }),
    reach.call(routes.renewalCommunications, { params, query }),
    reach.call(routes.renewalSends, { params, query }),
    lastEntries(reach, renewal.id, ENTRIES),
  ]);
  return {
    renewal,
    contract,
    client,
    people,
    words,
    approvals: approvals.items,
    tasks: tasks.items,
    communications: communications.items,
    sends: sends.items,
    history,
  };
}

/** The last entries of a history, the oldest first. */
async function lastEntries(reach: Reach, renewalId: string, count: number): Promise<readonly Entry[]> {
  const { items } = await listed(count, (page) =>
    reach.call(reach.routes.renewalHistory, { params: { renewalId }, query: { order: 'down', ...page } }),
  );
  return items.toReversed();
}

/** The whole page for scripts. */
function pageJson({ renewal, contract, client, approvals, tasks, communications, sends, history }: RenewalPage) {
  return {
    ...renewal,
    contractTerms: contract,
    contacts: client.contacts,
    approvals,
    tasks,
    communications,
    sends,
    history,
  };
}

/** The renewal that is meant; where its contract has other terms too, that is said. */
async function named(run: Run, reach: Reach, text: string): Promise<Renewal> {
  const renewal = await reach.find(text);
  for (const line of termLines(run, renewal)) run.say(run.style.dim(line));
  return renewal;
}

/** Checks one chain or all; red ones are named with the place where they break. */
async function verify(run: Run, one: string | undefined): Promise<ExitCode> {
  return run.reach(async (reach) => {
    const report = one === undefined ? await verifyAll(run, reach) : await verifyOne(run, reach, one);
    const { items, checked, entries } = report;
    const broken = items.filter((item) => !item.ok);
    run.print({ ok: broken.length === 0, checked, items }, () => {
      const { t, style } = run;
      const lines = broken.flatMap((item) =>
        item.problems.map((p) => `${style.bad('✗')} ${item.renewal}: ${p.what}\n  → ${p.fix}`),
      );
      if (broken.length === 0 && entries === 0) return t('cli:verify.none');
      const histories = t('cli:verify.histories', { count: checked });
      const last =
        broken.length === 0
          ? `${style.good('✓')} ${t('cli:verify.good', { histories, entries: t('cli:verify.entries', { count: entries }) })}`
          : `${style.bad('✗')} ${t('cli:verify.bad', { histories, count: broken.length })}`;
      return [...lines, last].join('\n');
    });
    return broken.length === 0 ? 0 : 1;
  });
}

interface Report {
  readonly checked: number;
  readonly entries: number;
  /** All that were checked; of all histories of a server, those that are red. */
  readonly items: readonly Verified[];
}

async function verifyOne(run: Run, reach: Reach, text: string): Promise<Report> {
  const { id } = await named(run, reach, text);
  const { ok, entries, fault } = await reach.call(reach.routes.verifyHistory, { params: { renewalId: id } });
  return { checked: 1, entries, items: [{ renewal: id, ok, entries, problems: problemsOf(run, id, fault) }] };
}

/** All histories of this machine one after the other; a server does it as a job of its own. */
async function verifyAll(run: Run, reach: Reach): Promise<Report> {
  const silent = run.options.quiet || run.options.json;
  const title = run.t('cli:verify.checking');
  if (reach.context === null) return verifyOnServer(run, reach, title, silent);
  const { db } = reach.context;
  const { verifyHistory } = await import('../../operations/store/queries.ts');
  const ids = await db.historyHeads.distinct('_id');
  const bar = progressBar(run.io, title, ids.length, { silent: silent || ids.length < 2 });
  const items: Verified[] = [];
  for (const [i, id] of ids.entries()) {
    const { problem, ok, entries } = await verifyHistory(db, id);
    items.push({ renewal: id, ok, entries, problems: run.problems(problem === null ? [] : [problem]) });
    bar.update(i + 1);
  }
  bar.stop();
  return { checked: items.length, entries: items.reduce((sum, item) => sum + item.entries, 0), items };
}

const LOOK_EVERY_MS = 500;

async function verifyOnServer(run: Run, reach: Reach, title: string, silent: boolean): Promise<Report> {
  const { getVerification, verifyAllHistories } = await import('../../api/contracts/audit-export.ts');
  let job = await reach.call(verifyAllHistories, { body: {} });
  const bar = progressBar(run.io, title, job.total ?? 1, { silent });
  while (job.state === 'waiting' || job.state === 'running') {
    await pause(LOOK_EVERY_MS);
    job = await reach.call(getVerification, { params: { jobId: job.id } });
    bar.update(job.done);
  }
  bar.stop();
  const { result, problem: failed } = job;
  if (result === null) throw PerennialError.of('remote.said_unavailable', { ...(failed ?? NO_RESULT) });
  const { faults, histories, entries } = result as unknown as Pick<Verification, 'faults' | 'histories' | 'entries'>;
  const items = faults.map(({ renewalId, problem: { code, params } }): Verified => {
    return { renewal: renewalId, ok: false, entries: 0, problems: run.problems([problem(code, params)]) };
  });
  return { checked: histories, entries, items };
}

const NO_RESULT = { code: 'job', what: '–', fix: '–' };

function problemsOf(run: Run, id: string, fault: Told<Routes['verifyHistory']>['fault']): readonly ProblemJson[] {
  return fault === null ? [] : run.problems([problem(fault.code as ErrorCode, { id, seq: fault.seq })]);
}
