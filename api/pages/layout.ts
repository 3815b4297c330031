import type { FastifyReply } from 'fastify';
import type { Locale } from '../../domain/text.ts';
import { translator } from '../../i18n/index.ts';
import { html } from './markup.ts';
import type { Content, Markup } from './markup.ts';
import { STYLE_PATH } from './style.ts';

/** Our own stylesheet and forms that go to ourselves; no script, no frame, nothing from elsewhere. */
const SECURITY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const ICON_PATH = '/pages/icon.svg';
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b57d0"/><path d="M16 7a9 9 0 1 1-8.5 6M7 6.5V13h6.5" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

export interface Page {
  readonly locale: Locale;
  readonly title: string;
  readonly body: Content;
  /** 200 where left out. */
  readonly status?: number;
  /** Who reads it, where somebody is signed in. */
  readonly reader?: string;
  /** Path of a script of our own. */
  readonly script?: string;
}

/** Sends a whole page. Nobody keeps it: what it shows belongs to one reader at one time. */
export function sendPage(reply: FastifyReply, page: Page): FastifyReply {
  const scripts = page.script === undefined ? '' : "; script-src 'self'";
  return reply
    .status(page.status ?? 200)
    .header('content-security-policy', `${SECURITY}${scripts}`)
    .header('x-robots-tag', 'noindex, nofollow')
    .header('vary', 'accept-language')
    .type('text/html; charset=utf-8')
    .send(documentOf(page).text);
}

function documentOf({ locale, title, body, reader, script }: Page): Markup {
  const t = translator(locale);
  return html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Perennial</title>
        <link rel="icon" href="${ICON_PATH}" type="image/svg+xml" />
        <link rel="stylesheet" href="${STYLE_PATH}" />
        ${script !== undefined && html`<script src="${script}" defer></script>`}
      </head>
      <body>
        <div class="page">
          <p class="brand">
            <strong>Perennial</strong>
            ${reader !== undefined && html`<span>${t('pages:signed_in_as', { name: reader })}</span>`}
          </p>
          <main>
            <h1>${title}</h1>
            ${body}
          </main>
        </div>
      </body>
    </html> `;
}

/** A table of two columns: what it is, and its value. Rows without a value are left out. */
export function facts(rows: readonly (readonly [name: string, value: Content])[]): Markup {
  const known = rows.filter(([, value]) => value !== null && value !== '');
  return html`<dl>
    ${known.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

/** Something that the reader should see before anything else. */
export function note(kind: 'bad' | 'good' | 'plain', ...lines: readonly Content[]): Markup {
  return html`<div class="note ${kind}" ${kind === 'bad' && html`role="alert"`}>
    ${lines.map((line) => html`<p>${line}</p>`)}
  </div>`;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly type?: 'text' | 'email' | 'password';
  readonly value?: string;
  readonly autocomplete?: string;
  readonly required?: boolean;
  readonly maxLength?: number;
  /** Several lines. */
  readonly long?: boolean;
  /** Ids must differ where one page has several forms. */
  readonly id?: string;
}

export function field(of: Field): Markup {
  const { name, label, hint, type = 'text', value = '', autocomplete = 'off', maxLength = 320, id = name } = of;
  const required = of.required !== false && html`required`;
  const described = hint !== undefined && html`aria-describedby="${id}-hint"`;
  const box =
    of.long === true
      ? html`<textarea id="${id}" name="${name}" maxlength="${maxLength}" ${required} ${described}>${value}</textarea>`
      : html`<input
          id="${id}"
          name="${name}"
          type="${type}"
          value="${value}"
          autocomplete="${autocomplete}"
          maxlength="${maxLength}"
          ${required}
          ${described}
        />`;
  return html`<label for="${id}">${label}</label>${
      hint !== undefined && html`<p class="hint" id="${id}-hint">${hint}</p>`
    }${box}`;
}

export function hidden(name: string, value: string): Markup {
  return html`<input type="hidden" name="${name}" value="${value}" />`;
}

export function choice(
  name: string,
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
): Markup {
  return html`<label for="${name}">${label}</label>
    <select id="${name}" name="${name}" required>
      ${options.map(
        ([value, text]) => html`<option value="${value}" ${value === chosen && html`selected`}>${text}</option>`,
      )}
    </select>`;
}
