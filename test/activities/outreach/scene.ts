import { ApplicationFailure } from '@temporalio/common';
import type { ExecutionContext } from 'ava';
import { Delivery } from '../../../activities/outreach/delivery.ts';
import type { DeliverResult, OutreachDeps, PlannedSend } from '../../../activities/outreach/index.ts';
import { MS_PER_MINUTE } from '../../../domain/time/index.ts';
import { readInbox, startMailCatcher } from '../../../embedded/index.ts';
import type { SmtpBehaviour, SmtpPhase } from '../../../embedded/index.ts';
import { connect } from '../../../schemas/connection.ts';
import type { Database } from '../../../schemas/connection.ts';
import { testFolder } from '../../helpers/services.ts';
import type { TestMongo } from '../../helpers/services.ts';
import { introduction, plan, rowOf, seedWorld, witnessed } from './outreach-world.ts';
import type { Witnessed } from './outreach-world.ts';

export interface Scene extends Witnessed {
  readonly db: Database;
  readonly id: string;
  readonly inbox: () => Promise<readonly string[]>;
  readonly dataDir: string;
  /** One attempt; a failure that says when to come back is given as `<type> <milliseconds>`. */
  readonly attempt: () => Promise<DeliverResult | string>;
  readonly state: () => Promise<string>;
}

/** For servers that hang: the only tests that have to wait. */
export const IMPATIENT = { connect: 10_000, greeting: 3000, idle: 3000, whole: 15_000 };
/** Longer than any machine is slow. */
export const PATIENT = { connect: 60_000, greeting: 60_000, idle: 60_000, whole: 90_000 };
export const never = () => new AbortController().signal;
let databases = 0;

/** A world of its own in a fresh database, with one mail planned and a mail server that follows the script. */
export async function scene(
  t: ExecutionContext<{ mongo: TestMongo }>,
  script: (phase: SmtpPhase) => SmtpBehaviour | Promise<SmtpBehaviour> = () => 'ok',
  mail: Partial<OutreachDeps['mail']> = {},
  row: Partial<PlannedSend> = {},
): Promise<Scene> {
  const dataDir = await testFolder(t);
  const catcher = await startMailCatcher({ dataDir, behaviour: script });
  t.teardown(() => catcher.stop());
  const uri = new URL(t.context.mongo.uri);
  uri.pathname = `/outreach_${(databases += 1)}`;
  const db = await connect(uri.href);
  t.teardown(() => db.close());
  await seedWorld(db);
  const planned = { ...introduction(), ...row };
  await plan(db, planned);
  const witness = witnessed(db, catcher.smtpUrl, { patience: PATIENT, ...mail });
  const delivery = new Delivery(witness.deps);
  const attempt = () =>
    delivery.attempt(planned.id, never()).catch((error: unknown) => {
      if (!(error instanceof ApplicationFailure)) throw error;
      return `${error.type} ${String(error.nextRetryDelay)}`;
    });
  const inbox = async () => (await readInbox(dataDir)).map((caught) => caught.messageId);
  const state = async () => (await rowOf(db, planned.id)).state;
  return { ...witness, db, id: planned.id, dataDir, inbox, attempt, state };
}

export const QUARTER = 15 * MS_PER_MINUTE;
export const SERVICE = `MailServiceDown ${5 * MS_PER_MINUTE}`;
export const DEFERRED = `MailDeferred ${QUARTER}`;
export const answer = (code: number, text = 'no') => ({ code, text });

/** A place where a server stops until it is opened. */
export function gateOf() {
  let open = () => undefined as void;
  let arrive = () => undefined as void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  return {
    reached,
    open: () => open(),
    get wait() {
      arrive();
      return opened;
    },
  };
}
