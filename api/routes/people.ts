import { changePerson, personMissing } from '../../operations/records/people.ts';
import { pageOfPeople } from '../../operations/store/queries.ts';
import type { PersonDoc } from '../../schemas/person.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/people.ts';
import { changeStamp } from './visible-records.ts';

/** The team: everybody may look colleagues up; operations and administrators change them. */
export const peopleRoutes: readonly BoundRoute[] = [
  bind(contracts.listPeople, async ({ deps, query }) => {
    const page = await pageOfPeople(deps.context.db, query);
    return { items: page.items.map(personOf), next: page.next };
  }),

  bind(contracts.getPerson, async ({ deps, params }) => {
    const person = await deps.context.db.people.findOne({ _id: params.personId }).lean<PersonDoc>();
    if (person === null) throw personMissing(params.personId);
    return personOf(person);
  }),

  bind(contracts.changePerson, async (call) => {
    const { deps, params, body, reply } = call;
    const { managerId, ...others } = body;
    const change = { ...others, ...(managerId === undefined ? {} : { manager: managerId }) };
    const changed = await changePerson(deps.context.db, params.personId, change, changeStamp(call), (doc) =>
      reply.matchVersion(personOf(doc)),
    );
    return personOf(changed);
  }),
];

function personOf({ _id, name, email, roles, manager, locale, zone, active }: PersonDoc) {
  const fields = { id: _id, name, email, roles: [...roles], managerId: manager ?? null, locale, zone, active };
  return contracts.person.parse(fields);
}
