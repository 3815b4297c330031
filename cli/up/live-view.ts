import { readInbox, watchInbox } from '../../embedded/index.ts';
import type { Services } from '../../embedded/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { followHistory, overview } from '../../operations/watch.ts';
import { cropLine } from '../output/width.ts';
import type { Run } from '../run.ts';
import type { Display } from './bring-up.ts';
import { frame } from './frame.ts';
import { StoryTeller } from './story-teller.ts';

const REFRESH_MS = 2000;
/** Many things at once are shown once. */
const SETTLE_MS = 150;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/** The terminal view: redrawn in place when something happens, and every two seconds for the clock. */
export async function liveView(
  run: Run,
  context: OperationsContext,
  services: Services,
  api: string,
): Promise<Display> {
  const { io } = run;
  const teller = new StoryTeller(run, context);
  const notices: string[] = [];
  let drawn: readonly string[] = [];
  let mails = services.mail.caught ? (await readInbox(run.options.dataDir)).length : 0;
  let ended = false;
  let drawing = Promise.resolve();
  let pending: NodeJS.Timeout | undefined;

  const draw = async (): Promise<void> => {
    if (ended) return;
    const seen = await overview(context.db, io.now());
    const story = await Promise.all(seen.effects.map((entry) => teller.tell(entry)));
    const lines = frame(run, { seen, story, services, api, mails, notices: notices.slice(-2) });
    if (ended) return;
    drawn = paint(run, drawn, lines);
  };
  const redraw = (): void => {
    pending = undefined;
    drawing = drawing.then(draw).catch(() => undefined);
  };
  const soon = (): void => {
    pending ??= setTimeout(redraw, SETTLE_MS);
  };

  io.out(HIDE_CURSOR);
  const endHistory = followHistory(context.db, soon);
  const endInbox = services.mail.caught
    ? watchInbox(run.options.dataDir, () => {
        mails += 1;
        soon();
      })
    : () => undefined;
  const clock = setInterval(soon, REFRESH_MS);
  redraw();
  return {
    notice(text) {
      notices.push(text);
      soon();
    },
    async stop() {
      ended = true;
      clearInterval(clock);
      clearTimeout(pending);
      endInbox();
      await endHistory();
      await drawing;
      io.out(SHOW_CURSOR);
    },
  };
}

/** Writes over what was drawn before; what does not fit the window is left out, for it could not be overwritten. */
function paint(run: Run, before: readonly string[], lines: readonly string[]): readonly string[] {
  const { io } = run;
  const fitting = lines.slice(0, Math.max(5, io.rows() - 1)).map((line) => cropLine(line, run.width));
  const up = before.length === 0 ? '' : `\u001b[${before.length}A\r`;
  io.out(`${up}${fitting.map((line) => `${line}\u001b[K\n`).join('')}\u001b[0J`);
  return fitting;
}
