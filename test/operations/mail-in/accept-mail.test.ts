import anyTest from 'ava';
import type { TestFn } from 'ava';
import { PerennialError } from '../../../domain/errors/index.ts';
import { eraseClient } from '../../../operations/erase-client.ts';
import { discardEvent, retryEvent } from '../../../operations/events/inbox.ts';
import { assignMail } from '../../../operations/mail-in/assign.ts';
import { withMongo } from '../../activities/store-world.ts';
import type { MongoContext } from '../../activities/store-world.ts';
import { RENEWAL } from '../../helpers/world.ts';
import { deliveryReport, letter, otherReport } from '../../mail/incoming/write-mail.ts';
import type { Letter } from '../../mail/incoming/write-mail.ts';
import { INTRODUCTION, mailWorld, NOW, renewal, sent } from './mail-world.ts';

const test = (anyTest as TestFn<MongoContext>).serial;
withMongo(anyTest as TestFn<MongoContext>);

const zoe: Letter = { from: 'Zoe <zoe@example.org>', answers: INTRODUCTION, text: 'Please send the quote.' };
const check = () => {
  throw new Error('a mail is never mapped');
};

test('an answer reaches the renewal whose mail it answers, with what was written and by whom', async (t) => {
  const world = await mailWorld(t);
  t.is(await world.accept(letter(zoe)), 'told');
  await world.drain();
  const [event] = await world.stored();
  t.like(event, { source: 'mail', type: 'reply.received', state: 'told', renewals: [RENEWAL], foreignType: 'reply' });
  t.deepEqual(event?.data, { contactId: 'con_1', summary: 'Please send the quote.\n– Zoe' });
  t.is(event?.note?.words, '', 'the renewal has the words');
  t.is(world.core.state.repliedAt, event?.occurredAt ?? null);
});

test('an answer from another address to our mail is an answer, of nobody we know', async (t) => {
  const world = await mailWorld(t);
  t.is(await world.accept(letter({ ...zoe, from: 'Assistant <assistant@elsewhere.example.net>' })), 'told');
  const [event] = await world.stored();
  t.deepEqual(event?.data, { summary: 'Please send the quote.\n– Assistant' });
});

test('the same mail again, by whatever way, is a duplicate; another of the same id from somebody else is not', async (t) => {
  const world = await mailWorld(t);
  t.is(await world.accept(letter(zoe)), 'told');
  t.is(await world.accept(letter(zoe), 'src_1'), 'duplicate');
  t.is(await world.accept(letter({ ...zoe, headers: { 'X-Way': 'another' } })), 'duplicate');
  t.is(await world.accept(letter({ ...zoe, from: 'Bo <bo@example.org>' })), 'told');
  t.is(await world.db.inbox.countDocuments(), 2);
});

test('mails that come at the same moment by two ways count once', async (t) => {
  const world = await mailWorld(t);
  const fates = await Promise.all(['imap', 'src_1', 'imap', 'src_2'].map((via) => world.accept(letter(zoe), via)));
  t.deepEqual(fates.toSorted(), ['duplicate', 'duplicate', 'duplicate', 'told']);
});

test('an out-of-office note and other mail of machines are kept and tell nothing', async (t) => {
  const world = await mailWorld(t);
  t.is(await world.accept(letter({ ...zoe, headers: { 'Auto-Submitted': 'auto-replied' } })), 'kept');
  t.is(await world.accept(letter({ ...zoe, messageId: '<2@x.example>', headers: { Precedence: 'bulk' } })), 'kept');
  await world.drain();
  t.is(world.core.state.repliedAt, null);
  const codes = (await world.stored()).map(({ problem, state }) => `${state} ${problem?.code}`);
  t.deepEqual(codes.toSorted(), ['ignored mail.automatic', 'ignored mail.out_of_office']);
});

test('a mail of the team, a copy of ours, and an answer to a mail to the team are no word of the client', async (t) => {
  const world = await mailWorld(t);
  const internal = await sent(world.db, {
    _id: 'internal/1',
    audience: 'team',
    recipient: { kind: 'person', personId: 'li' },
  });
  const li = (await world.db.people.findOne({ _id: 'li' }).lean())?.email ?? '';
  const own = [
    letter({ ...zoe, from: `Li <${li.toUpperCase()}>` }),
    letter({ from: 'somebody@example.com', messageId: INTRODUCTION, text: 'hello' }),
    letter({ ...zoe, answers: internal, messageId: '<3@x.example>' }),
  ];
  for (const raw of own) t.is(await world.accept(raw), 'kept');
  const codes = (await world.stored()).map(({ problem }) => String(problem?.code));
  t.deepEqual(codes.toSorted(), ['mail.own', 'mail.own', 'mail.to_team']);
});

