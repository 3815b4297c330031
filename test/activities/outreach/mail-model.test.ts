import test from 'ava';
import type { SendWorld } from '../../../activities/outreach/decide-late.ts';
import { mailModel } from '../../../activities/outreach/mail-model.ts';
import { addMs, civilDate, MS_PER_DAY, wallTime } from '../../../domain/time/index.ts';
import { renderMail } from '../../../mail/render/render.ts';
import { loadShippedTemplates } from '../../../mail/templates.ts';
import type { SendDoc } from '../../../schemas/send.ts';
import { CLIENT, CONTRACT, PEOPLE, PLAIN_CALENDAR, PLAYBOOK, SHANGHAI } from '../../helpers/world.ts';
import { introduction, NOW, RENEWAL_ROW } from './outreach-world.ts';

const state = RENEWAL_ROW.state;

/** Everything that can be known of a renewal: a quote is out, an invoice is open, a notice date is agreed. */
const WORLD: SendWorld = {
  contract: { ...CONTRACT, noticeDate: civilDate('2027-04-30') },
  client: CLIENT,
  owner: PEOPLE['li'] ?? null,
  person: null,
  renewal: {
    ...RENEWAL_ROW,
    state: {
      ...state,
      quote: {
        number: 'Q-1',
        revision: 1,
        amount: { minor: 10_200_000, currency: 'CNY' },
        listAmount: { minor: 12_000_000, currency: 'CNY' },
        discountBasisPoints: 1500,
        termMonths: 12,
        validUntil: civilDate('2027-03-01'),
        issuedAt: NOW,
        issuedBy: 'li',
        approvedAt: NOW,
        rejectedAt: null,
        declinedAt: null,
        expiredAt: null,
        acceptedAt: null,
      },
      invoice: { number: 'F-1', amount: CONTRACT.amount, dueDate: civilDate('2027-01-25'), at: NOW },
    },
  },
  playbook: PLAYBOOK,
  calendar: PLAIN_CALENDAR,
  zone: SHANGHAI,
  heardAt: null,
  quoteTermMonths: 24,
  rivals: [],
};

const { id, reason: _reason, ...planned } = introduction();
const ROW: SendDoc = {
  ...planned,
  _id: id,
  meeting: {
    date: civilDate('2027-02-10'),
    time: wallTime('10:00'),
    minutes: 30,
    startsAt: addMs(NOW, 9 * MS_PER_DAY),
  },
  plannedAt: NOW,
  reason: null,
  fence: 1,
  tries: 0,
  firstTriedAt: NOW,
  nextAttemptAt: null,
  transmittingAt: null,
  settledAt: null,
  messageId: null,
  answer: null,
  reported: true,
  moves: [],
};

for (const template of loadShippedTemplates().filter(({ audience }) => audience === 'client')) {
  test(`the shipped template ${template.id} can be filled from what delivery knows`, (t) => {
    for (const locale of ['en', 'zh-CN'] as const) {
      t.notThrows(() => renderMail(template, mailModel(ROW, WORLD, 'Zoe', NOW), locale));
    }
  });
}

test('values count from today at the reader, and the quote is the one in force', (t) => {
  const model = mailModel(ROW, WORLD, 'Zoe', NOW);
  t.like(model.contract, { daysUntilEnd: 119, daysUntilNotice: 88 });
  t.like(model.quote, { discountPercent: 15, termMonths: 24 });
  t.is(model.invoice?.daysLate, 7);
});

test('what was fixed when the mail was planned wins over the world', (t) => {
  const context = { quote: { number: 'Q-0' }, task: { name: 'Call' }, stage: 'contact' };
  const model = mailModel({ ...ROW, context }, WORLD, 'Zoe', NOW);
  t.like(model.quote, { number: 'Q-0', termMonths: 24 });
  t.like(model.task, { name: 'Call' });
});
