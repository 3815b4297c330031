/** Money in integer minor units (分, cents; yen have none) with its ISO 4217 currency. Never a float. */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}
