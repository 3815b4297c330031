import { excerpt, problem } from '../../../domain/errors/index.ts';
import { minorDigits, parseCurrency, parseMoney } from '../../../domain/money/index.ts';
import type { Money } from '../../../domain/money/index.ts';
import type { ContractField } from '../fields.ts';
import type { ImportSettings } from '../settings.ts';
import type { RowCells } from './row-cells.ts';

/** The currency of a row: its own column, else the header's, else the company's. */
export function readCurrency(
  cells: RowCells<ContractField>,
  field: 'amount' | 'target',
  settings: ImportSettings,
): string | undefined {
  const unit = cells.column(field)?.unit;
  const text = cells.raw('currency');
  if (text !== undefined) {
    const code = parseCurrency(CURRENCY_WORDS[text] ?? text);
    if (typeof code !== 'string') {
      // Both amounts ask for it; it is one fault of the row.
      return cells.isWrong('currency') ? undefined : cells.fail('currency', code.problem);
    }
    // 万元 says a magnitude more than a currency: 万元 with USD beside it is ten thousand dollars.
    const named = unit?.currency;
    if (named !== undefined && named !== code && named !== 'CNY' && !cells.isWrong('currency')) {
      return cells.fail('currency', problem('currency.conflict', { header: named, value: code }));
    }
    return code;
  }
  if (cells.isWrong('currency')) return undefined;
  if (unit?.currency === undefined) return settings.currency;
  const code = parseCurrency(unit.currency);
  return typeof code === 'string' ? code : cells.fail(field, code.problem);
}

/** Names that mean exactly one currency. Signs and RMB do not: they are refused with a hint. */
const CURRENCY_WORDS: Readonly<Record<string, string>> = {
  人民币: 'CNY',
  美元: 'USD',
  欧元: 'EUR',
  英镑: 'GBP',
  日元: 'JPY',
  港币: 'HKD',
  港元: 'HKD',
};

/** The amount in a column, in the unit that its header names. */
export function readAmount(
  cells: RowCells<ContractField>,
  field: 'amount' | 'target',
  settings: ImportSettings,
): Money | undefined {
  const text = cells.raw(field);
  if (text === undefined) return undefined;
  const currency = readCurrency(cells, field, settings);
  if (currency === undefined) {
    if (cells.isWrong('currency') || cells.isWrong(field)) return undefined;
    return cells.fail(field, problem('currency.missing', { value: excerpt(text) }));
  }
  // A number cell has a decimal point whatever the language of the table.
  const decimal = cells.isNumberCell(field) ? '.' : (settings.decimal ?? '.');
  const power = cells.column(field)?.unit.power ?? 0;
  const shifted = power === 0 ? text : shift(text, power, decimal);
  if (shifted === undefined) {
    const scale = minorDigits(currency);
    return cells.fail(field, problem('money.format', { value: excerpt(text), scale, example: '120.5' }));
  }
  const read = parseMoney(shifted, currency, { decimal: power === 0 ? decimal : '.' });
  if (!read.ok) {
    return cells.fail(field, problem(read.problem.code, { ...read.problem.params, value: excerpt(text) }));
  }
  for (const note of read.notes) cells.warn(field, note.code, note.params);
  return read.value;
}

/** A plain or grouped decimal times ten to the power, exactly, as text with a decimal point. */
function shift(text: string, power: number, decimal: '.' | ','): string | undefined {
  // The unit of the header may stand behind the number once more; another one would be read wrong.
  const unit = { 3: '千', 4: '万', 8: '亿' }[power] ?? '';
  const plain = text
    .normalize('NFKC')
    .trim()
    .replace(new RegExp(`\\s*${unit}?元?$`), '');
  const [group, point] = decimal === '.' ? [',', '\\.'] : ['\\.', ','];
  const shape = new RegExp(`^(\\d+|\\d{1,3}(?:${group}\\d{3})+)(?:${point}(\\d+))?$`).exec(plain);
  if (!shape) return undefined;
  const whole = (shape[1] ?? '').replace(/\D/g, '');
  const decimals = (shape[2] ?? '').padEnd(power, '0');
  const rest = decimals.slice(power).replace(/0+$/, '');
  const digits = (whole + decimals.slice(0, power)).replace(/^0+(?=\d)/, '');
  return rest === '' ? digits : `${digits}.${rest}`;
}
