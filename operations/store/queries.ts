/** Everything that edges read. Rows are plain objects as the collections hold them; instants and dates are ISO texts. */
export { PAGE_LIMIT, PAGE_LIMIT_MAX } from './cursor.ts';
export type { Page } from './cursor.ts';
export { history, lastEffects, verifyHistory } from './history.ts';
export type { VerifiedHistory } from './history.ts';
export { findPerson, listPeople, peopleByIds, personByEmail } from './people-queries.ts';
export { countRenewals, findRenewal, listRenewals, listStalled, nextWakes, overdueWakes } from './renewal-queries.ts';
export type { Counts, PageRequest, RenewalFilters, RenewalListRequest } from './renewal-queries.ts';
export {
  communicationsOf,
  communicationsPage,
  countSends,
  listApprovals,
  listSends,
  listTasks,
  ofPerson,
  ownWork,
  playbooksByKeys,
  taskDueDates,
  tasksFor,
  workOf,
  workOfRole,
} from './work-queries.ts';
export { RENEWAL_SORTS } from './renewal-sorts.ts';
export type { RenewalSort } from './renewal-sorts.ts';
export { SEND_STATES } from './send-states.ts';
export { clientsByIds, listClients, listContracts, pageOfPeople } from './record-queries.ts';
export type { ClientFilters, ContractFilters, PersonFilters } from './record-queries.ts';
export type { ApprovalFilters, SendFilters, TaskCondition, TaskFilters } from './work-queries.ts';
