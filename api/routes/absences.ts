import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Permission } from '../../domain/access/index.ts';
import * as absences from '../../operations/absences/change.ts';
import { handOver, previewHandover } from '../../operations/absences/handover.ts';
import { absenceById, listAbsences } from '../../operations/absences/list.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import { refusedOwner } from '../../operations/records/owner.ts';
import { checkedNote } from '../../operations/tell.ts';
import type { AbsenceDoc } from '../../schemas/absence.ts';
import type { Database } from '../../schemas/connection.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/absences.ts';
import { forbidden } from '../http/check-access.ts';
import { pageAsked } from './page-asked.ts';
import { doerOf } from './session.ts';

/** Who is away, who stands in, and handing over for good. */
export const absenceRoutes: readonly BoundRoute[] = [
  bind(contracts.listAbsences, async ({ deps, principal, query, now }) => {
    const only = principal.rights.filter('read Absence');
    if (only === null) return { items: [], next: null };
    const { personId, past } = query;
    const filters = { personId, endsAfter: past === true ? undefined : now };
    const { items, next } = await listAbsences(deps.context.db, only, filters, pageAsked(query));
    return { items: items.map(absenceOf), next };
  }),

  bind(contracts.getAbsence, async ({ deps, principal, params }) =>
    absenceOf(await visible(deps.context.db, principal, params.absenceId, 'read Absence')),
  ),

  bind(contracts.createAbsence, async (call) => {
    const { deps, principal, body, onceId, now } = call;
    const { personId } = body;
    if (!principal.rights.mayWith('create Absence', { personId })) throw forbidden('create Absence', principal.roles);
    const wish = { ...body, reason: checkedNote(body.reason, 'reason') };
    return absenceOf(await absences.createAbsence(deps.context.db, wish, onceId, doerOf(call), now));
  }),

  bind(contracts.changeAbsence, async (call) => {
    const { deps, principal, params, body, reply, now } = call;
    const { db } = deps.context;
    const seen = await visible(db, principal, params.absenceId, 'update Absence');
    reply.matchVersion(absenceOf(seen));
    const { from, to, substituteId, reason } = body;
    const change = {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(substituteId === undefined ? {} : { substituteId }),
      ...(reason === undefined ? {} : { reason: checkedNote(reason, 'reason') }),
    };
    return absenceOf(await absences.changeAbsence(db, seen._id, change, doerOf(call), now));
  }),

  bind(contracts.endAbsence, async (call) => {
    const { deps, principal, params, now } = call;
    const { db } = deps.context;
    const seen = await visible(db, principal, params.absenceId, 'delete Absence');
    await absences.endAbsence(db, seen._id, doerOf(call), now);
  }),

  bind(contracts.handOver, async (call) => {
    const { deps, principal, params, body, onceId, now } = call;
    const { db } = deps.context;
    const wish = { from: params.personId, to: body.to };
    if (!principal.rights.mayWith('update Client', { ownerId: wish.from })) {
      throw forbidden('update Client', principal.roles);
    }
    const refused = await refusedOwner(db, principal.rights, wish.to);
    if (refused !== undefined) throw refused;
    const moved = body.preview ? await previewHandover(db, wish) : await handOver(db, wish, onceId, doerOf(call), now);
    const { clients, renewals, tasks, approvals, names } = moved;
    return { preview: body.preview, clients, renewals, tasks, approvals, names: names.map((one) => ({ ...one })) };
  }),
];

/** One that the caller may not see is one that is not there. */
async function visible(
  db: Pick<Database, 'absences'>,
  { rights, roles }: Principal,
  id: string,
  permission: Permission,
): Promise<AbsenceDoc> {
  const doc = await absenceById(db, id);
  const { personId, substituteId } = doc;
  if (!rights.mayWith('read Absence', { personId, substituteId })) {
    throw PerennialError.of('resource.not_found', { kind: '@kind.absence', id: excerpt(id) });
  }
  if (!rights.mayWith(permission, { personId, substituteId })) throw forbidden(permission, roles);
  return doc;
}

/** In the order of the contract, so that its version is that of the answer. */
function absenceOf(doc: AbsenceDoc) {
  return {
    id: doc._id,
    personId: doc.personId,
    from: doc.from,
    to: doc.to,
    zone: doc.zone,
    begins: doc.begins,
    ends: doc.ends,
    substituteId: doc.substituteId,
    reason: doc.reason,
    createdAt: doc.createdAt,
    createdBy: doc.createdBy,
    endedAt: doc.endedAt,
  };
}
