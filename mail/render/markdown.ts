import MarkdownIt from 'markdown-it';
import type { MarkdownIt as Markdown, Token } from 'markdown-it';

/**
 * Values never pass through Markdown: the template's text carries tokens (`U+E000 index U+E001`, private-use
 * characters) in their place, and the values come back, escaped, after the markup has been decided.
 */
const TOKEN = /\uE000(\d+)\uE001/g;

export class ValueStore {
  readonly #values: string[] = [];
  /** Characters of all values together, to be looked at before they are put back. */
  size = 0;
  readonly #links: ReadonlySet<string>;

  /** @param links values that are addresses of ours: they may be the target of a link as they are */
  constructor(links: ReadonlySet<string> = new Set()) {
    this.#links = links;
  }

  /** A value as it may stand in the target of a link: it can be neither a scheme nor a second recipient. */
  inTarget(value: string): string {
    return this.#links.has(value) ? value : encodeURIComponent(value).replaceAll('%40', '@');
  }

  /** Keeps a value and gives the token that stands for it. */
  put(value: string): string {
    this.size += value.length;
    this.#values.push(value);
    return `\uE000${this.#values.length - 1}\uE001`;
  }

  /** Puts the values back, each through `encode`. One pass: what looks like a token inside a value stays as it is. */
  restore(text: string, encode: (value: string) => string): string {
    return text.replace(TOKEN, (_, index: string) => encode(this.#values[Number(index)] ?? ''));
  }
}

/** Takes the token characters out of a text that someone wrote. */
export function withoutTokens(text: string): string {
  return text.replace(/[\uE000\uE001]/g, '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

const LINK_TARGET = /^(?:https?:\/\/|mailto:)[^\s\p{Cc}]+$/iu;

export function isAllowedLink(target: string): boolean {
  return LINK_TARGET.test(target);
}

const STYLES: Readonly<Record<string, string>> = {
  p: 'margin:0 0 16px',
  h1: 'margin:0 0 16px;font-size:20px;line-height:1.4',
  h2: 'margin:24px 0 12px;font-size:18px;line-height:1.4',
  h3: 'margin:24px 0 12px;font-size:16px;line-height:1.4',
  ul: 'margin:0 0 16px;padding:0 0 0 24px',
  ol: 'margin:0 0 16px;padding:0 0 0 24px',
  li: 'margin:0 0 6px',
  blockquote: 'margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid #c4c9d4',
  hr: 'border:0;border-top:1px solid #d5d9e0;margin:24px 0',
  a: 'color:#0b57d0;text-decoration:underline',
};

function createMarkdown(values: ValueStore): Markdown {
  // From nothing, and only what a letter needs: no HTML, pictures, tables or code blocks (four spaces in a template would make one).
  const md = new MarkdownIt('zero', { html: false, linkify: false, breaks: true });
  md.enable(['heading', 'list', 'blockquote', 'hr']);
  md.enable(['emphasis', 'link', 'backticks', 'escape', 'newline', 'entity', 'autolink']);
  const normalize = md.normalizeLink.bind(md);
  md.normalizeLink = (url) => normalize(values.restore(url, (v) => values.inTarget(v)));
  md.normalizeLinkText = (text) => text;
  md.validateLink = isAllowedLink;
  return md;
}

/** The HTML fragment and the plain text of one Markdown source, from one parse. */
export function renderMarkdown(source: string, values: ValueStore): { readonly html: string; readonly text: string } {
  const md = createMarkdown(values);
  const tokens = md.parse(source, {});
  for (const token of tokens.flatMap((t) => [t, ...(t.children ?? [])])) decorate(token);
  const html = values.restore(md.renderer.render(tokens, md.options, {}), (v) =>
    escapeHtml(v).replaceAll('\n', '<br>'),
  );
  const text = values.restore(tidy(plainText(tokens, values)), (v) => v);
  return { html: html.trim(), text: text.trim() };
}

function decorate(token: Token): void {
  if (token.nesting < 0) return;
  // A title would be an attribute with a value in it, where a line break must not become markup.
  token.attrs = token.attrs?.filter(([name]) => name !== 'title') ?? null;
  const style = STYLES[token.tag];
  if (style !== undefined) token.attrSet('style', style);
  if (token.tag === 'a') token.attrSet('class', 'link');
}

/** Lists of tokens to text: blocks apart by an empty line, "- " and "1. " for lists, "label (target)" for links. */
function plainText(tokens: readonly Token[], values: ValueStore): string {
  let out = '';
  let quoted = 0;
  const lists: { next: number | null }[] = [];
  for (const token of tokens) {
    switch (token.type) {
      case 'inline':
        out += '> '.repeat(quoted) + inlineText(token.children ?? [], values);
        break;
      case 'bullet_list_open':
        lists.push({ next: null });
        break;
      case 'ordered_list_open':
        lists.push({ next: Number(token.attrGet('start') ?? 1) });
        break;
      case 'bullet_list_close':
      case 'ordered_list_close':
        lists.pop();
        if (lists.length === 0) out += '\n';
        break;
      case 'list_item_open': {
        const list = lists.at(-1);
        out += '  '.repeat(lists.length - 1) + (list === undefined || list.next === null ? '- ' : `${list.next++}. `);
        break;
      }
      case 'paragraph_close':
      case 'heading_close':
        out += lists.length > 0 ? '\n' : '\n\n';
        break;
      case 'blockquote_open':
        quoted += 1;
        break;
      case 'blockquote_close':
        quoted -= 1;
        break;
      case 'hr':
        out += '----\n\n';
        break;
      default:
        break;
    }
  }
  return out;
}

function inlineText(tokens: readonly Token[], values: ValueStore): string {
  let out = '';
  let target = '';
  let labelFrom = 0;
  for (const token of tokens) {
    if (token.type === 'link_open') {
      target = String(token.attrGet('href') ?? '');
      labelFrom = out.length;
    } else if (token.type === 'link_close') {
      const shown = target.replace(/^mailto:/i, '');
      const label = values.restore(out.slice(labelFrom), (v) => v);
      if (label !== shown && label !== target) out += ` (${shown})`;
    } else if (token.type === 'softbreak' || token.type === 'hardbreak') {
      out += '\n';
    } else {
      out += token.content;
    }
  }
  return out;
}

function tidy(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines.join('\n').replace(/\n{3,}/g, '\n\n');
}
