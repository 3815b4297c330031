import type { ClientSession } from 'mongoose';
import type { LocalText } from '../../domain/text.ts';
import { appendHistory } from '../history/append.ts';
import { planSends } from '../outreach/plan-sends.ts';
import type { ActivityDeps } from '../deps.ts';
import { createDefinitions } from '../world/published.ts';
import type { Definitions } from '../world/published.ts';
import { zoneCache } from '../world/zone-cache.ts';
import { writeApprovals } from './approvals.ts';
import { readBooks } from './books.ts';
import type { Books } from './books.ts';
import { writeCommunications } from './communications.ts';
import type { PerformInput } from './input.ts';
import { mailsOf } from './mails.ts';
import { amendContract, isNewest, writeReadModel } from './read-model.ts';
import { sceneOf } from './scene.ts';
import type { Scene } from './scene.ts';
import { writeSuppressions } from './suppressions.ts';
import { writeTasks } from './tasks.ts';
import type { TeamMailDeps } from './team-mail.ts';

export type PerformDeps = Pick<ActivityDeps, 'db' | 'keys' | 'dispatch' | 'wording' | 'compileZone'>;
export type Perform = (input: PerformInput) => Promise<void>;

/**
 * Performs a decision: tasks, approvals, mails in the ledger, communication log, contacts that want no mail, dates,
 * read model and history in one transaction, then the delivery of its mails is started. Safe to do twice and at the
 * same time as a rival: each thing has the id its effect has. A crash between commit and dispatch is healed by the
 * next attempt, which finds everything written and dispatches again.
 *
 * `open save plan`, `end save plan` and `start next term` have activities of their own; here they only stand in
 * the history.
 */
export function createPerform(deps: PerformDeps): Perform {
  const write = createWriter(deps);
  return async (input) => {
    const sendIds = await deps.db.transaction(async (session) => {
      const books = await readBooks(deps.db, session, input);
      const newest = isNewest(books, input);
      const { scene, planned } = await write(session, books, input, newest);
      await amendContract(deps.db, session, input);
      if (newest) await writeReadModel(deps.db, session, scene, input);
      return planned;
    });
    if (sendIds.length > 0) await deps.dispatch(sendIds);
  };
}

/**
 * Writes the work, the mails and the history of a decision within the caller's transaction. `newest`: what the
 * decision does not know of is a leftover, and its due dates are those that hold.
 */
export function createWriter(
  deps: PerformDeps,
): (
  session: ClientSession,
  books: Books,
  input: PerformInput,
  newest: boolean,
) => Promise<{ scene: Scene; planned: readonly string[] }> {
  const { db, keys } = deps;
  const definitions = createDefinitions(db);
  const zoneOf = zoneCache(deps.compileZone);
  return async (session, books, input, newest) => {
    const mail: TeamMailDeps = { wording: deps.wording, zoneOf, nameOf: namesOf(definitions, input) };
    const scene = sceneOf(books);
    await writeTasks(db, session, scene, books.tasks, input, newest);
    await writeApprovals(db, session, scene, books.approvals, input, newest);
    const rows = await mailsOf(scene, books.approvals, mail, input);
    await planSends(db, session, rows);
    await writeCommunications(db, session, scene, input);
    await writeSuppressions(db, session, scene, input);
    const batch = {
      renewalId: input.renewalId,
      clientId: scene.client.id,
      playbook: input.decision.state.playbook,
      entries: input.decision.log,
    };
    await appendHistory(db, keys, session, batch, books);
    return { scene, planned: rows.filter((row) => row.state === 'planned').map((row) => row.id) };
  };
}

/** Names for mail to the team, from the playbook that the renewal pins. Null where it has pinned none yet. */
function namesOf(definitions: Definitions, input: PerformInput): TeamMailDeps['nameOf'] {
  const pin = input.decision.state.playbook;
  return async (kind, id): Promise<LocalText | null> => {
    if (pin === null) return null;
    const { definition } = await definitions.playbook(`${pin.id}@${pin.version}`);
    if (kind === 'step') {
      const step = definition.stages.flatMap((stage) => stage.steps).find((one) => one.id === id);
      return step !== undefined && step.kind !== 'outreach' ? step.name : null;
    }
    const published = await definitions.published();
    if (kind === 'rule') {
      const key = published.ladders[definition.approvals];
      const ladder = key === undefined ? null : await definitions.ladder(key);
      return ladder?.rules.find((rule) => rule.id === id)?.name ?? null;
    }
    const key = published.savePlans[definition.savePlans];
    const set = key === undefined ? null : await definitions.savePlans(key);
    if (kind === 'measure') {
      return set?.plans.flatMap((plan) => plan.actions).find((action) => action.id === id)?.name ?? null;
    }
    return set?.plans.find((plan) => plan.cause === id)?.name ?? null;
  };
}
