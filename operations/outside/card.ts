/** A fact as a chat group reads it, before any platform gives it its form. */
export interface Card {
  readonly title: string;
  readonly lines: readonly CardLine[];
  /** Where to go on. */
  readonly link: { readonly label: string; readonly url: string };
  /** Whether somebody should look. */
  readonly urgent: boolean;
}

export interface CardLine {
  readonly label: string;
  readonly value: string;
}

/** Longer values are cut: names of companies are shorter. */
const VALUE = 200;

/** One line, of a length that every platform takes. */
export function cut(text: string, max = VALUE): string {
  const chars = Array.from(text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim());
  return chars.length > max ? `${chars.slice(0, max - 1).join('')}…` : chars.join('');
}

/**
 * The message of a card, of at most so many bytes: the last lines are left out where it would be longer.
 *
 * @param build makes the message of a card
 */
export function fitted(card: Card, bytes: number, build: (card: Card) => unknown): string {
  for (let count = card.lines.length; ; count -= 1) {
    const text = JSON.stringify(build({ ...card, lines: card.lines.slice(0, count) }));
    if (count === 0 || Buffer.byteLength(text) <= bytes) return text;
  }
}

/** Text in which the Markdown of chat platforms finds no link, no mention and no markup: its signs become wide ones. */
export function flat(text: string): string {
  return text.replaceAll(/[[\]<>*`#~|@!\\]/g, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfe_e0));
}
