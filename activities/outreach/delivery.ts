import { ApplicationFailure } from '@temporalio/common';
import { FIRST_YEAR, LAST_YEAR, MS_PER_SECOND, msBetween } from '../../domain/time/index.ts';
import type { Instant, ZoneOffsets } from '../../domain/time/types.ts';
import type { SendDoc, SendReason, SendState } from '../../schemas/send.ts';
import { composeLetter, readTemplate } from './compose.ts';
import { crashpoint } from './crashpoint.ts';
import { decideLate } from './decide-late.ts';
import type { SendWorld } from './decide-late.ts';
import type { OutreachDeps } from './deps.ts';
import { claimOf, claimSend, findSend, isReported, moveClaimed, moveSend } from './ledger.ts';
import type { Move } from './ledger.ts';
import { createMailService } from './mail-service.ts';
import type { MailService } from './mail-service.ts';
import { persistently } from './persistently.ts';
import { readSendWorld } from './read-world.ts';
import { reportSend } from './report.ts';
import { nextTry, SERVICE_DELAY } from './retry-times.ts';
import { takeTurn } from './rivals.ts';
import type { SmtpOutcome } from './smtp-errors.ts';
import { SMTP_PATIENCE, smtpTarget, transmit } from './smtp.ts';
import type { Letter, SmtpTarget } from './smtp.ts';

export interface DeliverResult {
  readonly state: SendState;
  readonly reason: SendReason | null;
}

/** A rival moved the row between two of our steps. */
const SOON = 2 * MS_PER_SECOND;

/**
 * Delivers one mail. It may be started, killed and repeated at any point: the ledger lets each mail out at
 * most once, and what cannot be known becomes `unknown` instead of a second copy.
 *
 * Gives the state where the engine leaves the mail by itself no more. Throws retryable failures that say
 * when to look again: `MailDeferred`, `MailServiceDown`, `MailNotDue`, `MailBusy`.
 */
export class Delivery {
  readonly #deps: OutreachDeps;
  readonly #target: SmtpTarget;
  readonly #service: MailService;
  readonly #zones = new Map<string, ZoneOffsets>();

  constructor(deps: OutreachDeps) {
    this.#deps = deps;
    const target = smtpTarget(deps.mail.smtpUrl);
    this.#target = deps.mail.ca === undefined ? target : { ...target, ca: deps.mail.ca };
    this.#service = createMailService(deps.db, deps.alarm);
  }

  /** @param signal stops the attempt as long as the final dot is held */
  async attempt(sendId: string, signal: AbortSignal): Promise<DeliverResult> {
    const { db } = this.#deps;
    const row = await findSend(db, sendId);
    if (row === null) throw ApplicationFailure.nonRetryable(`no mail ${sendId} in the ledger`, 'MailUnknown');
    if (isReported(row.state)) return this.#finish(row);
    if (row.state === 'transmitting') return this.#doubt(row, signal);
    crashpoint('send.before_claim');
    const claimed = await claimSend(db, sendId, this.#deps.now());
    if (claimed === null) throw later('MailBusy', 'another attempt holds this mail', SOON);
    crashpoint('send.after_claim');
    return this.#deliver(claimed, signal);
  }

  /** An attempt before us may have sent the dot. It may even be alive: it gets its time, and then doubt is stated. */
  async #doubt(row: SendDoc, signal: AbortSignal): Promise<DeliverResult> {
    const { db, mail, now } = this.#deps;
    const patience = mail.doubtAfter ?? (mail.patience ?? SMTP_PATIENCE).whole;
    const rest = patience - msBetween(row.transmittingAt ?? now(), now());
    if (rest > 0) throw later('MailBusy', 'an earlier attempt may still wait for its answer', rest);
    const doubtful = await moveSend(db, row._id, 'transmitting', { to: 'unknown', at: now(), reason: 'no answer' });
    return doubtful === null ? this.attempt(row._id, signal) : this.#finish(doubtful);
  }

