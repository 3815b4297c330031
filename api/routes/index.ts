import type { BoundRoute } from '../call.ts';
import { absenceRoutes } from './absences.ts';
import { accountRoutes } from './accounts.ts';
import { calendarRoutes } from './calendars.ts';
import { commandRoutes } from './commands.ts';
import { auditExportRoutes } from './audit-export.ts';
import { liveRoutes } from './live.ts';
import { oidcRoutes } from './oidc.ts';
import { renewalRoutes } from './renewals.ts';
import { serviceRoutes } from './service.ts';
import { sessionRoutes } from './session.ts';
import { bulkRoutes } from './bulk.ts';
import { clientRoutes } from './clients.ts';
import { contractRecordRoutes } from './contract-records.ts';
import { peopleRoutes } from './people.ts';
import { playbookRoutes } from './playbooks.ts';
import { tableRoutes } from './tables.ts';
import { importRoutes } from './imports.ts';
import { quoteRoutes } from './quotes.ts';
import { savePlanListRoutes } from './save-plan-list.ts';
import { eventRoutes } from './events.ts';
import { mailRoutes } from './mails.ts';
import { channelRoutes } from './channels.ts';
import { linkRoutes } from './links.ts';
import { sourceRoutes } from './sources.ts';
import { lookupRoutes } from './lookup.ts';
import { savePlanRoutes } from './save-plans.ts';
import { toldRoutes } from './told.ts';
import { workRoutes } from './work.ts';

/** Every route of the API. One that is not here does not exist: documentation and tests walk this list. */
export const ROUTES: readonly BoundRoute[] = [
  ...serviceRoutes,
  ...sessionRoutes,
  ...oidcRoutes,
  ...accountRoutes,
  ...absenceRoutes,
  ...liveRoutes,
  ...auditExportRoutes,
  ...renewalRoutes,
  ...commandRoutes,
  ...workRoutes,
  ...lookupRoutes,
  ...toldRoutes,
  ...savePlanRoutes,
  ...clientRoutes,
  ...contractRecordRoutes,
  ...peopleRoutes,
  ...bulkRoutes,
  ...quoteRoutes,
  ...importRoutes,
  ...tableRoutes,
  ...savePlanListRoutes,
  ...playbookRoutes,
  ...calendarRoutes,
  ...eventRoutes,
  ...sourceRoutes,
  ...mailRoutes,
  ...channelRoutes,
  ...linkRoutes,
];
