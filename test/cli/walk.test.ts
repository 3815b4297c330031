import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { addDays, localDate } from '../../domain/time/index.ts';
import type { CivilDate, Instant } from '../../domain/time/types.ts';
import { compileZone } from '../../operations/calendars/zone-offsets.ts';
import { SAMPLE_FAULTS, sampleWorkbook, workbookContracts } from '../../operations/import/index.ts';
import type { ContractField } from '../../operations/import/fields.ts';
import { CONTRACT_FIELDS } from '../../operations/import/fields.ts';
import { connect } from '../../schemas/connection.ts';
import { readServices } from '../../embedded/services-file.ts';
import { mendErrors } from './mend-errors.ts';
import { Product } from './product.ts';
import type { ExitCode } from '../../cli/command-spec.ts';
import { run } from './fake-io.ts';

/**
 * The main job on the real product, in processes of its own and a fresh folder: from `up --sample` over the
 * import of a contract list to a renewal that is paid, with a power cut in the middle of it.
 */

interface Renewal {
  readonly id: string;
  readonly contractNumber: string;
  readonly term: number;
  readonly tier: string;
  readonly phase: string;
  readonly stage: string | null;
  readonly outcome: string | null;
  readonly endDate: CivilDate;
  readonly noticeDate: CivilDate | null;
  readonly atRisk: boolean;
  readonly rows: readonly {
    readonly stage: string;
    readonly start: string;
    readonly end: string;
    readonly status: string;
  }[];
  readonly tasks: readonly { readonly id: string; readonly dueAt: string }[];
  readonly quote: { readonly amount: { readonly minor: number; readonly currency: string } } | null;
}
interface Problem {
  readonly code: string;
  readonly what: string;
  readonly where: string;
  readonly fix: string;
  readonly place?: { readonly row?: number; readonly field?: string };
}
interface Import {
  readonly counts: { readonly new: number; readonly changed: number; readonly same: number; readonly wrong: number };
  readonly started: number;
  readonly changed: number;
  readonly problems: readonly (Problem & { readonly severity: string })[];
  readonly errorsFile: string | null;
}

const REP = ['--as', 'li@example.com'];
const MANAGER = ['--as', 'wang@example.com'];
const LEGAL = ['--as', 'zhao@example.com'];
const FINANCE = ['--as', 'sun@example.com'];

const now = () => new Date().toISOString() as Instant;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const year = new Date().getUTCFullYear();
const today = localDate(compileZone(zone, year - 1, year + 1), now());
const WORKBOOK = { today, locale: 'zh-CN' } as const;