test('a permanent failure silences the contact whose mail it was; a delay does not', async (t) => {
  const world = await mailWorld(t);
  const about = { about: INTRODUCTION, recipient: 'zoe@example.org' };
  t.is(
    await world.accept(deliveryReport({ ...about, action: 'delayed', status: '4.4.1' }, { messageId: '<d@mx>' })),
    'kept',
  );
  await world.drain();
  t.deepEqual(world.core.state.silenced, {});
  t.is(await world.accept(deliveryReport({ ...about, diagnostic: '550 5.1.1 No such user' })), 'told');
  await world.drain();
  t.deepEqual(Object.keys(world.core.state.silenced), ['con_1/bounce']);
  const event = (await world.stored()).find(({ type }) => type === 'mail.bounced');
  t.like(event?.data, { contactId: 'con_1', reason: '550 5.1.1 No such user' });
});

test('a report finds its mail by the id of the envelope alone', async (t) => {
  const world = await mailWorld(t);
  const envelopeId = INTRODUCTION.slice(1, INTRODUCTION.indexOf('@'));
  t.is(await world.accept(deliveryReport({ original: 'none', envelopeId })), 'told');
});

test('a report that names no mail of ours is believed by nobody, and waits for a person', async (t) => {
  const world = await mailWorld(t);
  t.is(
    await world.accept(deliveryReport({ about: '<invented@example.net>', recipient: 'zoe@example.org' })),
    'waiting',
  );
  const complaint = otherReport('feedback-report', ['Feedback-Type: abuse', 'Original-Rcpt-To: zoe@example.org']);
  t.is(await world.accept(complaint), 'waiting');
  await world.drain();
  t.deepEqual(world.core.state.silenced, {});
});

test('a failure to somebody on the team, and one without a word against the address, wait for a person', async (t) => {
  const world = await mailWorld(t);
  const about = await sent(world.db, { _id: 'in/1', audience: 'team', recipient: { kind: 'person', personId: 'li' } });
  t.is(await world.accept(deliveryReport({ about }, { messageId: '<t@mx>' })), 'waiting');
  t.is(await world.accept(deliveryReport({ about: INTRODUCTION, status: '4.4.7' })), 'waiting');
  const [first, second] = (await world.stored()).toSorted((a, b) =>
    (a.problem?.code ?? '') < (b.problem?.code ?? '') ? -1 : 1,
  );
  t.is(first?.problem?.code, 'mail.team_bounce');
  t.is(second?.problem?.code, 'mail.undelivered');
  t.is(second?.note?.renewalId, RENEWAL);
});

test('F55: a complaint opts the reader of that mail out', async (t) => {
  const world = await mailWorld(t);
  const raw = otherReport('feedback-report', ['Feedback-Type: abuse']).toString('utf8');
  t.is(await world.accept(Buffer.from(raw.replace(/<[0-9a-f]{40}@[^>]*>/, INTRODUCTION))), 'told');
  await world.drain();
  t.deepEqual(Object.keys(world.core.state.silenced), ['con_1/opted out']);
});

test('the wish for no more mail opts out whoever wrote it; from a strange address, whoever the mail went to', async (t) => {
  const world = await mailWorld(t);
  t.is(await world.accept(letter({ ...zoe, from: 'bo@example.org', text: '退订' })), 'told');
  t.is(await world.accept(letter({ ...zoe, from: 'zoe@private.example.net', text: 'STOP' })), 'told');
  await world.drain();
  t.deepEqual(Object.keys(world.core.state.silenced).toSorted(), ['con_1/opted out', 'con_2/opted out']);
  t.is(world.core.state.repliedAt, null, 'it is no answer');
});

test('who adds something to the wish has answered as well', async (t) => {
  const world = await mailWorld(t);
  t.is(await world.accept(letter({ ...zoe, text: 'STOP\n\nWe have told you twice that we move elsewhere.' })), 'told');
  await world.drain();
  const types = (await world.stored()).map(({ type }) => String(type));
  t.deepEqual(types.toSorted(), ['contact.opted_out', 'reply.received']);
  t.is(
    await world.accept(letter({ ...zoe, text: 'STOP\n\nWe have told you twice that we move elsewhere.' })),
    'duplicate',
  );
});

