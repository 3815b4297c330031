import test from 'ava';
import ICAL from 'ical.js';
import { PerennialError } from '../../domain/errors/index.ts';
import { instant } from '../../domain/time/index.ts';
import { calendarInvite } from '../../mail/calendar-invite.ts';
import type { MeetingInvitation } from '../../mail/calendar-invite.ts';

const MEETING: MeetingInvitation = {
  method: 'REQUEST',
  effectId: 'renewal:C-1:2/contact/kick-off/1/mail/decision-maker',
  sequence: 0,
  startsAt: instant('2026-11-10T02:00:00.000Z'),
  minutes: 45,
  now: instant('2026-11-01T01:02:03.000Z'),
  organizer: { name: '李娜', email: 'li.na@example.com' },
  attendee: { name: '陈静', email: 'chen.jing@example.org', locale: 'zh-CN' },
  contract: { number: 'HT-2025-0188', product: '团队协作平台' },
  domain: 'mail.example.com',
};

function parse(meeting: MeetingInvitation) {
  const part = calendarInvite(meeting);
  const calendar = new ICAL.Component(ICAL.parse(part.content) as unknown[]);
  const [event, ...others] = calendar.getAllSubcomponents('vevent');
  if (event === undefined || others.length > 0) throw new Error('one event expected');
  const text = (name: string) => String(event.getFirstPropertyValue(name) ?? '');
  return { part, calendar, event, text };
}

test('the invitation read back says when, who and what, in the reader’s language', (t) => {
  const { part, calendar, event, text } = parse(MEETING);
  t.is(part.filename, 'invite.ics');
  t.is(calendar.getFirstPropertyValue('method'), 'REQUEST');
  t.is(text('summary'), '续费沟通：团队协作平台（合同编号：HT-2025-0188）');
  t.is(text('sequence'), '0');
  t.is(text('status'), 'CONFIRMED');
  t.is(text('organizer'), 'mailto:li.na@example.com');
  t.is(text('attendee').toLowerCase(), 'mailto:chen.jing@example.org');
  t.is(event.getFirstProperty('organizer')?.getFirstParameter('cn'), '李娜');
  t.is(event.getFirstProperty('attendee')?.getFirstParameter('cn'), '陈静');
  t.is(event.getFirstProperty('attendee')?.getFirstParameter('rsvp'), 'TRUE');
  t.is(event.getFirstProperty('attendee')?.getFirstParameter('partstat'), 'NEEDS-ACTION');
  t.is(
    parse({ ...MEETING, attendee: { ...MEETING.attendee, locale: 'en' } }).text('summary'),
    'Renewal meeting: 团队协作平台 (contract HT-2025-0188)',
  );
});

test('times are UTC instants, whatever zone the process runs in', (t) => {
  const { part } = parse(MEETING);
  t.regex(part.content, /\r\nDTSTART:20261110T020000Z\r\n/);
  t.regex(part.content, /\r\nDTEND:20261110T024500Z\r\n/);
  t.regex(part.content, /\r\nDTSTAMP:20261101T010203Z\r\n/);
  t.notRegex(part.content, /TZID|VTIMEZONE/);
});

test('a cancellation takes out the same meeting: same UID, higher sequence', (t) => {
  const invited = parse(MEETING);
  const cancelled = parse({ ...MEETING, method: 'CANCEL', sequence: 1, now: instant('2026-11-05T00:00:00.000Z') });
  t.is(cancelled.part.filename, 'cancel.ics');
  t.is(cancelled.calendar.getFirstPropertyValue('method'), 'CANCEL');
  t.is(cancelled.text('status'), 'CANCELLED');
  t.is(cancelled.text('sequence'), '1');
  t.is(cancelled.text('uid'), invited.text('uid'));
  t.regex(invited.text('uid'), /^[0-9a-f]{40}@mail\.example\.com$/);
  t.not(parse({ ...MEETING, effectId: 'another' }).text('uid'), invited.text('uid'));
});

test('the same meeting always gives the same bytes, in lines of at most 75', (t) => {
  const long = { ...MEETING, contract: { ...MEETING.contract, product: '协作'.repeat(60) } };
  t.is(calendarInvite(long).content, calendarInvite(long).content);
  for (const line of calendarInvite(long).content.split('\r\n')) t.true(Buffer.byteLength(line) <= 75, line);
  t.is(parse(long).text('summary'), `续费沟通：${headOf('协作'.repeat(60))}（合同编号：HT-2025-0188）`);
});

function headOf(product: string): string {
  return Array.from(product).slice(0, 100).join('');
}

test('hostile names and products add no line to the calendar', (t) => {
  const evil = 'x"\r\nATTENDEE:mailto:evil@example.net\r\n;:,\\';
  const { calendar, event, text } = parse({
    ...MEETING,
    organizer: { ...MEETING.organizer, name: evil },
    attendee: { ...MEETING.attendee, name: evil },
    contract: { number: evil, product: evil },
  });
  t.is(event.getAllProperties('attendee').length, 1);
  t.is(calendar.getAllSubcomponents().length, 1);
  t.is(event.getFirstProperty('organizer')?.getFirstParameter('cn'), "x' ATTENDEE:mailto:evil@example.net ;:,\\");
  t.true(text('summary').includes('x" ATTENDEE:mailto:evil@example.net ;:,\\'));
});

test('an address that is none never gets into an invitation', (t) => {
  t.throws(() => calendarInvite({ ...MEETING, attendee: { ...MEETING.attendee, email: 'a@b.de\r\nX:y' } }), {
    instanceOf: PerennialError,
  });
});
