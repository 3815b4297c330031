import type { Resolution } from '../../workers/resolve-send.ts';
import { listed } from '../../api/client/caller.ts';
import type { SendState } from '../../schemas/send.ts';
import type { Send } from '../seen.ts';
import { UsageError } from '../failure.ts';
import type { CommandSpec } from '../command-spec.ts';
import type { Run } from '../run.ts';
import { numberValue } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'sends',
    where: 'both',
    options: [{ flags: '--unknown' }, { flags: '--limit <number>', fallback: '50' }],
    async run(run, input) {
      const limit = numberValue(input.text('limit') ?? '50', '--limit', 1, 1000);
      const state = input.flag('unknown') ? 'unknown' : undefined;
      await run.reach(async (reach) => {
        const query = state === undefined ? {} : ({ state } as const);
        const [page, people] = await Promise.all([
          listed(limit, (part) => reach.call(reach.routes.listSends, { query: { ...query, ...part } })),
          reach.people(),
        ]);
        const names = new Map(people.map((person) => [person.id, person.name]));
        const { items } = page;
        const counts = page.first.counts ?? {};
        const { t, formats } = run;
        const wanted = Object.entries(counts).filter(([one]) => state === undefined || one === state);
        const total = wanted.reduce((sum, [, count]) => sum + count, 0);
        run.print({ items, counts, total }, () => {
          const summary = Object.entries(counts).map(([one, count]) => `${t.code('words', `send.${one}`)} ${count}`);
          if (items.length === 0) return state === undefined ? t('cli:sends.none') : t('cli:sends.none_unknown');
          const table = run.table(
            [
              { title: t('cli:col.due') },
              { title: t('cli:col.status'), flexible: true, min: 8 },
              { title: t('cli:col.template'), flexible: true, min: 12, spare: 1 },
              { title: t('cli:col.to'), flexible: true, min: 12, spare: 2 },
              { title: t('cli:col.id'), flexible: true, min: 20 },
            ],
            items.map((send) => [
              formats.stamp(send.dueAt),
              { text: t.code('words', `send.${send.state}`), paint: paintOf(run, send.state) },
              run.teller().word('template', send.template),
              recipient(run, send.recipient, names),
              { text: send.id, paint: run.style.dim },
            ]),
          );
          const cut = items.length < total ? [t('cli:list.shown', { shown: items.length, total })] : [];
          return `${table}\n${run.style.dim([...summary, ...cut].join(' · '))}`;
        });
        if (state !== undefined && items[0] !== undefined) {
          run.say(run.style.dim(`→ perennial sends resolve '${items[0].id}' --as-sent | --resend | --drop`));
        }
      });
    },
  },
  {
    path: 'sends resolve',
    where: 'here',
    args: [{ name: 'send' }],
    options: [{ flags: '--as-sent' }, { flags: '--resend' }, { flags: '--drop' }],
    async run(run, input) {
      const resolution = resolutionOf(input.flag('as-sent'), input.flag('resend'), input.flag('drop'));
      const email = run.options.as;
      if (email === undefined) throw UsageError.of('cli.actor_missing');
      await run.withContext(async (context) => {
        const { findActor } = await import('../../operations/find.ts');
        const { resolveSend } = await import('../../workers/resolve-send.ts');
        const person = await findActor(context.db, email);
        const send = await resolveSend(context, input.arg(0), resolution, person.id);
        run.print({ id: send._id, state: send.state, resolution }, () => {
          return `${run.style.good('✓')} ${run.t('cli:sends.resolved', { state: run.t.code('words', `send.${send.state}`) })}`;
        });
      });
    },
  },
];

function recipient(run: Run, to: Send['recipient'], names: ReadonlyMap<string, string>): string {
  return to.kind === 'contact' ? run.t.code('words', `contact.${to.role}`) : (names.get(to.personId) ?? to.personId);
}

function resolutionOf(sent: boolean, resend: boolean, drop: boolean): Resolution {
  const chosen: Resolution[] = [
    ...(sent ? (['sent'] as const) : []),
    ...(resend ? (['resend'] as const) : []),
    ...(drop ? (['drop'] as const) : []),
  ];
  const [only, second] = chosen;
  if (only === undefined) throw UsageError.of('cli.one_of', { first: '--as-sent', second: '--resend / --drop' });
  if (second !== undefined) throw UsageError.of('cli.exclusive', { first: `--${only}`, second: `--${second}` });
  return only;
}

function paintOf(run: Run, state: SendState): (text: string) => string {
  switch (state) {
    case 'sent':
      return run.style.good;
    case 'unknown':
    case 'refused':
      return run.style.bad;
    case 'superseded':
    case 'suppressed':
    case 'cancelled':
      return run.style.dim;
    case 'planned':
    case 'claimed':
    case 'transmitting':
    case 'deferred':
      return run.style.warn;
    default: {
      const never: never = state;
      throw new Error(`unknown state ${String(never)}`);
    }
  }
}