test('the wish outlives the renewal: it holds for the contact after the end', async (t) => {
  const world = await mailWorld(t, { tell: async () => false, command: async () => undefined });
  await world.db.renewals.collection.updateOne({ _id: RENEWAL as never }, { $set: { phase: 'closed' } });
  t.is(await world.accept(letter({ from: 'zoe@example.org', text: 'Unsubscribe' })), 'told');
  await world.drain();
  const client = await world.db.clients.findOne({ _id: 'cli_1' }).lean();
  t.is(client?.contacts[0]?.suppressed?.reason, 'opt-out');
});

test('by its address alone a mail finds the only open renewal, else the one that has written last, else nobody', async (t) => {
  const world = await mailWorld(t);
  const plain = (messageId: string) => letter({ from: 'ZOE@example.org', messageId, text: 'Call me.' });
  t.is(await world.accept(plain('<1@x.example>')), 'told');
  await renewal(world.db, 'renewal:ctr_2:1');
  t.is(await world.accept(plain('<2@x.example>')), 'told');
  await sent(world.db, { _id: 'other/1', renewalId: 'renewal:ctr_2:1' }, NOW);
  t.is(await world.accept(plain('<3@x.example>')), 'told');
  await world.db.sends.collection.deleteMany({});
  t.is(await world.accept(plain('<4@x.example>')), 'waiting');
  const about = (await world.stored()).map(
    ({ subject, note, problem }) => `${note?.messageId} ${Object.values(subject ?? {})[0] ?? problem?.code}`,
  );
  t.deepEqual(about.toSorted(), [
    `<1@x.example> ${RENEWAL}`,
    `<2@x.example> ${RENEWAL}`,
    '<3@x.example> renewal:ctr_2:1',
    '<4@x.example> mail.several_renewals',
  ]);
});

test('an address of two clients waits for a person; the wish for no more mail holds for both', async (t) => {
  const world = await mailWorld(t);
  const client = await world.db.clients.collection.findOne({ _id: 'cli_1' as never });
  const contacts = [{ ...client?.['contacts'][0], id: 'con_9' }];
  await world.db.clients.collection.insertOne({ ...client, _id: 'cli_9', nameKey: 'another', contacts } as never);
  await renewal(world.db, 'renewal:ctr_9:1', { clientId: 'cli_9' });
  t.is(await world.accept(letter({ from: 'zoe@example.org', text: 'Call me.' })), 'waiting');
  t.is(await world.accept(letter({ from: 'zoe@example.org', messageId: '<2@x.example>', text: 'STOP' })), 'told');
  const outs = (await world.stored()).filter(({ type }) => type === 'contact.opted_out');
  t.deepEqual(outs.map(({ data }) => String(data['contactId'])).toSorted(), ['con_1', 'con_9']);
});

test('an answer to a renewal that has ended waits for a person, with its words', async (t) => {
  const world = await mailWorld(t);
  await world.db.renewals.collection.updateOne({ _id: RENEWAL as never }, { $set: { phase: 'closed' } });
  t.is(await world.accept(letter(zoe)), 'waiting');
  const [event] = await world.stored();
  t.is(event?.problem?.code, 'mail.no_renewal');
  t.is(event?.note?.words, 'Please send the quote.');
});

test('a mail of somebody unknown waits; a person assigns it, and the renewal hears it once', async (t) => {
  const world = await mailWorld(t);
  t.is(await world.accept(letter({ from: 'New <new@example.net>', text: 'I am in charge now.' })), 'waiting');
  const [event] = await world.stored();
  t.is(event?.problem?.code, 'mail.sender_unknown');
  const id = event?._id ?? '';
  await assignMail(world.db, id, { renewalId: RENEWAL, kind: 'reply', contactId: null }, 'li', NOW);
  await world.drain();
  const [told] = await world.stored();
  t.like(told, { state: 'told', renewals: [RENEWAL], touchedBy: 'li' });
  t.is(told?.data['summary'], 'I am in charge now.\n– New');
  t.is(told?.note?.words, '');
  const again = assignMail(world.db, id, { renewalId: RENEWAL, kind: 'reply', contactId: null }, 'li', NOW);
  const error = await t.throwsAsync(again, { instanceOf: PerennialError });
  t.is(error?.problems[0]?.code, 'event.state');
});

