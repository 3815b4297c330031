import type { Problem } from '../../domain/errors/index.ts';
import { explain } from '../../domain/errors/index.ts';
import type { Locale } from '../../domain/text.ts';
import { beginBulk, chooseRenewals, undoBulk } from '../../operations/jobs/bulk.ts';
import type { BulkJob } from '../../operations/jobs/bulk.ts';
import { shown, UNDOABLE } from '../../operations/jobs/bulk-rules.ts';
import { ownJob } from '../../operations/jobs/queue.ts';
import { countItems, listBulk, listItems } from '../../operations/jobs/read.ts';
import type { CountedJob } from '../../operations/jobs/read.ts';
import type { Database } from '../../schemas/connection.ts';
import type { BulkAction } from '../../schemas/job.ts';
import { bind } from '../call.ts';
import type { BoundRoute, SignedCall } from '../call.ts';
import * as contracts from '../contracts/bulk.ts';
import { tellerFor } from './say.ts';
import { shownJob } from './shown-job.ts';

/** A preview shows so many of each kind; the counts are of all. */
const SHOWN = 20;

/** Something done with many renewals at once. */
export const bulkRoutes: readonly BoundRoute[] = [
  bind(contracts.previewBulk, async ({ deps, principal, body, locale }) => {
    const action = actionOf(body.action);
    const chosen = await chooseRenewals(deps.context.db, principal, { ...body, action });
    const meant = chosen.flatMap(({ renewal, problem }) => (renewal !== null && problem === null ? [renewal] : []));
    const excluded = chosen.flatMap(({ renewalId, renewal, problem }) =>
      problem === null ? [] : [{ renewalId, renewal, problem }],
    );
    return {
      count: meant.length,
      first: meant.slice(0, SHOWN).map((renewal) => ({
        renewalId: renewal._id,
        contractNumber: renewal.contractNumber,
        clientName: renewal.clientName,
        ...shownOf(shown(action, renewal)),
      })),
      excluded: {
        count: excluded.length,
        reasons: reasonsOf(
          excluded.map(({ problem }) => problem),
          locale,
        ),
        first: excluded.slice(0, SHOWN).map(({ renewalId, renewal, problem }) => ({
          renewalId,
          contractNumber: renewal?.contractNumber ?? null,
          reason: reasonOf(problem, locale),
        })),
      },
    };
  }),

  bind(contracts.beginBulk, async ({ deps, principal, body, onceId, now, locale }) => {
    const { db } = deps.context;
    const { expected, ...wish } = body;
    const job = await beginBulk(db, principal, { ...wish, action: actionOf(body.action) }, { onceId, now, expected });
    return counted(db, job, locale);
  }),

  bind(contracts.listBulk, async ({ deps, principal, query, locale }) => {
    const { db } = deps.context;
    const page = await listBulk(db, principal.person.id, query);
    const items = await countItems(db, page.items);
    return { items: items.map((one) => bulkJobOf(one, locale)), next: page.next };
  }),

  bind(contracts.getBulk, async ({ deps, principal, params, locale }) => {
    const { db } = deps.context;
    return counted(db, await ownJob(db, principal.person.id, params.jobId, 'bulk'), locale);
  }),

  bind(contracts.bulkItems, async ({ deps, principal, params, query, locale }) => {
    const { db } = deps.context;
    const job = await ownJob(db, principal.person.id, params.jobId, 'bulk');
    const page = await listItems(db, principal, job._id, query);
    const items = page.items.map(({ item, renewal }) => ({
      place: item.place,
      renewalId: item.renewalId,
      contractNumber: renewal?.contractNumber ?? null,
      clientName: renewal?.clientName ?? null,
      state: item.state,
      reason: item.problem && reasonOf(item.problem, locale),
      doneAt: item.doneAt,
    }));
    return { items, next: page.next };
  }),

  bind(contracts.undoBulk, async ({ deps, principal, params, onceId, now, locale }) => {
    const { db } = deps.context;
    const job = await ownJob(db, principal.person.id, params.jobId, 'bulk');
    return counted(db, await undoBulk(db, principal, job, { onceId, now }), locale);
  }),
];

type Asked = SignedCall<typeof contracts.beginBulk>['body']['action'];

/** The action as jobs keep it: what was left out has its usual value. */
function actionOf(asked: Asked): BulkAction {
  switch (asked.kind) {
    case 'pause':
      return { ...asked, until: asked.until ?? null };
    case 'resume':
      return { ...asked, note: asked.note ?? '' };
    case 'reassign':
    case 'shift dates':
    case 'poke':
      return asked;
    default:
      return asked satisfies never;
  }
}

async function counted(db: Database, job: BulkJob, locale: Locale) {
  const [one] = await countItems(db, [job]);
  if (one === undefined) throw new Error('a job without counts');
  return bulkJobOf(one, locale);
}

function bulkJobOf({ job, counts }: CountedJob, locale: Locale) {
  const { action } = job.input;
  const isDone = job.state === 'done' && job.undoneBy === null && counts.done > 0;
  return {
    ...shownJob(job, locale),
    action: action.kind === 'undo' ? action.of : action,
    counts: { ...counts },
    undoOf: job.undoOf,
    undoneBy: job.undoneBy,
    undoable: isDone && action.kind !== 'undo' && UNDOABLE.includes(action.kind),
  };
}

function shownOf({ before, after }: ReturnType<typeof shown>) {
  return { before: { ...before }, after: { ...after } };
}

function reasonOf(problem: Problem, locale: Locale) {
  const teller = tellerFor(locale);
  return { code: problem.code, text: explain({ ...problem, params: teller.words(problem.params) }, locale).what };
}

/** How often each reason speaks against it, the most frequent first. */
function reasonsOf(problems: readonly Problem[], locale: Locale) {
  const counts = new Map<string, { readonly problem: Problem; count: number }>();
  for (const problem of problems) {
    const known = counts.get(problem.code);
    if (known === undefined) counts.set(problem.code, { problem, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()]
    .toSorted((a, b) => b.count - a.count)
    .map(({ problem, count }) => ({ ...reasonOf(problem, locale), count }));
}
