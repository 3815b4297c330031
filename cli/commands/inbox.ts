import { PerennialError } from '../../domain/errors/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { CaughtMail } from '../../embedded/mail-inbox.ts';
import type { CommandSpec } from '../command-spec.ts';
import type { Run } from '../run.ts';
import { numberValue } from '../values.ts';
import { hasServices } from '../reach/published.ts';

type Audience = 'clients' | 'staff';

/** A caught mail as the list has it: its number there, and whose mail it is where the team is known. */
export interface ListedMail extends CaughtMail {
  readonly number: number;
  readonly audience: Audience | null;
}

export const commands: readonly CommandSpec[] = [
  {
    path: 'inbox',
    where: 'here',
    options: [{ flags: '--to <who>' }, { flags: '--limit <number>', fallback: '30' }],
    async run(run, input) {
      const limit = numberValue(input.text('limit') ?? '30', '--limit', 1, 10_000);
      const to = input.text('to');
      const mails = listed(await caught(run), await teamAddresses(run));
      // Who is on the team stands in the database: without it nobody can say whose mail it is.
      if (isAudience(to) && mails.length > 0 && mails.every(({ audience }) => audience === null)) {
        throw PerennialError.of('cli.not_running', { folder: run.options.dataDir });
      }
      const chosen = to === undefined ? mails : mails.filter((mail) => isFor(mail, to));
      const items = chosen.slice(0, limit);
      const of = (audience: Audience) => mails.filter((mail) => mail.audience === audience).length;
      const counts = mails.some(({ audience }) => audience !== null)
        ? { clients: of('clients'), staff: of('staff') }
        : null;
      run.print({ items, total: chosen.length, counts }, () =>
        items.length === 0 && to !== undefined && mails.length > 0
          ? run.t('cli:inbox.none_to', { who: to })
          : items.length === 0
            ? run.t('cli:inbox.none')
            : `${table(run, items)}\n${run.style.dim(countLine(run, items.length, chosen.length, mails.length, counts))}`,
      );
      if (items[0] !== undefined) run.say(run.style.dim(`→ perennial inbox show ${items[0].number}`));
    },
  },
  {
    path: 'inbox show',
    where: 'here',
    args: [{ name: 'number' }],
    options: [{ flags: '--html' }],
    async run(run, input) {
      const { readMail } = await import('../../embedded/mail-inbox.ts');
      const number = numberValue(input.arg(0), '<number>', 1, 1_000_000);
      const mails = await caught(run);
      const chosen = mails[number - 1];
      if (chosen === undefined) throw PerennialError.of('cli.mail_number', { number, count: mails.length });
      const mail = await readMail(run.options.dataDir, chosen.id);
      const html = input.flag('html');
      const show = () => {
        if (html) return mail.html;
        const head = [
          [run.t('cli:col.from'), mail.from],
          [run.t('cli:col.to'), mail.to.join(', ')],
          [run.t('cli:col.subject'), mail.subject],
          [run.t('cli:col.time'), run.formats.moment(mail.receivedAt as Instant)],
          ...(mail.attachments.length > 0 ? [[run.t('cli:inbox.attachments'), mail.attachments.join(', ')]] : []),
        ];
        const lines = head.map(
          ([label = '', value = '']) => `${run.style.dim(`${label}${run.t('cli:colon')}`)}${value}`,
        );
        return `${lines.join('\n')}\n\n${mail.text.trimEnd()}`;
      };
      run.print({ number, ...mail }, show, html);
    },
  },
];

function table(run: Run, items: readonly ListedMail[]): string {
  return run.table(
    [
      { title: '#', align: 'right' },
      { title: run.t('cli:col.time') },
      { title: run.t('cli:col.to'), flexible: true, min: 12 },
      { title: run.t('cli:col.subject'), flexible: true, min: 20 },
    ],
    items.map((mail) => [
      String(mail.number),
      run.formats.stamp(mail.receivedAt as Instant),
      mail.to.join(', '),
      `${mail.subject}${mail.hasCalendar ? ` ${run.t('cli:inbox.calendar')}` : ''}`,
    ]),
  );
}

function countLine(
  { t }: Run,
  shown: number,
  chosen: number,
  all: number,
  counts: { readonly clients: number; readonly staff: number } | null,
): string {
  const parts = [
    t('cli:inbox.count', { count: all }),
    ...(counts === null ? [] : [t('cli:inbox.kinds', counts)]),
    ...(shown < all ? [t('cli:inbox.shown', { shown, total: chosen })] : []),
  ];
  return parts.join(t('cli:list.semicolon'));
}

/** Numbered as they stand in the whole list, so that `inbox show` finds the same mail. */
export function listed(mails: readonly CaughtMail[], team: ReadonlySet<string> | null): readonly ListedMail[] {
  return mails.map((mail, i) => {
    const staff = mail.to.every((address) => team?.has(address.toLowerCase()) === true);
    return { number: i + 1, ...mail, audience: team === null ? null : staff ? 'staff' : 'clients' };
  });
}

function isAudience(who: string | undefined): boolean {
  return ['clients', 'staff'].includes(who?.trim().toLowerCase() ?? '');
}

/** `clients`, `staff`, or a part of an address. */
export function isFor(mail: ListedMail, who: string): boolean {
  const wanted = who.trim().toLowerCase();
  if (isAudience(wanted)) return mail.audience === wanted;
  return mail.to.some((address) => address.toLowerCase().includes(wanted));
}

/** Addresses of the team; null where nothing runs that could tell. The inbox itself needs only its folder. */
async function teamAddresses(run: Run): Promise<ReadonlySet<string> | null> {
  if (!(await hasServices(run))) return null;
  const { listPeople } = await import('../../operations/store/queries.ts');
  const people = await run.withContext(({ db }) => listPeople(db)).catch(() => []);
  return people.length === 0 ? null : new Set(people.map(({ email }) => email.toLowerCase()));
}

/** Newest first. Mail that really leaves is not caught: then there is no inbox, and that is said. */
async function caught(run: Run): Promise<readonly CaughtMail[]> {
  const { readInbox } = await import('../../embedded/mail-inbox.ts');
  const mails = await readInbox(run.options.dataDir);
  const { SMTP_URL } = run.io.env;
  if (mails.length === 0 && SMTP_URL !== undefined && SMTP_URL !== '') {
    throw PerennialError.of('cli.no_inbox', { reason: 'SMTP_URL' });
  }
  return mails.toReversed();
}
