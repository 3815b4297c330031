import type { ErrorEntry } from './entry.ts';
import { apiCodes } from './codes/api.ts';
import { accessCodes } from './codes/access.ts';
import { auditCodes } from './codes/audit.ts';
import { eventCodes } from './codes/events.ts';
import { cliCodes } from './codes/cli.ts';
import { remoteCodes } from './codes/remote.ts';
import { timeCodes } from './codes/time.ts';
import { calendarCodes } from './codes/calendar.ts';
import { historyCodes } from './codes/history.ts';
import { importCodes } from './codes/import.ts';
import { importRowCodes } from './codes/import-rows.ts';
import { mailCodes } from './codes/mail.ts';
import { mailInCodes } from './codes/mail-in.ts';
import { documentCodes } from './codes/documents.ts';
import { expressionCodes } from './codes/expressions.ts';
import { playbookCodes } from './codes/playbook.ts';
import { linkCodes } from './codes/links.ts';
import { moneyCodes } from './codes/money.ts';
import { renewalCodes } from './codes/renewal.ts';
import { servicesCodes } from './codes/services.ts';
import { outreachCodes } from './codes/outreach.ts';
import { outsideCodes } from './codes/outside.ts';
import { recordCodes } from './codes/records.ts';

/** Every error code a person can meet, from the area files beside this one. Codes are stable: they are never renamed. */
export const ERROR_TABLE = {
  ...cliCodes,
  ...remoteCodes,
  ...apiCodes,
  ...accessCodes,
  ...auditCodes,
  ...eventCodes,
  ...timeCodes,
  ...calendarCodes,
  ...historyCodes,
  ...importCodes,
  ...importRowCodes,
  ...mailCodes,
  ...mailInCodes,
  ...documentCodes,
  ...expressionCodes,
  ...playbookCodes,
  ...linkCodes,
  ...moneyCodes,
  ...renewalCodes,
  ...servicesCodes,
  ...outreachCodes,
  ...outsideCodes,
  ...recordCodes,
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_TABLE;