test('the main job, from an empty folder to a renewal that is paid, through a power cut', async (t) => {
  t.timeout(600_000);
  const product = await Product.open();
  t.teardown(() => product.close());
  const { dataDir } = product;

  t.log('up --sample');
  let up = product.up('--sample');
  await up.said(/^Perennial runs/m);
  t.log('mails, tasks and a stalled step stand there');
  const inbox = await seen(async () => {
    const { items } = await product.json<{ items: readonly { subject: string }[] }>('inbox');
    return items.length > 5 ? items : undefined;
  });
  // A stalled step with its escalation, both in the lists.
  await seen(async () => {
    const [stalled, tasks] = await Promise.all([
      product.json<{ items: readonly Renewal[] }>('stalled'),
      product.json<{ items: readonly { kind: string; contractNumber: string }[] }>('tasks', '--limit', '200'),
    ]);
    const escalated = tasks.items.filter(({ kind }) => kind === 'escalation').map((task) => task.contractNumber);
    const both = stalled.items.some(({ contractNumber }) => escalated.includes(contractNumber));
    return tasks.items.length > 10 && both ? true : undefined;
  });
  t.true(inbox.every((mail) => mail.subject !== '' && !/挽留措施，|measure of the save plan/.test(mail.subject)));

  t.log('import of 200 rows, five of them wrong');
  const list = join(dataDir, 'contracts.xlsx');
  await writeFile(list, (await sampleWorkbook(WORKBOOK)).bytes);
  const dry = await product.run('import', list, '--dry-run', '--lang', 'en', '--json');
  t.is(dry.code, 6);
  checkFaults(t, (JSON.parse(dry.out) as Import).problems, 'en');
  const first = await product.run('import', list, '--lang', 'zh-CN', '--json');
  t.is(first.code, 6);
  const report = JSON.parse(first.out) as Import;
  t.like(report, { counts: { new: 195, changed: 0, same: 0, wrong: 5 } });
  checkFaults(t, report.problems, 'zh-CN');
  t.is(report.errorsFile, join(dataDir, 'contracts-errors.xlsx'));

  t.log('the same file again changes nothing; the mended rows come in');
  const mended = join(dataDir, 'mended.xlsx');
  const right = workbookContracts(WORKBOOK);
  await writeFile(mended, await mendErrors(report.errorsFile ?? '', right));
  const [again, rest] = await Promise.all([
    product.json<Import>('import', list, '--errors', join(dataDir, 'again.xlsx')),
    product.json<Import>('import', mended),
  ]);
  t.like(again, { counts: { new: 0, changed: 0, same: 195, wrong: 5 }, started: 0, changed: 0 });
  t.like(rest, { counts: { new: 5, changed: 0, same: 0, wrong: 0 } });
  t.like(await product.json<Import>('import', mended), { counts: { new: 0, changed: 0, same: 5, wrong: 0 } });

  t.log('call, quote, approval');
  const imported = await seen(async () => {
    const { items } = await product.json<{ items: readonly Renewal[] }>('renewals', '--limit', '1000');
    const mine = items.filter((renewal) => renewal.contractNumber.startsWith('XS-'));
    return mine.length === 200 ? mine : undefined;
  });
  // Clients of tier B pay within 30 days: 18 % asks for the manager alone.
  const ends = (renewal: Renewal) => right.find(({ number }) => number === renewal.contractNumber)?.autoRenew === '否';
  const [chosen, other] = imported.filter(
    (renewal) => renewal.tier === 'B' && renewal.stage === 'contact' && !renewal.atRisk && ends(renewal),
  );
  if (chosen === undefined || other === undefined) throw new Error('no contract to work on');
  const id = chosen.contractNumber;
  const ok = async (...args: readonly string[]) => {
    const ended = await product.run(...args);
    t.is(ended.code, 0, `perennial ${args.join(' ')}\n${ended.err}`);
    return ended.out;
  };
  const show = (contract: string) => product.json<Renewal>('renewal', 'show', contract);
  await ok('log', id, '--channel', 'call', '--note', 'wants two years', ...REP);
  const issued = await ok('quote', 'issue', id, '--discount', '18%', '--reason', 'two-year commitment', ...REP);
  t.regex(issued, /18% off/);
  const own = await product.run('approve', id, '--comment', 'fine', ...REP);
  t.is(own.code, 4);
  t.regex(own.err, /approval\.own_request/);

  t.log('a power cut: everything goes on where it stood');
  const before = await show(id);
  await up.kill();
  const dark = await product.run('renewal', 'show', id, '--lang', 'zh-CN');
  t.is(dark.code, 1);
  t.regex(dark.err, /perennial up/);
  up = product.up();
  await up.said(/^Perennial runs/m);
  // Mails and their history may have gone on while the power went; what people work on stands as it stood.
  t.deepEqual(standing(await show(id)), standing(before));
  await ok('approve', id, '--comment', 'fine for two years', ...MANAGER);

  t.log('amend moves every open step at once');
  const planned = await show(other.contractNumber);
  const [, amended] = await Promise.all([
    ok('step', 'complete', id, 'review', ...LEGAL),
    ok(
      'amend',
      other.contractNumber,
      '--end-date',
      addDays(planned.endDate, 365),
      '--reason',
      'extended by contract',
      ...REP,
    ).then(() => show(other.contractNumber)),
  ]);
  t.is(amended.endDate, addDays(planned.endDate, 365));
  const open = planned.rows.filter((row) => row.status !== 'done' && row.status !== 'skipped');
  t.true(open.length > 3);
  for (const row of open) {
    const moved = amended.rows.find((one) => one.stage === row.stage);
    t.true(moved !== undefined && moved.end > row.end, `${row.stage} is due ${moved?.end}, before ${row.end}`);
  }
  t.true(amended.tasks.length > 0);
  for (const task of amended.tasks) {
    const was = planned.tasks.find((one) => one.id === task.id);
    t.true(was !== undefined && task.dueAt > was.dueAt, `${task.id} is due ${task.dueAt}, before ${was?.dueAt}`);
  }

  t.log('acceptance, invoice, payment');
  await ok('quote', 'accept', id, '--note', 'by mail', ...REP);
  const { quote } = await show(id);
  const price = String((quote?.amount.minor ?? 0) / 100);
  const due = addDays(today, 30);
  await ok('invoice', id, '--number', 'INV-881', '--amount', price, '--due-date', due, ...FINANCE);
  await ok('pay', id, '--amount', price, '--method', 'bank transfer', '--receipt', 'R-551', ...FINANCE);
  const old = await show(chosen.id);
  t.is(old.phase, 'closed');
  // 18 % below the old price.
  t.is(old.outcome, 'renewed-smaller');
  const next = await seen(async () => {
    const renewal = await show(id);
    return renewal.term === old.term + 1 ? renewal : undefined;
  });
  t.true(['scheduled', 'open'].includes(next.phase));
  t.true(next.endDate > old.endDate);

  t.log('what does not fit is refused, in both languages');
  for (const refusal of refusals(chosen.id, other.contractNumber)) {
    for (const locale of ['en', 'zh-CN'] as const) {
      const { code, out, err } = await run([...refusal.line, '--lang', locale, '--json'], {
        env: { PERENNIAL_DATA: dataDir },
        now: now(),
        ids: `${refusal.code}/${locale}`,
      });
      const told = err.startsWith('{')
        ? (JSON.parse(err) as { error: { problems: readonly Problem[] } }).error
        : undefined;
      const line = refusal.line.join(' ');
      t.is(code, refusal.exit, `${line}: ${err}${out}`);
      t.is(told?.problems[0]?.code, refusal.code, line);
      const text = `${told?.problems[0]?.what} ${told?.problems[0]?.where} ${told?.problems[0]?.fix}`;
      t.regex(text, refusal.says?.[locale] ?? (locale === 'en' ? /\w{3}/ : /\p{Script=Han}{2}/u), line);
      t.notRegex(text, /\{\w+\}/);
    }
  }

  t.log('verify is green, and red after an entry is edited by hand');
  t.regex(await ok('renewal', 'verify', '--all'), /all untouched/);
  await edit(dataDir, chosen.id);
  const red = await product.run('renewal', 'verify', '--all', '--json');
  t.is(red.code, 1);
  const { items } = JSON.parse(red.out) as {
    items: readonly { renewal: string; ok: boolean; problems: readonly Problem[] }[];
  };
  const broken = items.filter((item) => !item.ok);
  t.deepEqual(
    broken.map((item) => [item.renewal, item.problems.map((p) => p.code)]),
    [[chosen.id, ['history.edited']]],
  );
  t.true(broken[0]?.problems[0]?.what.includes(chosen.id));
  t.is((await product.run('renewal', 'verify', other.contractNumber)).code, 0);

  t.is(await up.stop(), 130);
});

