import { trusted } from 'mongoose';
import { MS_PER_MINUTE, msBetween } from '../../domain/time/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Models } from '../../schemas/connection.ts';
import type { SettingDoc } from '../../schemas/setting.ts';
import { isDuplicateKey } from '../../schemas/transaction.ts';
import type { MailAlarm } from './deps.ts';
import type { ServiceTrouble } from './smtp-errors.ts';

/** Id of the document that says since when mail stands still; lists and health checks may read it. */
export const MAIL_SERVICE = 'mail service';

/** What stands in that document while mail stands still; null in fields while it flows. */
export interface MailServiceState {
  readonly since: Instant | null;
  readonly trouble: ServiceTrouble | null;
  readonly text: string | null;
  readonly alarmed: boolean;
}

const WELL: MailServiceState = { since: null, trouble: null, text: null, alarmed: false };
/** A server that restarts is no alarm. Wrong passwords and certificates do not heal by themselves. */
const UNREACHABLE_ALARM_AFTER = 10 * MS_PER_MINUTE;
/** Well-being is written down at most this often by one process. */
const CHECK_EVERY = MS_PER_MINUTE;

type Settings = Pick<Models, 'settings'>;

export interface MailService {
  /** Takes note of trouble; raises the alarm once for each outage. */
  trouble(trouble: ServiceTrouble, text: string, now: Instant): Promise<void>;
  /** Takes note that a mail went through, or that the server talked sense about one. */
  working(now: Instant): Promise<void>;
}

export function createMailService(db: Settings, alarm: (alarm: MailAlarm) => Promise<void>): MailService {
  let checkedAt: Instant | null = null;
  return {
    async trouble(trouble, text, now) {
      checkedAt = null;
      const since = await markDown(db, trouble, text, now);
      const patient = trouble === 'unreachable' && msBetween(since, now) < UNREACHABLE_ALARM_AFTER;
      if (patient || !(await takeAlarm(db))) return;
      try {
        await alarm({ trouble, text, since });
      } catch (error) {
        await db.settings.updateOne({ _id: MAIL_SERVICE }, { $set: { 'value.alarmed': false } });
        throw error;
      }
    },
    async working(now) {
      if (checkedAt !== null && msBetween(checkedAt, now) < CHECK_EVERY) return;
      checkedAt = now;
      await db.settings.updateOne(
        { _id: MAIL_SERVICE, 'value.since': trusted({ $ne: null }) },
        { $set: { value: WELL } },
      );
    },
  };
}

/** Since when mail stands still; null while it flows. */
export async function readMailService(db: Settings): Promise<MailServiceState> {
  const doc = await db.settings.findById(MAIL_SERVICE).lean<SettingDoc>();
  return doc === null ? WELL : (doc.value as MailServiceState);
}

async function markDown(db: Settings, trouble: ServiceTrouble, text: string, now: Instant): Promise<Instant> {
  const value: MailServiceState = { since: now, trouble, text, alarmed: false };
  await once(() => db.settings.updateOne({ _id: MAIL_SERVICE }, { $setOnInsert: { value: WELL } }, { upsert: true }));
  await db.settings.updateOne({ _id: MAIL_SERVICE, 'value.since': null }, { $set: { value } });
  return (await readMailService(db)).since ?? now;
}

/** True for the one caller that is to raise the alarm. */
async function takeAlarm(db: Settings): Promise<boolean> {
  const taken = await db.settings.updateOne(
    { _id: MAIL_SERVICE, 'value.alarmed': false, 'value.since': trusted({ $ne: null }) },
    { $set: { 'value.alarmed': true } },
  );
  return taken.modifiedCount === 1;
}

/** Two first troubles at the same moment: the rival's document serves as well. */
async function once(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
