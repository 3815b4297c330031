import { PerennialError, problem, warning } from '../../domain/errors/index.ts';
import type { Place, Problem } from '../../domain/errors/index.ts';
import type { MailTemplate } from '../../domain/playbook/types.ts';
import type { Locale } from '../../domain/text.ts';
import { isVariable } from '../model.ts';
import type { MailModel, VariablePath } from '../model.ts';
import { htmlDocument } from './layout.ts';
import { LiquidFault, readLiquid, renderLiquid, unknownVariable } from './liquid.ts';
import type { LiquidText } from './liquid.ts';
import { escapeHtml, renderMarkdown, ValueStore, withoutTokens } from './markdown.ts';
import { toScope } from './scope.ts';
import type { Scope } from './scope.ts';

/** Longest subject, in characters as people count them. */
export const SUBJECT_LIMIT = 200;
/** Largest mail, HTML and text together, in bytes. */
export const MAIL_LIMIT = 1_000_000;

export interface RenderedMail {
  /** One line, never empty, at most {@link SUBJECT_LIMIT} characters. */
  readonly subject: string;
  readonly text: string;
  /** A whole HTML document in the recipient's language. */
  readonly html: string;
  /** `subject.cut` where the subject was too long; the mail may go out all the same. */
  readonly warnings: readonly Problem[];
}

/**
 * Renders one mail for one reader. Pure: the same data give the same mail.
 *
 * Throws PerennialError where the mail must be held: `template.missing_value` (one problem for each value
 * that the template reads and that is not known), `subject.empty`, `mail.empty`, `mail.too_large`; or
 * where the template itself is wrong: `template.syntax`, `template.unknown_variable`,
 * `template.tag_forbidden`, `template.limit`.
 */
export function renderMail(template: MailTemplate, model: MailModel, locale: Locale): RenderedMail {
  const run = new Run(template, model, locale);
  const subject = run.subject();
  const { source, values } = run.text('body');
  const body = renderMarkdown(source, values);
  if (body.text === '') throw PerennialError.of('mail.empty', { template: template.id });
  const footer = footerText(run.scope, locale);
  const html = htmlDocument({ locale, title: subject.text, body: body.html, footer: escapeHtml(footer) });
  const text = footer === '' ? `${body.text}\n` : `${body.text}\n\n--\n${footer}\n`;
  if (bytes(html) + bytes(text) > MAIL_LIMIT) throw run.tooLarge();
  return { subject: subject.text, text, html, warnings: subject.warnings };
}

class Run {
  readonly scope: Scope;
  readonly #template: MailTemplate;
  readonly #locale: Locale;
  readonly #links: ReadonlySet<string>;
  readonly #texts: Readonly<Record<'subject' | 'body', LiquidText>>;

  constructor(template: MailTemplate, model: MailModel, locale: Locale) {
    this.#template = template;
    this.#locale = locale;
    const { scope, known, links } = toScope(model, locale);
    this.scope = scope;
    this.#links = links;
    this.#texts = { subject: this.#read('subject'), body: this.#read('body') };
    const problems = Object.values(this.#texts).flatMap((text) => this.#faults(text, known));
    if (problems.length > 0) throw new PerennialError(unique(problems));
  }

  #place(part: 'subject' | 'body'): Place {
    return { file: this.#template.id, field: `${part}.${this.#locale}` };
  }

  #read(part: 'subject' | 'body'): LiquidText {
    try {
      return readLiquid(withoutTokens(this.#template[part][this.#locale]), this.#place(part));
    } catch (error) {
      throw error instanceof LiquidFault ? new PerennialError([error.problem]) : error;
    }
  }

  /**
   * Decided before rendering, because a comparison with a missing number is silently false in Liquid: the
   * mail would be complete and say the wrong thing.
   */
  #faults(text: LiquidText, known: ReadonlySet<string>): Problem[] {
    return text.reads.flatMap(({ path, source }) => {
      if (path === null || !isVariable(path)) return [unknownVariable(source, {})];
      return known.has(path) || text.optional.has(path) ? [] : [this.#missing(path)];
    });
  }

  #missing(path: VariablePath): Problem {
    return problem('template.missing_value', { template: this.#template.id, name: path });
  }

  /** The text with tokens in it, and the values they stand for: a loop over a long value is noticed before it is put together. */
  text(part: 'subject' | 'body'): { readonly source: string; readonly values: ValueStore } {
    const values = new ValueStore(this.#links);
    const source = this.#render(part, values);
    if (source.length + values.size > MAIL_LIMIT) throw this.tooLarge();
    return { source, values };
  }

  #render(part: 'subject' | 'body', values: ValueStore): string {
    try {
      return renderLiquid(this.#texts[part], this.scope, this.#locale, (value) => values.put(value));
    } catch (error) {
      if (!(error instanceof LiquidFault)) throw error;
      const { variable } = error;
      const held = variable !== undefined && isVariable(variable) ? this.#missing(variable) : error.problem;
      throw new PerennialError([{ ...held, place: { ...this.#place(part), ...held.place } }]);
    }
  }

  subject(): { readonly text: string; readonly warnings: readonly Problem[] } {
    const { source, values } = this.text('subject');
    const line = values
      .restore(source, (v) => v)
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim();
    if (line === '') throw PerennialError.of('subject.empty', { template: this.#template.id });
    const text = cut(line, this.#locale);
    if (text === line) return { text, warnings: [] };
    return { text, warnings: [warning('subject.cut', { template: this.#template.id, limit: SUBJECT_LIMIT })] };
  }

  tooLarge(): PerennialError {
    return PerennialError.of('mail.too_large', { template: this.#template.id, limit: MAIL_LIMIT });
  }
}

/** At most {@link SUBJECT_LIMIT} characters, an ellipsis included; reads no further than that. */
function cut(line: string, locale: Locale): string {
  let count = 0;
  let end = 0;
  for (const { index } of new Intl.Segmenter(locale).segment(line)) {
    count += 1;
    if (count === SUBJECT_LIMIT) end = index;
    if (count > SUBJECT_LIMIT) return `${line.slice(0, end).trimEnd()}…`;
  }
  return line;
}

/** The contract's number and who wrote it, as far as they are known, and nothing else. */
function footerText(scope: Scope, locale: Locale): string {
  const number = scope.contract?.number;
  const owner = scope.owner?.name;
  const email = scope.owner?.email;
  const contract = number === undefined ? [] : [locale === 'zh-CN' ? `合同编号：${number}` : `Contract ${number}`];
  const writer = owner === undefined ? [] : [email === undefined ? `${owner}` : `${owner} <${email}>`];
  return [...contract, ...writer].join(' · ').replaceAll('\n', ' ');
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((p) => [JSON.stringify([p.code, p.params]), p])).values()];
}

const encoder = new TextEncoder();
function bytes(text: string): number {
  return encoder.encode(text).length;
}
