import { trusted } from 'mongoose';
import { PerennialError } from '../domain/errors/index.ts';
import { PERSONAL_FIELDS } from '../domain/history/index.ts';
import type { Instant } from '../domain/time/types.ts';
import type { Database } from '../schemas/connection.ts';
import type { ClientDoc } from '../schemas/client.ts';
import type { ContractDoc } from '../schemas/contract.ts';
import type { RenewalDoc } from '../schemas/renewal.ts';
import { createClientKeys } from '../schemas/sealing.ts';
import { contractLane } from './events/lanes.ts';
import { MAIL_SOURCE } from './mail-in/note.ts';

const SHOWN = 5;

/**
 * Makes unreadable who the people of a client are and what was written about them: contacts and remarks are dropped,
 * people's words in the working collections emptied, and at last the key of the histories is destroyed. Chains stay
 * whole; the client's own name, ids, dates and amounts stay. Done again, it finishes what broke off.
 * Throws {@link PerennialError} `client.renewals_open` while a renewal of the client runs: it would go on writing.
 */
export async function eraseClient(db: Database, clientId: string, at: Instant): Promise<void> {
  await refuseWhileOpen(db, clientId);
  // First, as long as the addresses are known.
  await eraseEvents(db, clientId);
  await db.clients.updateOne({ _id: clientId }, { $set: { contacts: [] } });
  await db.contracts.updateMany(
    { clientId },
    { $unset: { 'imported.contacts': true, 'imported.remarks': true, 'extra.remarks': true } },
  );
  await db.communications.updateMany({ clientId }, { $set: { note: null, promise: null, nextStep: null } });
  await db.tasks.updateMany({ clientId }, { $set: { note: null } });
  await db.approvals.updateMany(
    { clientId },
    { $set: { comment: null, 'decisions.$[].note': '', 'quote.reason': '' } },
  );
  await db.renewals.updateMany(
    { clientId, 'state.closed.competitor': trusted({ $type: 'string' }) },
    { $set: { 'state.closed.competitor': null } },
  );
  await eraseMails(db, clientId);
  await eraseReasons(db, clientId);
  await createClientKeys(db).erase(clientId, at);
}

/** Throws `client.renewals_open`. */
export async function refuseWhileOpen(db: Database, clientId: string): Promise<void> {
  const contracts = await db.contracts
    .find({ clientId }, { number: 1, term: 1 })
    .lean<Pick<ContractDoc, '_id' | 'number' | 'term'>[]>();
  const closed = await db.renewals
    .find(
      { contractId: trusted({ $in: contracts.map(({ _id }) => _id) }), phase: 'closed' },
      { contractId: 1, term: 1 },
    )
    .lean<Pick<RenewalDoc, 'contractId' | 'term'>[]>();
  const ended = new Set(closed.map(({ contractId, term }) => `${contractId} ${term}`));
  // A renewal of an earlier term may still collect its money.
  const running = await db.renewals
    .find({ clientId, phase: trusted({ $ne: 'closed' }) }, { contractNumber: 1 })
    .lean<Pick<RenewalDoc, 'contractNumber'>[]>();
  const open = [
    ...new Set([
      ...contracts.filter(({ _id, term }) => !ended.has(`${_id} ${term}`)).map(({ number }) => number),
      ...running.map(({ contractNumber }) => contractNumber),
    ]),
  ];
  if (open.length === 0) return;
  const numbers = [...open.slice(0, SHOWN), ...(open.length > SHOWN ? ['…'] : [])].join(', ');
  throw PerennialError.of('client.renewals_open', { numbers });
}

/** What came from outside: events of the client's contracts, and mails of its people that nobody was told of. */
async function eraseEvents(db: Database, clientId: string): Promise<void> {
  const [client, contracts] = await Promise.all([
    db.clients.findOne({ _id: clientId }, { contacts: 1 }).lean<Pick<ClientDoc, 'contacts'>>(),
    db.contracts.find({ clientId }, { _id: 1 }).lean<Pick<ContractDoc, '_id'>[]>(),
  ]);
  const lanes = contracts.map(({ _id }) => contractLane(_id));
  const emails = [...new Set(client?.contacts.flatMap(({ email }) => [email, email.toLowerCase()]))];
  const ofClient = { lane: trusted({ $in: lanes }) };
  const ofPeople = { source: MAIL_SOURCE, 'payload.from.address': trusted({ $in: emails }) };
  for (const where of [ofClient, ofPeople]) {
    // A problem quotes the address that it is about.
    for (const field of ['data.summary', 'data.note', 'data.reason', 'data.contactEmail', 'problem.params.found']) {
      await db.inbox.updateMany({ ...where, [field]: trusted({ $exists: true }) }, { $set: { [field]: '' } });
    }
    // Last: by what it holds its people are known.
    await db.inbox.updateMany(where, { $set: { payload: null } });
  }
}

/** What mail servers answered may quote an address; what a person wrote stands among the values of a mail to the team. */
async function eraseMails(db: Database, clientId: string): Promise<void> {
  await db.sends.updateMany({ clientId }, { $set: { 'moves.$[].note': '' } });
  for (const field of ['answer.text', 'context.task.reason', 'context.approval.reason']) {
    await db.sends.updateMany({ clientId, [field]: trusted({ $exists: true }) }, { $set: { [field]: '' } });
  }
}

/** People's words among the inputs of a reason, as the history seals them. */
async function eraseReasons(db: Database, clientId: string): Promise<void> {
  for (const field of PERSONAL_FIELDS.map((name) => `why.inputs.${name}`)) {
    const filter = { clientId, [field]: trusted({ $exists: true }) };
    const update = { $set: { [field]: '' } };
    await Promise.all([
      db.tasks.updateMany(filter, update),
      db.approvals.updateMany(filter, update),
      db.savePlans.updateMany(filter, update),
    ]);
  }
}
