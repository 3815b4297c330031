import { localDate } from '../../domain/time/index.ts';
import { seatOf } from '../../domain/renewal/approval.ts';
import type { ApprovalLadder } from '../../domain/playbook/types.ts';
import type { LocalText } from '../../domain/text.ts';
import type { CivilDate, Instant } from '../../domain/time/types.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { Database } from '../../schemas/connection.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { DocumentDoc } from '../../schemas/document.ts';
import type { LinkDoc } from '../../schemas/link.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { Principal } from '../accounts/principal.ts';
import { compileZone } from '../calendars/zone-offsets.ts';
import { pinnedPlaybook } from '../playbook-of.ts';
import { peopleByIds } from '../store/queries.ts';
import { waitingFor } from './approval-link.ts';

/** What somebody has decided in this request. */
export interface Decided {
  readonly decision: 'approve' | 'reject';
  readonly by: string;
  readonly at: Instant;
  readonly note: string;
}

/**
 * Where a request stands for one reader: `open` may be decided; `voted` has the reader's vote; `closed` was decided by
 * others; `outdated` is not asked any more, because the quote has changed or the renewal has ended.
 */
export type ApprovalStand = 'open' | 'voted' | 'closed' | 'outdated';

export interface ApprovalPage {
  readonly approval: ApprovalDoc;
  readonly stand: ApprovalStand;
  /** The vote that the page tells of: the reader's own, else the one that closed the request. */
  readonly decided: Decided | null;
  readonly contract: Pick<ContractDoc, 'number' | 'product' | 'startDate' | 'endDate' | 'amount'> | null;
  readonly renewal: RenewalDoc | null;
  /** All requests on the same revision, in the order in which they were asked. */
  readonly ladder: readonly ApprovalDoc[];
  readonly ruleName: (rule: string) => LocalText;
  readonly nameOf: (id: string) => string;
  /** What is asked of the reader now instead. */
  readonly newer: ApprovalDoc | null;
  /** Today, where the reader is. */
  readonly today: CivilDate;
}

/** Everything that one needs to see before deciding, read anew each time. Null where the request is gone. */
export async function approvalPage(
  db: Database,
  link: Pick<LinkDoc, 'approvalId' | 'used'>,
  { person, standsFor }: Pick<Principal, 'person' | 'standsFor'>,
  now: Instant,
): Promise<ApprovalPage | null> {
  const approval = await db.approvals.findOne({ _id: link.approvalId ?? '' }).lean<ApprovalDoc>();
  if (approval === null) return null;
  const { renewalId, contractId, quote } = approval;
  const [contract, renewal, ladder, newer] = await Promise.all([
    db.contracts.findOne({ _id: contractId }).lean<ContractDoc>(),
    db.renewals.findOne({ _id: renewalId }).lean<RenewalDoc>(),
    db.approvals
      .find({ renewalId, 'quote.revision': quote.revision })
      .sort({ askedAt: 1, _id: 1 })
      .lean<ApprovalDoc[]>(),
    waitingFor(db, renewalId, [person.id, ...standsFor]),
  ]);
  const ids = ladder.flatMap((one) => [
    ...one.people,
    one.requestedBy,
    one.closedBy ?? '',
    ...one.decisions.flatMap((vote) => [vote.by, vote.for ?? '']),
  ]);
  const [people, names] = await Promise.all([peopleByIds(db, [...ids, person.id]), ruleNames(db, renewal)]);
  const year = Number(now.slice(0, 4));
  const decided = decidedBy(approval, link, person.id);
  return {
    approval,
    stand: standOf(approval, decided !== null && decided.by === person.id),
    decided: decided ?? closing(approval),
    contract,
    renewal,
    ladder,
    ruleName: (rule) => names.get(rule) ?? { en: rule, 'zh-CN': rule },
    nameOf: (id) => people.get(id)?.name ?? id,
    newer: newer?._id === approval._id ? null : newer,
    today: localDate(compileZone(person.zone, year, year), now),
  };
}

function standOf({ status }: ApprovalDoc, voted: boolean): ApprovalStand {
  if (voted) return 'voted';
  if (status === 'superseded') return 'outdated';
  return status === 'waiting' ? 'open' : 'closed';
}

/** The reader's vote: as it stands in the books, or as the link has noted it where the books lag behind. */
function decidedBy({ decisions }: ApprovalDoc, { used }: Pick<LinkDoc, 'used'>, personId: string): Decided | null {
  const own = decisions.find((vote) => vote.by === personId || seatOf(vote) === personId);
  if (own !== undefined) return { decision: own.decision, by: own.by, at: own.at, note: own.note };
  if (used === null) return null;
  return { decision: used.what, by: used.by, at: used.at, note: '' };
}

function closing({ status, decisions }: ApprovalDoc): Decided | null {
  const last = decisions.at(-1);
  if (last === undefined || (status !== 'approved' && status !== 'rejected')) return null;
  return { decision: last.decision, by: last.by, at: last.at, note: last.note };
}

/** Names of the rows of the ladder that the renewal's playbook names. */
async function ruleNames(db: Database, renewal: RenewalDoc | null): Promise<ReadonlyMap<string, LocalText>> {
  const playbook = renewal === null ? null : await pinnedPlaybook(db, renewal);
  if (playbook === null) return new Map();
  const doc = await db.documents
    .findOne({ kind: 'ladder', id: playbook.approvals })
    .sort({ version: -1 })
    .lean<DocumentDoc<'ladder'>>();
  const ladder: ApprovalLadder | undefined = doc?.content;
  return new Map((ladder?.rules ?? []).map(({ id, name }) => [id, name]));
}
