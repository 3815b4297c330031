import { existsSync } from 'node:fs';
import type { Problem } from '../../domain/errors/index.ts';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { describePlaybook, parseDocument, parsePlaybook } from '../../domain/playbook/index.ts';
import type { Playbook } from '../../domain/playbook/types.ts';
import type { LocalText } from '../../domain/text.ts';
import { entryRows, entryWords } from '../../i18n/timetable.ts';
import type { CommandSpec, ExitCode } from '../command-spec.ts';
import { fileName, readText } from '../files.ts';
import { wrap } from '../output/width.ts';
import { published } from '../reach/published.ts';
import { timetable } from '../render/timetable.ts';
import type { Timetable } from '../render/timetable.ts';
import type { Run } from '../run.ts';
import { dateValue, optionalDate } from '../values.ts';
import { wakeAll } from '../wake.ts';
import { shippedCalendar } from './calendar.ts';

const TIERS = ['A', 'B', 'C'] as const;

export const commands: readonly CommandSpec[] = [
  { path: 'playbook' },
  { path: 'playbook check', where: 'both', args: [{ name: 'file' }], run: (run, input) => check(run, input.arg(0)) },
  {
    path: 'playbook show',
    where: 'both',
    args: [{ name: 'playbook' }],
    async run(run, input) {
      const { id, version, name, description, playbook, sentences } = await find(run, input.arg(0));
      run.print({ version, playbook }, () => {
        const head = `${run.style.bold(run.t.local(name))} ${run.style.dim(version === null ? '' : `${id} v${version}`)}`;
        const lines = sentences.map((line) => wrap(line, run.width - 2).join('\n  '));
        return `${head}\n${run.t.local(description)}\n\n${lines.map((line) => `• ${line}`).join('\n')}`;
      });
    },
  },
  {
    path: 'playbook timeline',
    where: 'both',
    args: [{ name: 'playbook' }],
    options: [
      { flags: '--end-date <date>', required: true },
      { flags: '--notice-date <date>' },
      { flags: '--tier <tier>', choices: TIERS },
      { flags: '--calendar <id>', text: 'team-calendar' },
    ],
    async run(run, input) {
      const wish: Wish = {
        endDate: dateValue(input.text('end-date') ?? '', '--end-date'),
        noticeDate: optionalDate(input.text('notice-date'), '--notice-date'),
        tier: TIERS.find((known) => known === input.text('tier')),
        calendarId: input.text('calendar'),
      };
      const named = input.arg(0);
      const meant = isFile(named) ? { text: await readText(named), file: fileName(named) } : { playbookId: named };
      const { previewPlaybook } = await import('../../api/contracts/playbooks.ts');
      const shown =
        (await published(run, (reach) => reach.call(previewPlaybook, { body: { ...meant, ...wish } }))) ??
        (await previewShipped(run, named, wish));
      run.print(shown, () => timetable(run, shown));
    },
  },
  {
    path: 'playbook publish',
    where: 'both',
    args: [{ name: 'file' }],
    async run(run, input) {
      const text = await readText(input.arg(0));
      const { id, version, changed, woken, warnings } =
        run.options.server === undefined
          ? await publishHere(run, { name: input.arg(0), text })
          : await publishThere(run, { file: fileName(input.arg(0)), text });
      run.tell(warnings);
      run.print({ id, version, changed, woken, warnings }, () =>
        changed
          ? `${run.style.good('✓')} ${run.t('cli:playbook.published', { id, version })}`
          : run.t('cli:playbook.same', { id, version }),
      );
    },
  },
  {
    path: 'playbook list',
    where: 'both',
    async run(run) {
      const { listPlaybooks } = await import('../../api/contracts/playbooks.ts');
      const items = (await published(run, (reach) => reach.call(listPlaybooks, {})))?.items ?? (await shipped());
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
  const { checkPlaybook } = await import('../../api/contracts/playbooks.ts');
  const body = { text, file: fileName(file) };
  const { ok, kind, problems } =
    (await published(run, (reach) => reach.call(checkPlaybook, { body }))) ?? (await checkShipped(run, text, file));
  run.print({ file, ok, kind, problems }, () => {
    const wrong = problems.filter((one) => one.severity === 'error').length;
    const last = ok
      ? `${run.style.good('✓')} ${run.t('cli:playbook.good', { file })}`
      : `${run.style.bad('✗')} ${run.t('cli:playbook.bad', { file, count: wrong })}`;
    return [...problems.map((one) => run.finding(one)), last].join('\n');
  });
  return ok ? 0 : 1;
}

async function checkShipped(run: Run, text: string, file: string) {
  const { knownDocuments } = await import('../../operations/publish.ts');
  const parsed = parseDocument(text, { ...(await knownDocuments()), file });
  const problems: readonly Problem[] = parsed.ok ? parsed.warnings : parsed.problems;
  return { ok: parsed.ok, kind: parsed.ok ? parsed.value.kind : null, problems: run.problems(problems) };
}

interface Found {
  readonly id: string;
  readonly version: number | null;
  readonly name: LocalText;
  readonly description: LocalText;
  readonly playbook: Readonly<Record<string, unknown>>;
  readonly sentences: readonly string[];
}

/** A playbook from a file, from the published ones, or from those that come with the product. */
async function find(run: Run, named: string): Promise<Found> {
  if (!isFile(named)) {
    const { getPlaybook } = await import('../../api/contracts/playbooks.ts');
    const params = { playbookId: named, version: 'latest' };
    const found = await published(run, (reach) => reach.call(getPlaybook, { params }));
    if (found !== undefined) return found;
  }
  const playbook = await ofFileOrShipped(named);
  const { id, name, description } = playbook;
  const sentences = describePlaybook(playbook, run.options.locale);
  return { id, version: null, name, description, playbook: { ...playbook }, sentences };
}

function isFile(named: string): boolean {
  return /\.ya?ml$/i.test(named) || existsSync(named);
}

async function ofFileOrShipped(named: string): Promise<Playbook> {
  if (isFile(named)) {
    const parsed = parsePlaybook(await readText(named), { file: named });
    if (!parsed.ok) throw new PerennialError(parsed.problems);
    return parsed.value;
  }
  const known = await shippedPlaybooks();
  const playbook = known.find((one) => one.id === named);
  if (playbook !== undefined) return playbook;
  throw PerennialError.of('cli.unknown_id', { value: excerpt(named), known: known.map((one) => one.id).join(', ') });
}

interface Wish extends Pick<Timetable, 'endDate' | 'noticeDate'> {
  readonly tier: (typeof TIERS)[number] | undefined;
  readonly calendarId: string | undefined;
}

async function previewShipped(run: Run, named: string, wish: Wish): Promise<Timetable> {
  const { endDate, noticeDate, tier, calendarId = 'cn' } = wish;
  const playbook = await ofFileOrShipped(named);
  const calendar = await shippedCalendar(run, calendarId);
  const { previewTimeline } = await import('../../operations/playbooks/preview.ts');
  const entries = previewTimeline(playbook, { endDate, noticeDate, calendar, tier });
  const items = entryRows(entries, entryWords(run.t, run.teller(), playbook));
  const { id, name } = playbook;
  return { playbook: id, name, version: null, calendarId, endDate, noticeDate, items };
}

async function publishHere(run: Run, file: { readonly name: string; readonly text: string }) {
  return run.withContext(async (context) => {
    const { publishDocument } = await import('../../operations/publish.ts');
    const result = await publishDocument(context.db, file, run.io.now());
    const woken = result.changed ? await wakeAll(run, context, 'playbook') : 0;
    return { ...result, woken, warnings: run.problems(result.warnings) };
  });
}

async function publishThere(run: Run, body: { readonly file: string; readonly text: string }) {
  const { publishPlaybook } = await import('../../api/contracts/playbooks.ts');
  return run.reachActing((reach) => reach.call(publishPlaybook, { body }));
}

async function shippedPlaybooks(): Promise<readonly Playbook[]> {
  const { loadShippedPlaybooks } = await import('../../playbooks/index.ts');
  return loadShippedPlaybooks().playbooks.map(({ value }) => value);
}

async function shipped() {
  const list = await shippedPlaybooks();
  return list.map(({ id, name, description, applies, priority, mode }) => {
    return {
      id,
      version: null,
      versions: 0,
      status: null,
      name,
      description,
      applies,
      priority,
      mode,
      publishedAt: null,
    };
  });
}
