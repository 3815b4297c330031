import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Teller } from '../../i18n/story.ts';
import { CHANNELS } from '../../domain/renewal/facts.ts';
import type { Channel } from '../../domain/renewal/facts.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { TaskDoc } from '../../schemas/task.ts';
import { act } from '../act.ts';
import type { Acting, Done } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { namesFrom } from '../names.ts';
import type { Run } from '../run.ts';
import { textOrDate } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'log',
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
        const { logCommunication } = await import('../../operations/commands.ts');
        const body = {
          channel: channel satisfies Channel,
          contactId: await contactId(acting, input.text('contact')),
          reached,
          note: input.text('note') ?? '',
          promise,
          nextStep,
        };
        const { context, renewal, stamp } = acting;
        const answer = await logCommunication(context, renewal._id, body, stamp);
        const key = reached ? 'cli:did.log' : 'cli:did.log_no_answer';
        const text = run.t(key, {
          channel: run.t.code('words', `channel.${channel}`),
          contract: renewal.contractNumber,
        });
        return { answer, text, ...(await whatEnded(run, acting, answer)) };
      });
    },
  },
];

/** The stage that a talk with the client has ended, and the tasks that were closed with it. */
async function whatEnded(
  run: Run,
  { context: { db }, renewal }: Acting,
  { stage, phase }: Done['answer'],
): Promise<Required<Pick<Done, 'follows' | 'data'>>> {
  const before = renewal.stage;
  if (before === null || before === stage) return { follows: [], data: {} };
  const { pinnedPlaybook } = await import('../../operations/renewal-page.ts');
  const [playbook, tasks] = await Promise.all([
    pinnedPlaybook(db, renewal),
    db.tasks.find({ renewalId: renewal._id }).lean<TaskDoc[]>(),
  ]);
  const open = new Set(renewal.state.open.tasks);
  const closed = tasks.filter(({ _id, state }) => open.has(_id) && state !== 'open');
  const teller = run.teller(namesFrom(run, { playbook, rows: renewal.view.rows }));
  const { t } = run;
  const named = (state: TaskDoc['state'], key: 'cli:log.done' | 'cli:log.fell_away') => {
    const tasks = closed.filter((task) => task.state === state).map((task) => taskName(teller, task));
    return tasks.length === 0 ? [] : [t(key, { tasks: tasks.join(t('cli:list.comma')) })];
  };
  const ended = { stage: teller.stage(before) };
  return {
    follows: [
      stage === null || phase === 'closed'
        ? t('cli:log.ended.last', ended)
        : t('cli:log.ended', { ...ended, next: teller.stage(stage) }),
      ...named('done', 'cli:log.done'),
      ...named('superseded', 'cli:log.fell_away'),
    ],
    data: { ended: before, closedTasks: closed.map(({ _id, state }) => ({ task: _id, state })) },
  };
}

function taskName(teller: Teller, { kind, step }: TaskDoc): string {
  return kind === 'step' || kind === 'meeting' ? teller.stage(step ?? '') : teller.word('task', kind);
}

/** A contact of the client by id, e-mail, or the beginning of a name that only one has. */
async function contactId({ context, renewal }: Acting, wanted: string | undefined): Promise<string | null> {
  if (wanted === undefined) return null;
  const client = await context.db.clients.findOne({ _id: renewal.clientId }).lean<ClientDoc>();
  const contacts = client?.contacts ?? [];
  const lower = wanted.normalize('NFKC').trim().toLowerCase();
  const exact = contacts.find((contact) => contact.id === wanted || contact.email.toLowerCase() === lower);
  if (exact) return exact.id;
  const named = contacts.filter((contact) => contact.name.toLowerCase().startsWith(lower));
  if (named[0] !== undefined && named.length === 1) return named[0].id;
  const known = (named.length > 0 ? named : contacts).map(({ name, email }) => `${name} <${email}>`).join(', ');
  throw PerennialError.of('cli.contact_unknown', { value: excerpt(wanted), contacts: known || '@none' });
}
