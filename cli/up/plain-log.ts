import { watchInbox } from '../../embedded/index.ts';
import type { Services } from '../../embedded/index.ts';
import { followHistory } from '../../operations/watch.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { Run } from '../run.ts';
import type { Display } from './bring-up.ts';
import { gatherLeftOut } from './left-out.ts';
import { StoryTeller } from './story-teller.ts';

/**
 * One line for each thing that happens, for logs and scripts. With `--json` each line is an object with
 * `type`: `ready`, `entry`, `mail` or `notice`.
 */
export async function plainLog(
  run: Run,
  context: OperationsContext,
  services: Services,
  edge: { readonly api: string; readonly firstAdministrator: string | null },
): Promise<Display> {
  const { io, t, options } = run;
  const teller = new StoryTeller(run, context);
  const line = (type: string, data: object, text: string): void => {
    io.out(options.json ? `${JSON.stringify({ type, ...data })}\n` : `${text}\n`);
  };
  let telling = Promise.resolve();
  const later = (tell: () => Promise<void>): void => {
    telling = telling.then(tell).catch(() => undefined);
  };
  const leftOut = gatherLeftOut((entries) => {
    later(async () => line('left out', { entries }, await teller.tellLeftOut(entries)));
  });
  const endHistory = followHistory(context.db, (entry) => {
    // A program gets each entry; people get one line for a renewal.
    if (options.json || !leftOut.keeps(entry)) later(async () => line('entry', { entry }, await teller.tell(entry)));
  });
  const endInbox = services.mail.caught
    ? watchInbox(options.dataDir, (mail) =>
        line('mail', { mail }, t('cli:up.mail', { to: mail.to.join(', '), subject: mail.subject })),
      )
    : () => undefined;
  const where = {
    temporal: services.temporal.address,
    ui: services.temporal.uiUrl ?? null,
    mongodb: services.mongo.source === 'url' ? null : services.mongo.uri,
    mail: services.mail.caught ? services.mail.smtpUrl : null,
    dataDir: options.dataDir,
    ...edge,
  };
  line('ready', where, t('cli:up.ready', { ui: services.temporal.uiUrl ?? services.temporal.address }));
  return {
    notice: (text) => line('notice', { text }, text),
    async stop() {
      endInbox();
      await endHistory();
      leftOut.flush();
      await telling;
    },
  };
}
