import { listed } from '../../api/client/caller.ts';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Teller } from '../../i18n/story.ts';
import { CHANNELS } from '../../domain/renewal/facts.ts';
import { act } from '../act.ts';
import type { Acting, Done } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { namesFrom } from '../names.ts';
import type { Run } from '../run.ts';
import type { Task } from '../seen.ts';
import { textOrDate } from '../values.ts';

/** More tasks than that no renewal has open. */
const OPEN_MAX = 1000;

export const commands: readonly CommandSpec[] = [
  {
    path: 'log',
    where: 'both',
    args: [{ name: 'renewal' }],
    options: [
      { flags: '--channel <channel>', required: true, choices: CHANNELS, vocabulary: 'channel' },
      { flags: '--no-answer' },
      { flags: '--note <text>' },
      { flags: '--contact <id>' },
      { flags: '--promise <text>' },
      { flags: '--next <text>' },
    ],
    async run(run, input) {
      const channel = CHANNELS.find((known) => known === input.text('channel')) ?? 'call';
      const reached = !input.flag('no-answer');
      const promise = textOrDate(input.text('promise'), '--promise');
      const nextStep = textOrDate(input.text('next'), '--next');
      await act(run, input.arg(0), async (acting) => {
        const { reach, renewal, params } = acting;
        const body = {
          channel,
          contactId: await contactId(acting, input.text('contact')),
          reached,
          note: input.text('note') ?? '',
          promise,
          nextStep,
        };
        const { items: open } = await reach.call(reach.routes.renewalTasks, { params });
        const answer = await reach.call(reach.routes.logCommunication, { params, body }, acting.key);
        const said = reached ? 'cli:did.log' : 'cli:did.log_no_answer';
        const text = run.t(said, {
          channel: run.t.code('words', `channel.${channel}`),
          contract: renewal.contractNumber,
        });
        return { answer, text, ...(await whatEnded(run, acting, answer, open)) };
      });
    },
  },
];

/** The stage that a talk with the client has ended, and the tasks that were closed with it. */
async function whatEnded(
  run: Run,
  { reach, renewal, params }: Acting,
  { stage, phase }: Done['answer'],
  open: readonly Pick<Task, 'id'>[],
): Promise<Required<Pick<Done, 'follows' | 'data'>>> {
  const before = renewal.stage;
  if (before === null || before === stage) return { follows: [], data: {} };
  const ended = (state: 'done' | 'superseded') =>
    listed(OPEN_MAX, (page) =>
      reach.call(reach.routes.listTasks, { query: { for: 'team', renewalId: renewal.id, state, ...page } }),
    );
  const [words, done, superseded] = await Promise.all([
    reach.call(reach.routes.renewalWords, { params }),
    ended('done'),
    ended('superseded'),
  ]);
  const closed = [...done.items, ...superseded.items].filter(({ id }) => open.some((task) => task.id === id));
  const teller = run.teller(namesFrom(run, { words, rows: renewal.rows }));
  const { t } = run;
  const named = (state: 'done' | 'superseded', key: 'cli:log.done' | 'cli:log.fell_away') => {
    const tasks = closed.filter((task) => task.state === state).map((task) => taskName(teller, task));
    return tasks.length === 0 ? [] : [t(key, { tasks: tasks.join(t('cli:list.comma')) })];
  };
  const what = { stage: teller.stage(before) };
  return {
    follows: [
      stage === null || phase === 'closed'
        ? t('cli:log.ended.last', what)
        : t('cli:log.ended', { ...what, next: teller.stage(stage) }),
      ...named('done', 'cli:log.done'),
      ...named('superseded', 'cli:log.fell_away'),
    ],
    data: { ended: before, closedTasks: closed.map(({ id, state }) => ({ task: id, state })) },
  };
}

function taskName(teller: Teller, { kind, step }: Pick<Task, 'kind' | 'step'>): string {
  return kind === 'step' || kind === 'meeting' ? teller.stage(step ?? '') : teller.word('task', kind);
}

/** A contact of the client by id, e-mail, or the beginning of a name that only one has. */
async function contactId({ reach, renewal }: Acting, wanted: string | undefined): Promise<string | null> {
  if (wanted === undefined) return null;
  const { contacts } = await reach.client(renewal.clientId);
  const lower = wanted.normalize('NFKC').trim().toLowerCase();
  const exact = contacts.find((contact) => contact.id === wanted || contact.email.toLowerCase() === lower);
  if (exact) return exact.id;
  const named = contacts.filter((contact) => contact.name.toLowerCase().startsWith(lower));
  if (named[0] !== undefined && named.length === 1) return named[0].id;
  const known = (named.length > 0 ? named : contacts).map(({ name, email }) => `${name} <${email}>`).join(', ');
  throw PerennialError.of('cli.contact_unknown', { value: excerpt(wanted), contacts: known || '@none' });
}
