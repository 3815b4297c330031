/**
 * Where a mail stands. `claimed`: an attempt works on it. `transmitting`: its final dot may be out.
 * `deferred`: the server said "later". `unknown`: nobody can say whether it arrived, a person or the policy settles it.
 */
export const SEND_STATES = [
  'planned',
  'claimed',
  'transmitting',
  'sent',
  'refused',
  'deferred',
  'unknown',
  'superseded',
  'suppressed',
  'cancelled',
] as const;
export type SendState = (typeof SEND_STATES)[number];
