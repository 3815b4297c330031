/** A cell that begins with one of these is run as a formula by spreadsheet programs, full-width forms included. */
const FORMULA_START = /^[=+\-@\t\r\0\uff1d\uff0b\uff0d\uff20]/;

const PLAIN_NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * A text as it may stand in a file that a spreadsheet program opens: with an apostrophe before what would be run.
 * A plain number such as -5 stays a number. The import takes the apostrophe off again.
 */
export function escapeFormula(text: string): string {
  return FORMULA_START.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
}