/** The main job asks for the first mails and tasks within two minutes. */
const PATIENCE_MS = 120_000;

/** Asks until there is an answer; each question is a command of its own, so nothing is waited for in between. */
async function seen<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error('it never came');
}

interface Assertions {
  deepEqual(actual: unknown, expected: unknown): boolean;
  true(actual: boolean, message?: string): boolean;
}

/** Five errors, each with row, column, value and remedy. */
function checkFaults(t: Assertions, problems: Import['problems'], locale: 'en' | 'zh-CN'): void {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const header = (field: ContractField) => CONTRACT_FIELDS[field].label['zh-CN'];
  t.deepEqual(
    errors.map(({ place }) => [place?.row, place?.field]),
    SAMPLE_FAULTS.map(({ row, field }) => [row, header(field)]),
  );
  for (const [i, { what, where, fix }] of errors.entries()) {
    const fault = SAMPLE_FAULTS[i];
    if (fault === undefined) continue;
    t.true(what.includes(fault.text), what);
    t.true(where.includes(String(fault.row)) && where.includes(header(fault.field)), where);
    t.true((locale === 'en' ? /[a-z]{3}/ : /\p{Script=Han}{2}/u).test(fix), fix);
  }
}

interface Refusal {
  readonly line: readonly string[];
  readonly exit: ExitCode;
  readonly code: string;
  /** What must stand in the text; words of the language otherwise. */
  readonly says?: { readonly en: RegExp; readonly 'zh-CN': RegExp };
}

