import type { Person, Role } from '../people/types.ts';
import type { Assignee } from './effects.ts';
import type { Snapshot } from './snapshot.ts';

/** Superiors of a person, nearest first; ends at a missing link or a circle. */
export function superiors(snapshot: Snapshot, personId: string): readonly Person[] {
  const chain: Person[] = [];
  const visited = new Set([personId]);
  let next = snapshot.people[personId]?.manager;
  while (next !== undefined && !visited.has(next)) {
    visited.add(next);
    const person = snapshot.people[next];
    if (person === undefined) break;
    if (person.active) chain.push(person);
    next = person.manager;
  }
  return chain;
}

const teams = new WeakMap<Snapshot['people'], Map<Role, Person[]>>();

/** Sorted by role once in each team: every look asks for each role of the playbook. */
function activeWith({ people }: Snapshot, role: Role): readonly Person[] {
  let team = teams.get(people);
  if (team === undefined) {
    team = byRole(people);
    teams.set(people, team);
  }
  return team.get(role) ?? [];
}

function byRole(people: Snapshot['people']): Map<Role, Person[]> {
  const team = new Map<Role, Person[]>();
  for (const person of Object.values(people).sort((a, b) => (a.id < b.id ? -1 : 1))) {
    if (!person.active) continue;
    for (const role of new Set(person.roles)) {
      const known = team.get(role);
      if (known === undefined) team.set(role, [person]);
      else known.push(person);
    }
  }
  return team;
}

/**
 * Everybody who may act as `role` for this client: the rep is the client's owner, managers and directors
 * are those above the owner, all others are shared by the whole team.
 */
export function peopleFor(snapshot: Snapshot, role: Role): readonly Person[] {
  const owner = snapshot.people[snapshot.client.ownerId];
  if (role === 'sales-rep') return owner !== undefined && owner.active ? [owner] : [];
  if (role === 'sales-manager' || role === 'director' || role === 'general-manager') {
    const above = superiors(snapshot, snapshot.client.ownerId).filter((p) => p.roles.includes(role));
    if (above.length > 0) return above.slice(0, 1);
  }
  return activeWith(snapshot, role);
}

const assignees = new WeakMap<Snapshot, Map<Role, Assignee>>();

/**
 * One person where only one can act, else the role's shared queue. A rep who left falls to the manager. Looked for
 * once in each snapshot: one decision asks for every stage and every task.
 */
export function assigneeFor(snapshot: Snapshot, role: Role): Assignee {
  let known = assignees.get(snapshot);
  if (known === undefined) {
    known = new Map();
    assignees.set(snapshot, known);
  }
  let found = known.get(role);
  if (found === undefined) {
    found = findAssignee(snapshot, role);
    known.set(role, found);
  }
  return found;
}

function findAssignee(snapshot: Snapshot, role: Role): Assignee {
  const people = peopleFor(snapshot, role);
  const [only] = people;
  if (people.length === 1 && only !== undefined) return { kind: 'person', id: only.id };
  if (people.length === 0 && role === 'sales-rep') {
    const [manager] = superiors(snapshot, snapshot.client.ownerId);
    return manager === undefined ? { kind: 'role', role: 'ops' } : { kind: 'person', id: manager.id };
  }
  return { kind: 'role', role: people.length === 0 && role !== 'ops' ? 'ops' : role };
}

const LADDER: readonly Role[] = ['sales-rep', 'sales-manager', 'director', 'general-manager'];

/** The role one level up; the top stays the top. */
export function roleAbove(role: Role): Role {
  const at = LADDER.indexOf(role);
  return at === -1 ? 'director' : (LADDER[Math.min(at + 1, LADDER.length - 1)] ?? 'general-manager');
}

/**
 * Who may approve as `role`: never one of `excluded`, the requester first of all. Where nobody is left, the levels above
 * are asked; so they are where all who are left are away and one of `excluded` stands in for them.
 */
export function approversFor(snapshot: Snapshot, role: Role, excluded: readonly string[]): readonly string[] {
  let level = role;
  let away: readonly string[] = [];
  for (;;) {
    const people = peopleFor(snapshot, level).filter(({ id }) => !excluded.includes(id));
    const ids = people.map(({ id }) => id);
    if (people.some(({ substitute }) => substitute === undefined || !excluded.includes(substitute))) return ids;
    if (away.length === 0) away = ids;
    const above = roleAbove(level);
    if (above === level) return away;
    level = above;
  }
}
