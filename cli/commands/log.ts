import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { CHANNELS } from '../../domain/renewal/facts.ts';
import type { Channel } from '../../domain/renewal/facts.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import { act } from '../act.ts';
import type { Acting } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { textOrDate } from '../values.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'log',
    args: [{ name: 'renewal' }],
    options: [
      { flags: '--channel <channel>', required: true, choices: CHANNELS },
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
        return { answer, text };
      });
    },
  },
];

/** A contact of the client by id or e-mail. */
async function contactId({ context, renewal }: Acting, wanted: string | undefined): Promise<string | null> {
  if (wanted === undefined) return null;
  const client = await context.db.clients.findOne({ _id: renewal.clientId }).lean<ClientDoc>();
  const contacts = client?.contacts ?? [];
  const lower = wanted.toLowerCase();
  const found = contacts.find((contact) => contact.id === wanted || contact.email.toLowerCase() === lower);
  if (found) return found.id;
  const known = contacts.map((contact) => contact.email).join(', ');
  throw PerennialError.of('cli.contact_unknown', { value: excerpt(wanted), contacts: known });
}
