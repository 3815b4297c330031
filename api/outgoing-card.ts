import { OUTGOING } from '../domain/outgoing/index.ts';
import type { Money } from '../domain/money/index.ts';
import { parseInstant } from '../domain/time/index.ts';
import { formats } from '../i18n/format.ts';
import { translator } from '../i18n/index.ts';
import type { TextKey } from '../i18n/index.ts';
import { Teller } from '../i18n/story.ts';
import { teamZone } from '../operations/outside/team-zone.ts';
import type { Card, CardLine } from '../operations/outside/card.ts';
import type { ChannelDoc, DeliveryDoc } from '../schemas/channel.ts';
import type { Database } from '../schemas/connection.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';

/** Who it is about, as the read model says now: what is stored for a channel holds no names. */
export type About = Pick<RenewalDoc, 'clientName' | 'contractNumber' | 'endDate'> | null;

/** Makes cards from what is on its way; the pages that they lead to begin with the address. */
export function cardMaker(db: Database, publicUrl: string) {
  return async ({ locale }: ChannelDoc, delivery: DeliveryDoc): Promise<Card> => {
    const about = delivery.renewalId === null ? null : await aboutOf(db, delivery.renewalId);
    return cardOf(delivery, about, { locale, zone: await teamZone(db), publicUrl });
  };
}

async function aboutOf({ renewals }: Pick<Database, 'renewals'>, id: string): Promise<About> {
  const fields = { clientName: 1, contractNumber: 1, endDate: 1 } as const;
  return renewals.findOne({ _id: id }, fields).lean<NonNullable<About>>();
}

interface Reader {
  readonly locale: ChannelDoc['locale'];
  readonly zone: string;
  readonly publicUrl: string;
}

/** What a chat group reads of a fact. */
export function cardOf(
  { type, renewalId, data }: Pick<DeliveryDoc, 'type' | 'renewalId' | 'data'>,
  about: About,
  { locale, zone, publicUrl }: Reader,
): Card {
  const t = translator(locale);
  const shown = formats(locale, zone);
  const teller = new Teller(t, shown);
  const lines: CardLine[] = [];
  const add = (key: TextKey, value: string | undefined) => {
    if (value !== undefined && value !== '') lines.push({ label: t(key), value });
  };
  const text = (field: string) => (typeof data[field] === 'string' ? data[field] : undefined);
  const word = (field: string, vocabulary: string) => {
    const code = text(field);
    return code === undefined ? undefined : teller.word(vocabulary, code);
  };
  const money = (value: unknown) => (isMoney(value) ? shown.money(value) : undefined);
  add('words:card.client', about?.clientName);
  add('words:card.contract', about?.contractNumber);
  add('words:card.end', about?.endDate == null ? undefined : shown.date(about.endDate));
  const stage = text('stage');
  add('words:card.stage', stage === undefined ? undefined : teller.stage(stage));
  const task = text('task');
  const step = text('step');
  const isStep = task === 'step' || task === 'meeting' || task === 'save action';
  if (task !== undefined) {
    add('words:card.task', isStep && step !== undefined ? teller.stage(step) : teller.word('task', task));
  }
  add('words:card.outcome', word('outcome', type === 'renewal.risk_settled' ? 'save' : 'outcome'));
  add('words:card.cause', word('cause', 'cause'));
  const quote = isRecord(data['quote']) ? data['quote'] : {};
  const discount = quote['discountBasisPoints'];
  add('words:card.quote', typeof quote['number'] === 'string' ? quote['number'] : undefined);
  add('words:card.amount', money(quote['amount']) ?? money(data['amount']) ?? money(data['finalAmount']));
  add('words:card.discount', typeof discount === 'number' ? shown.percent(discount) : undefined);
  add('words:card.decision', type === 'approval.decided' ? word('status', 'state') : undefined);
  add('words:card.blocker', word('blocker', 'blocker'));
  const due = parseInstant(text('dueAt') ?? '');
  add('words:card.due', typeof due === 'string' ? shown.stamp(due) : undefined);
  const path = renewalId === null ? '' : `/renewals/${encodeURIComponent(renewalId)}`;
  return {
    title: OUTGOING[type].title[locale],
    lines,
    link: { label: t('words:card.open'), url: `${publicUrl}${path}` },
    urgent: OUTGOING[type].notable,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMoney(value: unknown): value is Money {
  return isRecord(value) && typeof value['minor'] === 'number' && typeof value['currency'] === 'string';
}
