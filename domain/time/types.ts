declare const brand: unique symbol;

/** An instant: canonical ISO text in UTC, `YYYY-MM-DDTHH:mm:ss.sssZ`. Two instants compare with `<`. */
export type Instant = string & { readonly [brand]: 'Instant' };

/** A civil date without time or zone, `YYYY-MM-DD`, from 2000-01-01 to 2100-12-31. Two dates compare with `<`. */
export type CivilDate = string & { readonly [brand]: 'CivilDate' };

/** A wall-clock time of day, `HH:mm`, 00:00 to 23:59 (and 24:00 where it ends a day). */
export type WallTime = string & { readonly [brand]: 'WallTime' };

/** An IANA time zone id, for example `Asia/Shanghai`. */
export type ZoneId = string & { readonly [brand]: 'ZoneId' };

/**
 * The offset changes of one zone as data, oldest first: from `from` on, local time is UTC + `minutes`.
 * The first row holds for all earlier instants too. Compiled outside the core, so that a decision
 * never depends on the time-zone tables of the machine that takes it.
 */
export interface ZoneOffsets {
  readonly zone: ZoneId;
  readonly changes: readonly { readonly from: Instant; readonly minutes: number }[];
  /** tzdata version that the rows came from, for example `2026b`; `unknown` where the runtime does not say. */
  readonly source: string;
}
