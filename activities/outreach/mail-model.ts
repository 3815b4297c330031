import { daysBetween, localDate } from '../../domain/time/index.ts';
import type { Instant, ZoneOffsets } from '../../domain/time/types.ts';
import type { MailModel } from '../../mail/model.ts';
import type { SendDoc } from '../../schemas/send.ts';
import type { SendWorld } from './decide-late.ts';

/**
 * What the template may read: the world as it is now, and over it what was fixed when the mail was planned
 * (a task, an escalation, the quote that an approver decides on).
 */
export function mailModel(row: SendDoc, world: SendWorld, readerName: string, now: Instant): MailModel {
  const { contract, client, owner, renewal } = world;
  const today = localDate(world.zone ?? UTC, now);
  const state = renewal?.state ?? null;
  const base: Loose = {
    recipient: { name: readerName },
    client: { name: client?.name ?? null },
    contract: contract && {
      number: contract.number,
      product: contract.product,
      startDate: contract.startDate,
      endDate: contract.endDate,
      daysUntilEnd: contract.endDate && daysBetween(today, contract.endDate),
      noticeDate: contract.noticeDate,
      daysUntilNotice: contract.noticeDate && daysBetween(today, contract.noticeDate),
      amount: contract.amount,
    },
    renewal: { id: row.renewalId, stage: stageName(world) },
    owner: owner && { name: owner.name, email: owner.email },
    quote: state?.quote && {
      number: state.quote.number,
      amount: state.quote.amount,
      listAmount: state.quote.listAmount,
      discountPercent: state.quote.discountBasisPoints / 100,
      termMonths: world.quoteTermMonths,
      validUntil: state.quote.validUntil,
    },
    invoice: state?.invoice && {
      number: state.invoice.number,
      amount: state.invoice.amount,
      dueDate: state.invoice.dueDate,
      daysLate: daysBetween(state.invoice.dueDate, today),
    },
    meeting: row.meeting && {
      date: row.meeting.date,
      time: row.meeting.time,
      minutes: row.meeting.minutes,
    },
  };
  return overlay(base, row.context);
}

/** Groups may be null here: they are then left out, and a template that reads them says what is missing. */
type Loose = { readonly [G in keyof MailModel]: MailModel[G] | null | undefined };

const UTC: ZoneOffsets = {
  zone: 'UTC' as ZoneOffsets['zone'],
  changes: [{ from: '2000-01-01T00:00:00.000Z' as Instant, minutes: 0 }],
  source: 'fixed',
};

function stageName({ renewal, playbook }: SendWorld) {
  return playbook?.stages.find((stage) => stage.id === renewal?.stage)?.name ?? null;
}

function overlay(base: Loose, context: SendDoc['context']): MailModel {
  const model: Record<string, Record<string, unknown>> = {};
  for (const layer of [base, context] as const) {
    for (const [group, fields] of Object.entries(layer)) {
      if (typeof fields === 'object' && fields !== null) model[group] = { ...model[group], ...fields };
    }
  }
  return model;
}
