import { existsSync } from 'node:fs';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import { describePlaybook, parseDocument, parsePlaybook } from '../../domain/playbook/index.ts';
import type { TimelineEntry } from '../../domain/playbook/index.ts';
import type { Playbook } from '../../domain/playbook/types.ts';
import { entryWords } from '../../i18n/timetable.ts';
import type { PlaybookDoc } from '../../schemas/playbook.ts';
import type { CommandSpec, ExitCode } from '../command-spec.ts';
import { problemJson, renderProblem } from '../failure.ts';
import { readText } from '../files.ts';
import { wrap } from '../output/width.ts';
import type { Run } from '../run.ts';
import { dateValue, optionalDate } from '../values.ts';
import { calendarById, runs } from './calendar.ts';

const TIERS = ['A', 'B', 'C'] as const;

export const commands: readonly CommandSpec[] = [
  { path: 'playbook' },
  { path: 'playbook check', args: [{ name: 'file' }], run: (run, input) => check(run, input.arg(0)) },
  {
    path: 'playbook show',
    args: [{ name: 'playbook' }],
    async run(run, input) {
      const { playbook, version } = await find(run, input.arg(0));
      run.print({ version, playbook }, () => {
        const [title = '', ...sentences] = describePlaybook(playbook, run.options.locale);
        const head = `${run.style.bold(run.t.local(playbook.name))} ${run.style.dim(version === null ? '' : `${playbook.id} v${version}`)}`;
        const lines = [title, ...sentences].map((line) => wrap(line, run.width - 2).join('\n  '));
        return `${head}\n${run.t.local(playbook.description)}\n\n${lines.map((line) => `• ${line}`).join('\n')}`;
      });
    },
  },
  {
    path: 'playbook timeline',
    args: [{ name: 'playbook' }],
    options: [
      { flags: '--end-date <date>', required: true },
      { flags: '--notice-date <date>' },
      { flags: '--tier <tier>', choices: TIERS },
      { flags: '--calendar <id>', text: 'calendar-id', fallback: 'cn' },
    ],
    async run(run, input) {
      const endDate = dateValue(input.text('end-date') ?? '', '--end-date');
      const noticeDate = optionalDate(input.text('notice-date'), '--notice-date');
      const { playbook, version } = await find(run, input.arg(0));
      const calendar = await calendarById(run, input.text('calendar') ?? 'cn');
      const tier = TIERS.find((known) => known === input.text('tier'));
      const { previewTimeline } = await import('../../operations/playbooks/preview.ts');
      const shown = previewTimeline(playbook, { endDate, noticeDate, calendar, tier });
      run.print({ playbook: playbook.id, version, endDate, noticeDate, items: shown }, () =>
        timetable(run, playbook, shown),
      );
    },
  },
  {
    path: 'playbook publish',
    args: [{ name: 'file' }],
    async run(run, input) {
      const file = { name: input.arg(0), text: await readText(input.arg(0)) };
      await run.withContext(async (context) => {
        const { publishDocument } = await import('../../operations/publish.ts');
        const result = await publishDocument(context.db, file, run.io.now());
        const { wakeAll } = await import('../wake.ts');
        const woken = result.changed ? await wakeAll(run, context, 'playbook') : 0;
        run.warn(result.warnings);
        const { id, version, changed } = result;
        run.print({ id, version, changed, woken, warnings: run.problems(result.warnings) }, () =>
          changed
            ? `${run.style.good('✓')} ${run.t('cli:playbook.published', { id, version })}`
            : run.t('cli:playbook.same', { id, version }),
        );
      });
    },
  },
  {
    path: 'playbook list',
    async run(run) {
      const items = (await runs(run)) ? await publishedPlaybooks(run) : await shippedPlaybooks();
      run.print({ items }, () =>
        run.table(
          [
            { title: run.t('cli:col.playbook') },
            { title: run.t('cli:col.version'), align: 'right' },
            { title: run.t('cli:col.name'), flexible: true },
            { title: run.t('cli:col.applies'), flexible: true, min: 12 },
          ],
          items.map((item) => [
            item.id,
            item.version === null ? '–' : String(item.version),
            run.t.local(item.name),
            item.applies,
          ]),
        ),
      );
    },
  },
];