/** What people work on: where the renewal stands, its table, its tasks and its quote. */
function standing({ id, term, phase, stage, endDate, rows, tasks, quote }: Renewal) {
  const open = tasks.map(({ id: task, dueAt }) => `${task} ${dueAt}`).toSorted();
  return { id, term, phase, stage, endDate, rows, open, quote };
}

/** Commands that do not fit: in a wrong state, for things that are not there, with values that are none. */
function refusals(closed: string, open: string): readonly Refusal[] {
  const shown = (text: RegExp) => ({ en: text, 'zh-CN': text });
  return [
    {
      line: ['quote', 'accept', closed, ...REP],
      exit: 5,
      code: 'renewal.closed',
      says: { en: /renewed smaller/, 'zh-CN': /缩减续费/ },
    },
    { line: ['resume', open, ...REP], exit: 5, code: 'renewal.not_paused' },
    { line: ['quote', 'accept', open, ...REP], exit: 5, code: 'quote.not_open' },
    {
      line: ['pay', open, '--amount', '5', '--method', 'bank', ...FINANCE],
      exit: 5,
      code: 'payment.before_acceptance',
    },
    { line: ['step', 'complete', open, 'payment', ...REP], exit: 5, code: 'step.not_begun', says: shown(/contact/) },
    { line: ['step', 'complete', open, 'dance', ...REP], exit: 3, code: 'step.unknown', says: shown(/contact/) },
    { line: ['approve', open, ...MANAGER], exit: 5, code: 'cli.nothing_to_decide' },
    { line: ['renewal', 'show', 'XS-1999-1'], exit: 3, code: 'renewal.not_found', says: shown(/XS-1999-1/) },
    { line: ['renewal', 'show', `XS-${year}-`], exit: 2, code: 'cli.ambiguous' },
    { line: ['log', open, '--channel', 'call', '--as', 'nobody@example.com'], exit: 3, code: 'cli.actor_unknown' },
    {
      line: ['amend', open, '--end-date', '2027-02-30', '--reason', 'x', ...REP],
      exit: 2,
      code: 'date.invalid',
      says: shown(/2027-02-30/),
    },
    {
      line: ['amend', open, '--end-date', '2020-01-01', '--reason', 'x', ...REP],
      exit: 2,
      code: 'contract.end_before_start',
    },
    { line: ['quote', 'issue', open, '--discount', '180%', ...REP], exit: 2, code: 'cli.percent', says: shown(/180%/) },
    {
      line: ['quote', 'issue', open, '--amount', '12万八', ...REP],
      exit: 2,
      code: 'money.format',
      says: shown(/12万八/),
    },
    {
      line: ['flag-risk', open, '--cause', 'weather', ...REP],
      exit: 2,
      code: 'risk.unknown_cause',
      says: shown(/competitor/),
    },
    {
      line: ['cancel', open, '--cause', 'price', '--detail', 'x', ...REP],
      exit: 2,
      code: 'loss.unknown_detail',
      says: shown(/too-expensive/),
    },
    { line: ['renewals', '--stage', 'foo'], exit: 2, code: 'cli.choice', says: shown(/foo[^]*contact/) },
    { line: ['renewals', '--owner', 'foo'], exit: 2, code: 'cli.choice', says: shown(/foo[^]*li@example\.com/) },
    {
      line: ['quote', 'issue', open, '--amount', '9999999999', ...REP],
      exit: 2,
      code: 'command.quote_amount',
      says: shown(/9999999999/),
    },
    { line: ['save-plan', 'show', open], exit: 3, code: 'save_plan.not_found' },
    { line: ['complaint', 'close', open, ...REP], exit: 5, code: 'complaint.none_open' },
    { line: ['inbox', 'show', '100000'], exit: 3, code: 'cli.mail_number' },
  ];
}

/** What somebody with a database shell would do. */
async function edit(dataDir: string, renewalId: string): Promise<void> {
  const uri = readServices(dataDir)?.mongo.uri;
  if (uri === undefined) throw new Error('no database');
  const db = await connect(uri);
  try {
    const edited = await db.history.collection.updateOne(
      { renewalId, name: 'approval decided', kind: 'fact' },
      { $set: { 'detail.decision': 'reject' } },
    );
    if (edited.modifiedCount !== 1) throw new Error('there is no such entry');
  } finally {
    await db.close();
  }
}
