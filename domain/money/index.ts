export { CURRENCIES, minorDigits, parseCurrency } from './currencies.ts';
export {
  addMoney,
  compareMoney,
  discountBasisPoints,
  discounted,
  formatMoney,
  MAX_MINOR,
  money,
  moneyDigits,
  subtractMoney,
} from './money.ts';
export { parseMoney } from './parse.ts';
export type { MoneyCell, MoneyOptions } from './parse.ts';
export type { Money } from './types.ts';