async function check(run: Run, file: string): Promise<ExitCode> {
  const text = await readText(file);
  const { knownDocuments } = await import('../../operations/publish.ts');
  const known = (await runs(run)) ? await run.withContext(({ db }) => knownDocuments(db)) : await knownDocuments();
  const parsed = parseDocument(text, { ...known, file });
  const problems: readonly Problem[] = parsed.ok ? parsed.warnings : parsed.problems;
  const kind = parsed.ok ? parsed.value.kind : null;
  run.print({ file, ok: parsed.ok, kind, problems: run.problems(problems) }, () => {
    const told = problems.map((p) =>
      renderProblem(problemJson(p, run.options.locale, run.io.zone), run.io, run.options.locale),
    );
    const wrong = problems.filter((p) => p.severity === 'error').length;
    const last = parsed.ok
      ? `${run.style.good('✓')} ${run.t('cli:playbook.good', { file })}`
      : `${run.style.bad('✗')} ${run.t('cli:playbook.bad', { file, count: wrong })}`;
    return [...told, last].join('\n');
  });
  return parsed.ok ? 0 : 1;
}

/** A playbook from a file, from the published ones, or from those that come with the product. */
async function find(run: Run, name: string): Promise<{ readonly playbook: Playbook; readonly version: number | null }> {
  if (/\.ya?ml$/i.test(name) || existsSync(name)) {
    const parsed = parsePlaybook(await readText(name), { file: name });
    if (!parsed.ok) throw new PerennialError(parsed.problems);
    return { playbook: parsed.value, version: null };
  }
  if (await runs(run)) {
    const doc = await run.withContext(({ db }) =>
      db.playbooks.findOne({ id: name }).sort({ version: -1 }).lean<PlaybookDoc>(),
    );
    if (doc !== null) return { playbook: doc.definition, version: doc.version };
  }
  const { loadShippedPlaybooks } = await import('../../playbooks/index.ts');
  const shipped = loadShippedPlaybooks().playbooks.map((document) => document.value);
  const playbook = shipped.find((one) => one.id === name);
  if (playbook) return { playbook, version: null };
  throw PerennialError.of('cli.unknown_id', { value: excerpt(name), known: shipped.map((one) => one.id).join(', ') });
}

interface Listed {
  readonly id: string;
  readonly version: number | null;
  readonly name: Playbook['name'];
  readonly applies: string;
}

async function publishedPlaybooks(run: Run): Promise<readonly Listed[]> {
  const docs = await run.withContext(({ db }) =>
    db.playbooks.find({}).sort({ id: 1, version: -1 }).lean<PlaybookDoc[]>(),
  );
  return docs.map(({ id, version, definition }) => ({
    id,
    version,
    name: definition.name,
    applies: definition.applies,
  }));
}

async function shippedPlaybooks(): Promise<readonly Listed[]> {
  const { loadShippedPlaybooks } = await import('../../playbooks/index.ts');
  return loadShippedPlaybooks().playbooks.map(({ value: { id, name, applies } }) => ({
    id,
    version: null,
    name,
    applies,
  }));
}

function timetable(run: Run, playbook: Playbook, entries: readonly TimelineEntry[]): string {
  const { t, formats, style } = run;
  const words = entryWords(t, run.teller(), playbook);
  const table = run.table(
    [
      { title: t('cli:col.date') },
      { title: '' },
      { title: t('cli:col.stage'), flexible: true },
      { title: t('cli:col.what'), flexible: true, min: 20 },
      { title: t('cli:col.note'), flexible: true },
    ],
    entries.map((entry) => [
      { text: entry.date, ...(entry.kind === 'end' || entry.kind === 'notice' ? { paint: style.bold } : {}) },
      formats.weekday(entry.date),
      entry.stage === null ? '' : words.stage(entry.stage),
      words.what(entry),
      {
        text: [
          ...(entry.note ? [t.local(entry.note)] : []),
          ...(entry.when === undefined ? [] : [t('cli:timeline.when', { when: entry.when })]),
          ...(entry.provisional ? [t('cli:provisional')] : []),
        ].join(t('cli:list.semicolon')),
        paint: style.dim,
      },
    ]),
  );
  return `${style.bold(t.local(playbook.name))}\n\n${table}`;
}
