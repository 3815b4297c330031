import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Problem } from '../../domain/errors/index.ts';
import type { Command, CommandKind, Event, EventKind, Fact } from '../../domain/renewal/facts.ts';
import type { Outcome, RenewalState } from '../../domain/renewal/state.ts';
import type { RenewalView } from '../../domain/renewal/view.ts';

export const RENEWAL_WORKFLOW = 'renewal';

/** `renewal:<contract>:<term>`: one term has at most one renewal. */
export function renewalId(contractId: string, term: number): string {
  return `renewal:${contractId}:${term}`;
}

/** The inverse of {@link renewalId}; undefined for any other text. */
export function parseRenewalId(id: string): { contractId: string; term: number } | undefined {
  const match = /^renewal:([^:]+):(\d+)$/.exec(id);
  return match?.[1] !== undefined && match[2] !== undefined
    ? { contractId: match[1], term: Number(match[2]) }
    : undefined;
}

export interface RenewalInput {
  readonly renewalId: string;
  readonly contractId: string;
  readonly term: number;
  /** Carried over continue-as-new, with facts not judged yet. */
  readonly carried?: { readonly state: RenewalState; readonly queue: readonly Fact[] };
}

export interface RenewalResult {
  readonly renewalId: string;
  readonly outcome: Outcome;
}

/** What a command's sender is told once the core has judged it. */
export type CommandAnswer =
  | { readonly accepted: true; readonly repeated: boolean; readonly phase: string; readonly stage: string | null }
  | { readonly accepted: false; readonly problem: Problem };

type CommandOf<K extends CommandKind> = Extract<Command, { kind: K }>;
type EventOf<K extends EventKind> = Extract<Event, { kind: K }>;
const update = <K extends CommandKind>(name: string) => defineUpdate<CommandAnswer, [CommandOf<K>]>(name);
const signal = <K extends EventKind>(name: string) => defineSignal<[EventOf<K>]>(name);

/**
 * Commands of people are updates: the sender learns whether the command was taken, and of two rival
 * commands the second is refused with the reason.
 */
export const commands: { readonly [K in CommandKind]: ReturnType<typeof update<K>> } = {
  'quote issued': update('issueQuote'),
  'quote accepted': update('acceptQuote'),
  'quote declined': update('declineQuote'),
  'approval decided': update('decideApproval'),
  'step completed': update('completeStep'),
  'step skipped': update('skipStep'),
  'step redone': update('redoStep'),
  paused: update('pause'),
  resumed: update('resume'),
  'dates amended': update('amendDates'),
  cancelled: update('cancel'),
  'communication logged': update('logCommunication'),
  'invoice issued': update('issueInvoice'),
  'payment received': update('receivePayment'),
  'risk flagged': update('flagRisk'),
};

/** What machines tell is signalled: it is taken even while no worker runs. */
export const events: { readonly [K in EventKind]: ReturnType<typeof signal<K>> } = {
  'reply received': signal('recordReply'),
  'meeting booked': signal('recordMeeting'),
  'opted out of mail': signal('recordOptOut'),
  'mail bounced': signal('recordBounce'),
  'mail refused': signal('recordRefusal'),
  'mail settled': signal('recordSettled'),
  'notice given': signal('recordNotice'),
  'health scored': signal('recordHealth'),
  'usage dropped': signal('recordUsageDrop'),
  'sponsor left': signal('recordSponsorLeft'),
  'complaint opened': signal('recordComplaintOpened'),
  'complaint closed': signal('recordComplaintClosed'),
  'save plan opened': signal('recordSavePlanOpened'),
  'save plan closed': signal('recordSavePlanClosed'),
  'world changed': signal('lookAgain'),
};

export const stateQuery = defineQuery<RenewalState>('state');
export const viewQuery = defineQuery<RenewalView | null>('view');
