import { defineSearchAttributeKey } from '@temporalio/common';

/**
 * Typed search attributes of a renewal, at most 3 datetimes and 10 keywords (what SQL visibility holds).
 * They stand in the clear on the server: ids, codes and dates only, never names or addresses.
 */
export const SEARCH_ATTRIBUTES = Object.freeze({
  client: defineSearchAttributeKey('RenewalClient', 'KEYWORD'),
  owner: defineSearchAttributeKey('RenewalOwner', 'KEYWORD'),
  stage: defineSearchAttributeKey('RenewalStage', 'KEYWORD'),
  phase: defineSearchAttributeKey('RenewalPhase', 'KEYWORD'),
  tier: defineSearchAttributeKey('RenewalTier', 'KEYWORD'),
  playbook: defineSearchAttributeKey('RenewalPlaybook', 'KEYWORD'),
  amountBand: defineSearchAttributeKey('RenewalAmountBand', 'KEYWORD'),
  contractEnd: defineSearchAttributeKey('ContractEnd', 'DATETIME'),
  noticeDeadline: defineSearchAttributeKey('NoticeDeadline', 'DATETIME'),
  nextAction: defineSearchAttributeKey('NextAction', 'DATETIME'),
});
