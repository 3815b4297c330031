import { trusted } from 'mongoose';
import { addMs, MS_PER_HOUR, MS_PER_MINUTE } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Models } from '../../schemas/connection.ts';
import type { Dispatch } from './dispatch.ts';

/** A delivery normally begins within seconds; what stands longer has lost its activity. */
const LATE = 10 * MS_PER_MINUTE;
const PAGE = 500;

/** How far a sweep has come; another attempt goes on from there. */
export interface SweepPlace {
  /** Which of the reasons for being stranded is looked for. */
  readonly pass: number;
  readonly after: string;
  readonly started: number;
}

export interface SweepOptions {
  readonly from?: SweepPlace | null;
  /** Called after each page. */
  readonly onPage?: (place: SweepPlace) => void;
  /** Ids of mails whose delivery runs on the server: they wait rightly. */
  readonly running?: ReadonlySet<string>;
}

/**
 * Puts mails back to work whose activity is gone: it timed out while no worker ran, or the process died
 * between planning and dispatching. A delivery that still runs is left alone, and so is a mail whose next try is
 * ahead. All of them are looked at, page by page: thousands that wait rightly keep none from its turn. Gives how many
 * were started.
 */
export async function sweepSends(
  db: Pick<Models, 'sends'>,
  dispatch: Pick<Dispatch, 'again'>,
  now: Instant,
  { from, onPage, running = new Set() }: SweepOptions = {},
): Promise<number> {
  const passes = stranded(now);
  let place = from ?? { pass: 0, after: '', started: 0 };
  for (let filter = passes[place.pass]; filter !== undefined; filter = passes[place.pass]) {
    const page = await db.sends
      .find({ ...filter, _id: trusted({ $gt: place.after }) }, { _id: 1 })
      .sort({ _id: 1 })
      .limit(PAGE)
      .lean<{ _id: string }[]>();
    const last = page.at(-1);
    if (last === undefined) {
      place = { ...place, pass: place.pass + 1, after: '' };
      continue;
    }
    const lost = page.map((row) => row._id).filter((id) => !running.has(id));
    await dispatch.again(lost);
    place = { ...place, after: last._id, started: place.started + lost.length };
    onPage?.(place);
  }
  return place.started;
}

/** The three ways to be stranded; no mail fits two of them. */
function stranded(now: Instant): readonly Record<string, unknown>[] {
  const late = addMs(now, -LATE);
  const underway = ['planned', 'claimed', 'deferred'];
  return [
    {
      state: trusted({ $in: underway }),
      dueAt: trusted({ $lt: late }),
      $or: [{ nextAttemptAt: null }, { nextAttemptAt: trusted({ $lt: late }) }],
    },
    { state: 'transmitting', transmittingAt: trusted({ $lt: addMs(now, -MS_PER_HOUR) }) },
    {
      // Settled, and nobody was told.
      reported: false,
      state: trusted({ $nin: [...underway, 'transmitting'] }),
      'moves.at': trusted({ $not: { $gte: late } }),
    },
  ];
}