  async #deliver(row: SendDoc, signal: AbortSignal): Promise<DeliverResult> {
    const { db, mail, now } = this.#deps;
    const world = await readSendWorld(db, row, (zone) => this.#zoneOf(zone));
    const decision = decideLate(row, world, now());
    switch (decision.kind) {
      case 'settle':
        return this.#settle(row, { to: decision.state, at: now(), reason: decision.reason });
      case 'wait':
        await moveClaimed(db, claimOf(row), {
          to: 'planned',
          at: now(),
          nextAttemptAt: decision.until,
          note: 'not due',
        });
        throw later('MailNotDue', `not before ${decision.until}`, msBetween(now(), decision.until));
      case 'send': {
        const template = await readTemplate(db, row.template);
        const composed = await composeLetter(await this.#linked(row), world, template, mail.fromDomain, now());
        if (composed.ok) return this.#converse(row, world, composed.letter, composed.messageId, signal);
        return this.#settle(row, { to: 'refused', at: now(), reason: composed.reason, note: composed.note });
      }
      default:
        return decision satisfies never;
    }
  }

  /** The mail with the link to what it asks for, which stands in no row of the ledger: it is a secret. */
  async #linked(row: SendDoc): Promise<SendDoc> {
    if (typeof row.context['approvalId'] !== 'string') return row;
    const link = (await this.#deps.approvalLink?.(row)) ?? null;
    const approval = { ...(row.context['approval'] as Readonly<Record<string, unknown>> | undefined), link };
    return { ...row, context: { ...row.context, approval } };
  }

  async #converse(
    row: SendDoc,
    world: SendWorld,
    letter: Letter,
    messageId: string,
    signal: AbortSignal,
  ): Promise<DeliverResult> {
    const { db, mail, now } = this.#deps;
    const outcome = await transmit(this.#target, letter, {
      name: mail.fromDomain,
      ...(mail.patience === undefined ? {} : { patience: mail.patience }),
      signal,
      onConnect: () => crashpoint('send.before_connect'),
      gate: async () => {
        crashpoint('send.before_mark');
        if (signal.aborted) return false;
        const marked = await takeTurn(db, row, world, { to: 'transmitting', at: now(), messageId });
        if (marked) crashpoint('send.after_mark');
        return marked;
      },
    });
    if (outcome.kind === 'sent') crashpoint('send.after_250');
    return this.#record(row, outcome);
  }

  /** Writes down what the conversation came to, and says what happens next. */
  async #record(row: SendDoc, outcome: SmtpOutcome): Promise<DeliverResult> {
    const at = this.#deps.now();
    switch (outcome.kind) {
      case 'sent':
        await this.#settleWith(row, { to: 'sent', at, reason: null, answer: answerOf(outcome, at) });
        await this.#service.working(at);
        return this.#finishNow(row);
      case 'refused': {
        const reason = outcome.badAddress ? 'address refused' : 'mail refused';
        await this.#service.working(at);
        return this.#settle(row, { to: 'refused', at, reason, answer: answerOf(outcome, at) });
      }
      case 'deferred':
        await this.#service.working(at);
        return this.#putOff(row, { answer: answerOf(outcome, at) }, outcome.text, at);
      case 'lost':
        if (!outcome.dotSent) return this.#putOff(row, { note: outcome.text }, outcome.text, at);
        return this.#settle(row, { to: 'unknown', at, reason: 'no answer', note: outcome.text });
      case 'service':
        await moveClaimed(this.#deps.db, claimOf(row), { to: 'planned', at, note: outcome.text });
        await this.#service.trouble(outcome.trouble, outcome.text, at);
        throw later('MailServiceDown', `${outcome.trouble}: ${outcome.text}`, SERVICE_DELAY);
      case 'stale':
        // Whoever took the mail over, or sent another one first, answers for it; this attempt only has to stop.
        throw later('MailBusy', 'the claim or the turn went to another attempt', SOON);
      default:
        return outcome satisfies never;
    }
  }

  /** Later, unless the time is over. */
  async #putOff(row: SendDoc, words: Partial<Move>, text: string, at: Instant): Promise<DeliverResult> {
    const next = nextTry(row, at);
    if (next === null) return this.#settle(row, { to: 'refused', at, reason: 'gave up', counts: true, ...words });
    await this.#settleWith(row, { to: 'deferred', at, nextAttemptAt: next, counts: true, ...words });
    throw later('MailDeferred', text, msBetween(at, next));
  }

  async #settle(row: SendDoc, move: Move): Promise<DeliverResult> {
    await this.#settleWith(row, move);
    return this.#finishNow(row);
  }

  /**
   * What the server answered must not be lost to a short trouble of the database: without this write the mail
   * would end as doubtful. A claim that went stale meanwhile changes nothing here: the row says what became of it.
   */
  async #settleWith(row: SendDoc, move: Move): Promise<void> {
    await persistently(() => moveClaimed(this.#deps.db, claimOf(row), move));
    crashpoint('send.after_record');
  }

  async #finishNow(row: SendDoc): Promise<DeliverResult> {
    const settled = await findSend(this.#deps.db, row._id);
    if (settled === null || !isReported(settled.state)) throw later('MailBusy', 'the mail moved on meanwhile', SOON);
    return this.#finish(settled);
  }

  async #finish(row: SendDoc): Promise<DeliverResult> {
    await reportSend(this.#deps, row);
    return { state: row.state, reason: row.reason };
  }

  #zoneOf(zone: string): ZoneOffsets {
    const known = this.#zones.get(zone) ?? this.#deps.compileZone(zone, FIRST_YEAR, LAST_YEAR);
    this.#zones.set(zone, known);
    return known;
  }
}

function answerOf({ code, text }: { readonly code: number | null; readonly text: string }, at: Instant) {
  return { code, text, at };
}

/** Expected, so it stays out of error logs and counts; the server waits exactly this long. */
function later(type: string, message: string, delayMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nextRetryDelay: Math.max(delayMs, MS_PER_SECOND),
    category: 'BENIGN',
  });
}