test('assigning asks for a renewal that is there, and for the contact where one is silenced', async (t) => {
  const world = await mailWorld(t);
  await world.accept(letter({ from: 'new@example.net', text: 'x' }));
  const id = (await world.stored())[0]?._id ?? '';
  const code = async (change: object) => {
    const wish = { renewalId: RENEWAL, kind: 'opt-out' as const, contactId: 'con_1', ...change };
    const error = await t.throwsAsync(assignMail(world.db, id, wish, 'li', NOW), { instanceOf: PerennialError });
    return error?.problems[0]?.code;
  };
  t.is(await code({ renewalId: 'renewal:none:1' }), 'resource.not_found');
  t.is(await code({ contactId: null }), 'mail.contact');
  t.is(await code({ contactId: 'con_8' }), 'event.contact_unknown');
  await assignMail(world.db, id, { renewalId: RENEWAL, kind: 'opt-out', contactId: 'con_1' }, 'li', NOW);
  await world.drain();
  t.deepEqual(Object.keys(world.core.state.silenced), ['con_1/opted out']);
});

test('a mail that waited is matched again when it is retried, and stays given up when it is discarded', async (t) => {
  const world = await mailWorld(t);
  await world.accept(letter({ from: 'New <new@example.net>', text: 'I am in charge now.' }));
  const id = (await world.stored())[0]?._id ?? '';
  t.like(await retryEvent({ db: world.db, check }, id, 'li', NOW), { state: 'dead', type: null });
  t.is((await world.stored())[0]?.note?.words, 'I am in charge now.');
  await discardEvent(world.db, id, 'li', NOW);
  await world.db.clients.collection.updateOne(
    { _id: 'cli_1' as never, 'contacts.id': 'con_2' },
    { $set: { 'contacts.$.email': 'new@example.net' } },
  );
  await retryEvent({ db: world.db, check }, id, 'li', NOW);
  await world.drain();
  t.like((await world.stored())[0], { state: 'told', data: { contactId: 'con_2' } });
  await world.db.clients.collection.updateOne(
    { _id: 'cli_1' as never, 'contacts.id': 'con_2' },
    { $set: { 'contacts.$.email': 'bo@example.org' } },
  );
});

test('bytes that are no mail are kept as such, once', async (t) => {
  const world = await mailWorld(t);
  t.is(await world.accept(Buffer.from('\0\0 no mail')), 'waiting');
  t.is(await world.accept(Buffer.from('\0\0 no mail')), 'duplicate');
  t.is((await world.stored())[0]?.problem?.code, 'mail.unreadable');
});

test('a date of the sender is believed for a week back, and never ahead', async (t) => {
  const world = await mailWorld(t);
  const dated = (date: string) =>
    Buffer.from(
      letter({ ...zoe, messageId: `<${date.length}${date.slice(5, 7)}@x>` })
        .toString('utf8')
        .replace(/Date: .*/, `Date: ${date}`),
    );
  await world.accept(dated('Tue, 02 Feb 2027 09:00:00 +0800'));
  await world.accept(dated('Fri, 01 Jan 2027 09:00:00 +0800'));
  await world.accept(dated('Sat, 06 Feb 2027 09:00:00 +0800'));
  const times = (await world.stored()).map(({ occurredAt }) => occurredAt);
  t.deepEqual(times.toSorted(), ['2027-02-02T01:00:00.000Z', NOW, NOW]);
});

test('erasing a client’s people erases their mails, told or waiting', async (t) => {
  const world = await mailWorld(t);
  await world.accept(letter(zoe));
  await renewal(world.db, 'renewal:ctr_2:1');
  await world.db.sends.collection.deleteMany({});
  await world.accept(
    letter({ from: 'Zoe <zoe@example.org>', messageId: '<9@x.example>', text: 'Please send the quote.' }),
  );
  await world.drain();
  await world.db.renewals.collection.updateMany({}, { $set: { phase: 'closed' } });
  const text = async () => JSON.stringify(await world.db.inbox.find().lean());
  t.true((await text()).includes('Please send the quote.'));
  await eraseClient(world.db, 'cli_1', NOW);
  for (const word of ['Please send the quote.', 'Zoe', 'zoe@example.org']) t.false((await text()).includes(word), word);
});
