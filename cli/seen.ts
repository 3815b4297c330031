import type { Told } from '../api/client/caller.ts';
import type * as routes from './reach/routes.ts';

/** What commands show: the answers of the API, from a server and from this process alike. */

export type Renewal = Told<typeof routes.getRenewal>;
export type RenewalItem = Told<typeof routes.listRenewals>['items'][number];
export type ProcessRow = Renewal['rows'][number];
export type Words = Told<typeof routes.renewalWords>;
export type Entry = Told<typeof routes.renewalHistory>['items'][number];
export type Task = Told<typeof routes.renewalTasks>['items'][number];
export type TaskItem = Told<typeof routes.listTasks>['items'][number];
export type Approval = Told<typeof routes.renewalApprovals>['items'][number];
export type Communication = Told<typeof routes.renewalCommunications>['items'][number];
export type Send = Told<typeof routes.renewalSends>['items'][number];
export type Contract = Told<typeof routes.getContract>;
export type Client = Told<typeof routes.getClient>;
export type Person = Told<typeof routes.listPeople>['items'][number];
export type SavePlan = Told<typeof routes.getSavePlan>;
export type Overview = Told<typeof routes.overview>;

/** Everything there is to see of one renewal. */
export interface RenewalPage {
  readonly renewal: Renewal;
  readonly contract: Contract;
  readonly client: Client;
  readonly people: readonly Person[];
  readonly words: Words;
  readonly approvals: readonly Approval[];
  readonly tasks: readonly Task[];
  /** The last ones, the latest first. */
  readonly communications: readonly Communication[];
  readonly sends: readonly Send[];
  /** The last entries, the oldest first. */
  readonly history: readonly Entry[];
}
