import { PerennialError } from '../../domain/errors/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { CommandSpec } from '../command-spec.ts';
import type { Run } from '../run.ts';
import { numberValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'inbox',
    options: [{ flags: '--limit <number>', fallback: '30' }],
    async run(run, input) {
      const limit = numberValue(input.text('limit') ?? '30', '--limit', 1, 10_000);
      const mails = await caught(run);
      const items = mails.slice(0, limit).map((mail, i) => ({ number: i + 1, ...mail }));
      run.print({ items, total: mails.length }, () =>
        items.length === 0
          ? run.t('cli:inbox.none')
          : run.table(
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
            ),
      );
      if (items.length > 0) run.say(run.style.dim(`→ perennial inbox show 1`));
    },
  },
  {
    path: 'inbox show',
    args: [{ name: 'number' }],
    options: [{ flags: '--html' }],
    async run(run, input) {
      const { readMail } = await import('../../embedded/mail-inbox.ts');
      const number = numberValue(input.arg(0), '<number>', 1, 1_000_000);
      const mails = await caught(run);
      const chosen = mails[number - 1];
      if (chosen === undefined) throw PerennialError.of('cli.mail_number', { number, count: mails.length });
      const mail = await readMail(run.options.dataDir, chosen.id);
      run.print({ number, ...mail }, () => {
        if (input.flag('html')) return mail.html;
        const head = [
          [run.t('cli:col.from'), mail.from],
          [run.t('cli:col.to'), mail.to.join(', ')],
          [run.t('cli:col.subject'), mail.subject],
          [run.t('cli:col.time'), run.formats.moment(mail.receivedAt as Instant)],
          ...(mail.attachments.length > 0 ? [[run.t('cli:inbox.attachments'), mail.attachments.join(', ')]] : []),
        ];
        const lines = head.map(([label = '', value = '']) => `${run.style.dim(`${label}:`)} ${value}`);
        return `${lines.join('\n')}\n\n${mail.text.trimEnd()}`;
      });
    },
  },
];

/** Newest first. Mail that really leaves is not caught: then there is no inbox, and that is said. */
async function caught(run: Run) {
  const { readInbox } = await import('../../embedded/mail-inbox.ts');
  const mails = await readInbox(run.options.dataDir);
  const { SMTP_URL } = run.io.env;
  if (mails.length === 0 && SMTP_URL !== undefined && SMTP_URL !== '') {
    throw PerennialError.of('cli.no_inbox', { reason: 'SMTP_URL' });
  }
  return mails.toReversed();
}
