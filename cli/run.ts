import type { OperationsContext } from '../operations/context.ts';
import type { Names } from '../i18n/story.ts';
import { Teller } from '../i18n/story.ts';
import { formats } from '../i18n/format.ts';
import type { Formats } from '../i18n/format.ts';
import { translator } from '../i18n/index.ts';
import type { Translator } from '../i18n/index.ts';
import type { Locale } from '../domain/text.ts';
import type { CivilDate } from '../domain/time/types.ts';
import type { Problem } from '../domain/errors/index.ts';
import { problemJson, renderProblem, UsageError } from './failure.ts';
import type { ProblemJson } from './failure.ts';
import type { CliIo } from './io.ts';
import { styleFor } from './output/style.ts';
import type { Style } from './output/style.ts';
import { renderTable } from './output/table.ts';
import type { Cell, Column } from './output/table.ts';
import { fold } from './output/width.ts';
import type { Reach } from './reach/reach.ts';

export interface RunOptions {
  readonly locale: Locale;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly as: string | undefined;
  readonly dataDir: string;
  /** Address of a server; undefined where this machine's services are meant. */
  readonly server?: string | undefined;
  /** File with its token, `-` for standard input. */
  readonly tokenFile?: string | undefined;
}

/** One command being carried out: its outside, its language, and how it speaks. */
export class Run {
  readonly io: CliIo;
  readonly options: RunOptions;
  readonly t: Translator;
  readonly formats: Formats;
  /** Colours of standard output. */
  readonly style: Style;

  constructor(io: CliIo, options: RunOptions) {
    this.io = io;
    this.options = options;
    this.t = translator(options.locale);
    this.formats = formats(options.locale, io.zone);
    this.style = styleFor(io, 'out');
  }

  get width(): number {
    return Math.max(24, this.io.columns);
  }

  get today(): CivilDate {
    return this.formats.day(this.io.now());
  }

  teller(names?: Names): Teller {
    return new Teller(this.t, this.formats, names);
  }

  /**
   * Data: the value itself with `--json`, else what `render` makes of it.
   *
   * @param whole for what is copied or read by a program: its lines are never broken
   */
  print<T>(value: T, render: (value: T) => string, whole = false): void {
    const rendered = this.options.json ? JSON.stringify(value, null, 2) : render(value);
    // A window breaks long lines anywhere; a pipe gets each line whole.
    const text = this.io.tty.out && !this.options.json && !whole ? fold(rendered, this.width) : rendered;
    if (text !== '') this.io.out(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Talk: goes to standard error, and nowhere with `--quiet` or `--json`. */
  say(text: string): void {
    if (this.options.quiet || this.options.json) return;
    this.io.err(`${this.io.tty.err ? fold(text, this.width) : text}\n`);
  }

  /** A table in the window's width. A pipe has none: what a script reads is never cut. */
  table(columns: readonly Column[], rows: readonly (readonly (Cell | string)[])[], boxed = false): string {
    const endless = !boxed && !this.io.tty.out;
    return renderTable(columns, rows, { width: endless ? Infinity : this.width, style: this.style, boxed });
  }

  /** Problems as `--json` shows them. */
  problems(list: readonly Problem[]): readonly ProblemJson[] {
    return list.map((p) => problemJson(p, this.options.locale, this.io.zone));
  }

  /** Warnings beside a result, on standard error. */
  warn(list: readonly Problem[]): void {
    this.tell(this.problems(list));
  }

  /** The same for what is in words already. */
  tell(list: readonly ProblemJson[]): void {
    for (const one of list) this.say(this.finding(one));
  }

  /** Something wrong or doubtful, with its place and remedy. */
  finding(one: ProblemJson): string {
    return renderProblem(one, this.io, this.options.locale);
  }

  /** Hands over what a command works through to look: the server that was named, else the services of this machine. */
  async reach<T>(work: (reach: Reach) => Promise<T>): Promise<T> {
    const { server } = this.options;
    if (server !== undefined) return work(await this.#there(server));
    return this.withContext(async (context) => {
      const { reachHere } = await import('./reach/here.ts');
      return work(await reachHere(this, context, null));
    });
  }

  /** The same for one who acts. Throws `cli.actor_missing` where nobody says who that is. */
  async reachActing<T>(work: (reach: Reach) => Promise<T>): Promise<T> {
    const { as: email, server } = this.options;
    if (server !== undefined) return work(await this.#there(server));
    // Said before anything is opened: it is the mistake that is made most.
    if (email === undefined) throw UsageError.of('cli.actor_missing');
    return this.withContext(async (context) => {
      const [{ findActor }, { reachHere }] = await Promise.all([
        import('../operations/find.ts'),
        import('./reach/here.ts'),
      ]);
      return work(await reachHere(this, context, await findActor(context.db, email)));
    });
  }

  async #there(server: string): Promise<Reach> {
    const { reachServer } = await import('./reach/there.ts');
    return reachServer(this, server);
  }

  /** Opens database and services, hands them to `work`, and closes them whatever happens. */
  async withContext<T>(work: (context: OperationsContext) => Promise<T>): Promise<T> {
    const [{ openContext }, { unavailable }] = await Promise.all([
      import('../operations/context.ts'),
      import('../operations/unavailable.ts'),
    ]);
    const context = await openContext({ env: this.io.env, dataDir: this.options.dataDir, as: this.options.as });
    try {
      return await work(context);
    } catch (error) {
      // What went away while the command ran is told with its address.
      throw unavailable(error, context.config) ?? error;
    } finally {
      await context.close();
    }
  }
}
