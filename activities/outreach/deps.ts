import type { Event } from '../../domain/renewal/facts.ts';
import type { Instant, ZoneOffsets } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { SendDoc } from '../../schemas/send.ts';
import type { ClientKeys } from '../../schemas/sealing.ts';
import type { ServiceTrouble } from './smtp-errors.ts';
import type { SmtpPatience } from './smtp.ts';

/** Trouble that stops all mail; raised once for each outage. */
export interface MailAlarm {
  readonly trouble: ServiceTrouble;
  /** The mail server's words, or the error of the connection. */
  readonly text: string;
  readonly since: Instant;
}

export interface OutreachDeps {
  readonly db: Database;
  readonly keys: ClientKeys;
  readonly mail: {
    /** A checked SMTP_URL. */
    readonly smtpUrl: string;
    readonly fromDomain: string;
    readonly patience?: SmtpPatience;
    /** PEM of an authority to trust besides the known ones. */
    readonly ca?: string;
    /**
     * How long after the dot an attempt may still be alive somewhere, in milliseconds; the whole patience where
     * left out. A second attempt waits that long before it calls a mail doubtful.
     */
    readonly doubtAfter?: number;
  };
  /** The offset changes of a zone from one year to another, both included. */
  readonly compileZone: (zone: string, fromYear: number, toYear: number) => ZoneOffsets;
  /** Tells the renewal; resolves too where it is closed. May be called twice with one event. */
  readonly signalRenewal: (renewalId: string, event: Event) => Promise<void>;
  /**
   * The address under which the reader of a mail may decide what it asks for; null where there is none. Asked again for
   * the same mail it is the same one.
   */
  readonly approvalLink?: (row: SendDoc) => Promise<string | null>;
  readonly alarm: (alarm: MailAlarm) => Promise<void>;
  readonly now: () => Instant;
}
