import { findRenewal, neighbourTerms } from '../../operations/find.ts';
import type { Database } from '../../schemas/connection.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { UsageError } from '../failure.ts';
import type { ProblemJson } from '../failure.ts';
import type { CommandSpec, ExitCode } from '../command-spec.ts';
import { namesFrom } from '../names.ts';
import { progressBar } from '../output/progress.ts';
import { renderRenewal } from '../render/renewal.ts';
import { renewalJson } from '../render/renewal-json.ts';
import { storyLines } from '../render/story.ts';
import { termLines } from '../render/terms.ts';
import type { Run } from '../run.ts';
import { numberValue } from '../values.ts';

const RENEWAL = [{ name: 'renewal' }] as const;

export const commands: readonly CommandSpec[] = [
  { path: 'renewal' },
  {
    path: 'renewal show',
    args: RENEWAL,
    async run(run, input) {
      await run.withContext(async ({ db }) => {
        const { renewalPage } = await import('../../operations/renewal-page.ts');
        const page = await renewalPage(db, await findRenewal(db, input.arg(0)));
        if (run.options.json) run.print(renewalJson(page), () => '');
        else run.print(page, () => renderRenewal(run, page));
      });
    },
  },
  {
    path: 'renewal history',
    args: RENEWAL,
    options: [{ flags: '--limit <number>', fallback: '50' }],
    async run(run, input) {
      const limit = numberValue(input.text('limit') ?? '50', '--limit', 1, 1000);
      await run.withContext(async ({ db }) => {
        const { clientOf, lastEntries, newestSavePlans, pinnedPlaybook } =
          await import('../../operations/renewal-page.ts');
        const { listPeople } = await import('../../operations/store/queries.ts');
        const renewal = await named(run, db, input.arg(0));
        const [entries, people, playbook, client, savePlanSets] = await Promise.all([
          lastEntries(db, renewal._id, limit),
          listPeople(db),
          pinnedPlaybook(db, renewal),
          clientOf(db, renewal),
          newestSavePlans(db),
        ]);
        const teller = run.teller(namesFrom(run, { people, playbook, client, savePlanSets, rows: renewal.view.rows }));
        run.print({ renewal: renewal._id, items: entries }, () =>
          entries.length === 0
            ? run.t('cli:history.none')
            : storyLines(run, teller, entries, { reasons: true }).join('\n'),
        );
      });
    },
  },
  {
    path: 'renewal verify',
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

/** The renewal that is meant; where its contract has other terms too, that is said. */
async function named(run: Run, db: Database, text: string): Promise<RenewalDoc> {
  const renewal = await findRenewal(db, text);
  for (const line of termLines(run, renewal, await neighbourTerms(db, renewal))) run.say(run.style.dim(line));
  return renewal;
}

/** Checks one chain or all; red ones are named with the place where they break. */
async function verify(run: Run, one: string | undefined): Promise<ExitCode> {
  return run.withContext(async ({ db }) => {
    const { verifyHistory } = await import('../../operations/store/queries.ts');
    const ids = one === undefined ? await db.historyHeads.distinct('_id') : [(await named(run, db, one))._id];
    const bar = progressBar(run.io, run.t('cli:verify.checking'), ids.length, {
      silent: run.options.quiet || run.options.json || ids.length < 2,
    });
    const items: Verified[] = [];
    for (const [i, id] of ids.entries()) {
      const { problem, ...report } = await verifyHistory(db, id);
      items.push({ renewal: id, ...report, problems: run.problems(problem === null ? [] : [problem]) });
      bar.update(i + 1);
    }
    bar.stop();
    const broken = items.filter((item) => !item.ok);
    run.print({ ok: broken.length === 0, checked: items.length, items }, () => {
      const { t, style } = run;
      const lines = broken.flatMap((item) =>
        item.problems.map((p) => `${style.bad('✗')} ${item.renewal}: ${p.what}\n  → ${p.fix}`),
      );
      const entries = items.reduce((sum, item) => sum + item.entries, 0);
      if (broken.length === 0 && entries === 0) return t('cli:verify.none');
      const histories = t('cli:verify.histories', { count: items.length });
      const last =
        broken.length === 0
          ? `${style.good('✓')} ${t('cli:verify.good', { histories, entries: t('cli:verify.entries', { count: entries }) })}`
          : `${style.bad('✗')} ${t('cli:verify.bad', { histories, count: broken.length })}`;
      return [...lines, last].join('\n');
    });
    return broken.length === 0 ? 0 : 1;
  });
}
